// Keeps one version of the page and its files, so that the tablet opens without a line. Answers never pass through here.
// @ts-check
const VERSION = '__VERSION__';
const CACHE = `kiosk-${VERSION}`;
const FILES = ['/kiosk', '/kiosk/kiosk.css', '/kiosk/main.js', '/kiosk/screens.js', '/kiosk/queue.js', '/kiosk/sender.js',
  '/kiosk/store.js', '/kiosk/staff.js', '/kiosk/dom.js', '/kiosk/wake.js', '/kiosk/words.json', '/kiosk/kiosk.webmanifest', '/kiosk/icon.svg'];
const worker = /** @type {any} */ (self);

worker.addEventListener('install', (/** @type {any} */ event) => {
  event.waitUntil(caches.open(CACHE).then(cache => cache.addAll(FILES.map(path => new Request(path, { cache: 'reload' })))));
});

worker.addEventListener('activate', (/** @type {any} */ event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith('kiosk-') && name !== CACHE) await caches.delete(name);
    }
    await worker.clients.claim();
  })());
});

worker.addEventListener('message', (/** @type {any} */ event) => {
  if (event.data === 'apply') worker.skipWaiting();
});

worker.addEventListener('fetch', (/** @type {any} */ event) => {
  const path = new URL(event.request.url).pathname;
  if (event.request.method !== 'GET' || !FILES.includes(path)) return;
  event.respondWith((async () => {
    const cache = await caches.open(CACHE);
    return await cache.match(path) ?? fetch(event.request);
  })());
});
