// Begins: is the browser able, is the tablet paired, what does it ask; then looks after sending and new versions.
// @ts-check
import { button, el, fiveTouches, say, setLang, setWords, show } from './dom.js';
import { count, oldest } from './queue.js';
import { Screens } from './screens.js';
import { Sender, ask } from './sender.js';
import * as staff from './staff.js';
import { keep, recall } from './store.js';
import { hear, stayAwake } from './wake.js';

const VERSION = '__VERSION__';
const MANY = 2_000, NEARLY_FULL = 4_500, OLD_MS = 7 * 24 * 3600_000;
const SETUP_EVERY_MS = 10 * 60_000;
const UPDATE_EVERY_MS = 12 * 3600_000;

/** @type {Screens | undefined} */
let screens;
/** @type {Sender | undefined} */
let sender;
/** @type {ServiceWorkerRegistration | undefined} */
let worker;
let online = true;
let revoked = false;
/** When a new version was looked for. */
let looked = Date.now();

/** @param {string} name @param {...HTMLElement} above */
function message(name, ...above) {
  show(name, ...above, el('main', {}, el('h1', {}, say(`k-${name}-h1`)), el('p', {}, say(`k-${name}`))));
}

/** The tablet was switched off. Staff still come to their page as from the question. */
function switchedOff() {
  const { setup } = way();
  const place = setup ? [setup.unit, setup.counter].filter(Boolean).join(' · ') : say('k-title');
  message('revoked', el('header', {}, button(place, fiveTouches(() => staff.ask(way())), { class: 'unit' })));
}

async function begin() {
  const words = await (await fetch('/kiosk/words.json')).json();
  setWords(words);
  setLang('vi');
  // Whatever is asked of the browser later; what it lacks would lose ratings.
  if (!window.indexedDB || !navigator.serviceWorker || !navigator.locks || !window.crypto?.subtle) return message('unsupported');
  await register();
  stayAwake();
  setInterval(() => { void every(); }, 15_000);
  await setUp();
}

/** Asks the server what this tablet is; without a line, what it was is what it is. */
async function setUp() {
  let setup = await recall('setup');
  try {
    const response = await ask('/kiosk/setup');
    const told = await response.json();
    if (told.state === 'paired') {
      setup = told;
      await keep('setup', told);
    } else if (told.state === 'unpaired') {
      setup = undefined;
      await keep('setup', undefined);
    } else if (told.state === 'revoked') {
      return stopped(setup);
    }
    newer(told.version);
  } catch { online = false; }
  if (revoked) return;
  if (!setup) return pairing();
  run(setup);
}

/** @param {import('./screens.js').Setup} setup */
function run(setup) {
  send();
  if (screens) return screens.renew(setup);
  screens = new Screens(setup, {
    // While the line is down a tap must not hurry the next try: it would only make the one after it later.
    queued: () => { void foot(); if (sender?.wait === 0) sender.soon(1000); },
    staff: () => staff.ask(way()),
    idle: () => { apply(); void foot(); },
  });
  screens.reset();
  void hear(call => screens?.wake(call));
}

function send() {
  sender ??= new Sender(VERSION, {
    online: is => { online = is; void foot(); },
    revoked: () => { void stopped(screens?.setup); },
    version: newer,
  });
  sender.soon(0);
}

/** @returns {staff.Way} */
function way() {
  return {
    setup: screens?.setup,
    version: VERSION,
    back: () => { if (revoked) switchedOff(); else screens?.reset(); },
    send: () => { if (sender) { sender.stopped = false; sender.wait = 0; sender.soon(0); } },
    leave: async () => {
      try { await ask('/kiosk/leave', {}); } catch { return staff.page(way()); }
      await keep('setup', undefined);
      location.reload();
    },
  };
}

/** The tablet was switched off: it takes no ratings, and hands in what it has as long as the server takes it.
 * @param {import('./screens.js').Setup | undefined} setup */
async function stopped(setup) {
  if (revoked) return;
  revoked = true;
  screens?.away();
  if (setup && !screens) screens = new Screens(setup, { queued: () => {}, staff: () => {}, idle: () => {} });
  screens?.away();
  switchedOff();
  if (!sender) send();
}

// ---- Pairing

/** @param {string} [fault] */
function pairing(fault) {
  const input = /** @type {HTMLInputElement} */ (el('input', { id: 'code', inputmode: 'numeric', autocomplete: 'off', maxlength: 7, 'aria-describedby': 'fault' }));
  const go = async (/** @type {Event} */ event) => {
    event.preventDefault();
    try {
      const response = await ask('/kiosk/pair', { code: input.value });
      if (response.status === 200) return check(await response.json());
      pairing(say(response.status === 429 ? 'k-pair-stopped' : response.status === 422 ? 'k-pair-err' : 'k-pair-offline'));
    } catch { pairing(say('k-pair-offline')); }
  };
  show('pair', el('main', {}, el('h1', {}, say('k-pair-h1')), el('p', {}, say('k-pair-say')),
    el('form', { onsubmit: go }, el('label', { for: 'code' }, say('k-pair-code')),
      el('p', { id: 'fault', class: 'fault', role: 'alert' }, fault ?? ''), input,
      el('div', { class: 'foot' }, el('button', { type: 'submit', id: 'pair', class: 'main' }, say('k-pair-go'))))));
}

/** @param {{ unit: string, counter: string, check_number: number }} told */
function check(told) {
  const place = [told.counter, told.unit].filter(Boolean).join(', ');
  const number = el('p', { class: 'number' }, say('k-check-number'), ' ', el('strong', { id: 'check-number' }, String(told.check_number)));
  let waits = true, trying = Promise.resolve();
  const no = async () => {
    waits = false;
    // What is on its way may bring a key, which must not come after the word that takes it back.
    await trying;
    await ask('/kiosk/decline', {}).catch(() => {});
    pairing();
  };
  const yes = () => {
    show('pair', el('main', {}, el('h1', {}, say('k-check-h1')), number,
      el('p', { role: 'status' }, say('k-check-wait')),
      el('div', { class: 'foot' }, button(say('k-check-no'), () => { void no(); }, { id: 'no', class: 'second' }))));
    const poll = async () => {
      let state = 'waiting';
      try {
        const response = await ask('/kiosk/start', {});
        if (response.ok || response.status === 410) ({ state } = await response.json());
      } catch { /* the next try will tell */ }
      if (!waits) return;
      if (state === 'waiting') { setTimeout(again, 2000); return; }
      if (state !== 'paired') return pairing(say('k-pair-err'));
      // The browser must not clear what waits here when it runs out of room.
      await navigator.storage?.persist?.();
      await setUp();
    };
    // One try after the other.
    const again = () => { if (waits) trying = poll(); };
    again();
  };
  show('pair', el('main', {}, el('h1', {}, say('k-check-h1')),
    el('p', {}, say('k-check-say'), ' ', el('strong', { id: 'place' }, place), '.'), number,
    el('div', { class: 'foot' }, button(say('k-check-no'), () => { void no(); }, { id: 'no', class: 'second' }),
      button(say('k-check-yes'), yes, { id: 'yes', class: 'main' }))));
}

// ---- Looking after itself

async function every() {
  const now = new Date();
  const night = now.getHours() === 3 && Date.now() - looked > 3600_000;
  if (night || Math.abs(Date.now() - looked) > UPDATE_EVERY_MS) look();
  await foot();
  if (!revoked && screens?.at === 'ask' && Math.abs(Date.now() - (await recall('setup-at') ?? 0)) > SETUP_EVERY_MS) {
    await keep('setup-at', Date.now());
    await setUp();
  }
}

/** What staff should see: no line, or too much that waits. */
async function foot() {
  const [n, since] = await Promise.all([count(), oldest()]);
  const warning = n >= NEARLY_FULL ? 'k-warn-full' : n >= MANY ? 'k-warn-many' : since !== undefined && Date.now() - since > OLD_MS ? 'k-warn-old' : '';
  let line = document.getElementById('state');
  if (!line) {
    line = el('p', { id: 'state', role: 'status' });
    document.body.append(el('aside', { 'aria-label': say('k-staff-h1') }, line));
  }
  const text = revoked ? '' : warning ? say(warning) : online ? '' : say('k-offline');
  if (line.textContent !== text) line.textContent = text;
  line.className = warning ? 'warning' : 'dot';
}

async function register() {
  const had = navigator.serviceWorker.controller;
  let reloading = false;
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    // The first worker takes over the page that made it: nothing is new then.
    if (had && !reloading) { reloading = true; location.reload(); }
  });
  try {
    worker = await navigator.serviceWorker.register('/kiosk/sw.js', { scope: '/kiosk', updateViaCache: 'none' });
    worker.addEventListener('updatefound', () => {
      const fresh = worker?.installing;
      fresh?.addEventListener('statechange', () => { if (fresh.state === 'installed') apply(); });
    });
  } catch { /* without a line the one that is there serves on */ }
}

/** The server has another version. @param {string | undefined} version */
function newer(version) { if (version && version !== VERSION && Date.now() - looked > 5_000) look(); }

function look() {
  looked = Date.now();
  worker?.update().catch(() => {});
}

/** A new version is put in place only while nobody is rating and no case is asked about. */
function apply() {
  if (worker?.waiting && navigator.serviceWorker.controller && (!screens || (screens.at === 'ask' && !screens.case))) worker.waiting.postMessage('apply');
}

void begin();
