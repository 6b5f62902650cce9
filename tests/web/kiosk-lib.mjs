// A tablet at a counter: a program of its own, pairing, tapping, and a line that can be cut in many ways.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { CHROME, DESK, FLAGS, fresh, place, signIn, start } from './lib.mjs';

export const LANDSCAPE = { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1, hasTouch: true };
export const PORTRAIT = { viewport: { width: 800, height: 1280 }, deviceScaleFactor: 1, hasTouch: true };
export const SMALL = { viewport: { width: 960, height: 600 }, deviceScaleFactor: 1, hasTouch: true };

let shared;
/** The counter that the tests of tablets share; whoever asks first starts it. */
export const openCounter = () => shared ??= counter();
export async function closeCounter() {
  const office = await shared;
  shared = undefined;
  const log = office?.log();
  await office?.stop();
  assert.ok(!log?.includes('panicked'), log);
}

/** A demonstration of its own, whose answers can be counted. */
export async function counter() {
  const at = place();
  const program = await start(at, 'demo');
  const admin = await adminOf(program);
  /** The page of each code that was made. */
  const pages = new Map();
  let kiosks = 0;
  /** A new kiosk, at the first counter or at one that is named; gives its pairing code. */
  const code = async (label = '') => {
    const { csrf, text } = await admin.get('/admin/kiosks/new');
    const point = text.match(new RegExp(`<option value="(\\d+)"[^>]*>[^<]*${label}</option>`))[1];
    const made = await admin.get((await admin.post('/admin/kiosks/new', { csrf, label: `Máy thử ${++kiosks}`, counter: point })).location);
    const drawn = made.text.match(/id="pairing-code">(\d{6})</)[1];
    pages.set(drawn, made.path);
    return drawn;
  };
  /** Confirms the device that entered a code. */
  const confirm = async of => {
    const { csrf, text } = await admin.get(`${pages.get(of)}/confirm`);
    await admin.post(`${pages.get(of)}/confirm`, { csrf, check: text.match(/id="check-number">(\d+)</)[1] });
  };
  const pageOf = of => pages.get(of);
  /** Switches the tablet off that was paired with a code. */
  const revoke = async of => {
    const { csrf } = await admin.get(`${pages.get(of)}/revoke`);
    await admin.post(`${pages.get(of)}/revoke`, { csrf });
  };
  /** The PIN of the tablet that was paired with a code. */
  const pin = async of => (await admin.get(pages.get(of))).text.match(/PIN[^<]*<\/dt><dd>(\d{6})</)[1];
  /** Puts the tablet that was paired with a code at another counter. */
  const move = async (of, label) => {
    const { csrf, text } = await admin.get(`${pages.get(of)}/move`);
    const point = text.match(new RegExp(`<option value="(\\d+)"[^>]*>[^<]*${label}</option>`))[1];
    await admin.post(`${pages.get(of)}/move`, { csrf, counter: point });
  };
  /** Makes another counter for tablets; it is known once the list of them has it. */
  const newCounter = async label => {
    at.run('issue', 'point', '--unit', 'SGD-GL.VP', '--channel', 'kiosk', '--form', 'procedure', '--label', label);
    await until('the counter is known', async () => (await admin.get('/admin/kiosks/new')).text.includes(`${label}</option>`));
  };
  const stored = async () => {
    const text = await (await fetch(new URL('/metrics', program.base))).text();
    const lines = text.split('\n').filter(line => /^hailong_answers_total\{[^}]*outcome="stored"/.test(line));
    return lines.reduce((sum, line) => sum + Number(line.split(' ').pop()), 0);
  };
  const stop = async () => { await program.stop(); at.remove(); };
  return { ...program, code, confirm, pageOf, revoke, pin, move, newCounter, stored, stop };
}

/** The administrator, without a browser. */
export async function adminOf({ base, ready }) {
  const { login, password, totp_secret } = ready.accounts.admin;
  const cookies = new Map();
  const ask = async (path, body) => {
    const headers = { cookie: [...cookies].map(pair => pair.join('=')).join('; '), ...(body && { 'sec-fetch-site': 'same-origin' }) };
    const response = await fetch(new URL(path, base), { redirect: 'manual', headers, ...(body && { method: 'POST', body: new URLSearchParams(body) }) });
    for (const one of response.headers.getSetCookie()) cookies.set(...one.split(';')[0].split('='));
    const text = await response.text();
    assert.ok(response.status < 400, `${response.status} ${path}: ${text}`);
    return { text, path: path.split('?')[0], location: response.headers.get('location'), csrf: text.match(/name="csrf" value="([^"]+)"/)?.[1] };
  };
  await ask('/sign-in', { login, password });
  const { csrf } = await ask('/sign-in/code');
  await ask('/sign-in/code', { csrf, code: await fresh(totp_secret) });
  return { get: path => ask(path), post: ask };
}

/** A line between the tablet and the program: up, down, hanging, or losing answers after they were stored. It gathers
 * each answer before it passes it on, so that no events come through. */
export async function line(base) {
  const target = new URL(base);
  const sockets = new Set();
  /** `edit` stands for a program of another version: it changes what the tablet gets. */
  const it = { mode: 'up', loseNext: 0, lost: 0, posts: 0, edit: null };
  /** What the program said of each record, whether it reached the tablet or not. @type {Map<string, string[]>} */
  it.told = new Map();
  /** How many records the program has stored; fails when one of them was stored twice. */
  it.storedOnce = () => {
    const times = [...it.told.values()].map(results => results.filter(result => result === 'stored').length);
    assert.ok(times.every(n => n <= 1), 'a record is stored once');
    return times.filter(n => n === 1).length;
  };
  const server = createServer((ask, answer) => {
    if (it.mode === 'down') return ask.socket.destroy();
    if (it.mode === 'hang') return;
    if (ask.method === 'POST') it.posts++;
    const headers = { ...ask.headers, 'accept-encoding': 'identity' };
    const onward = request({ host: target.hostname, port: target.port, path: ask.url, method: ask.method, headers }, got => {
      const parts = [];
      got.on('data', part => parts.push(part));
      got.on('end', () => {
        // Only batches with answers are lost: a heartbeat has nothing to lose.
        const items = ask.url === '/kiosk/batch' && Buffer.concat(parts).includes('"result"');
        if (items) for (const { id, result } of JSON.parse(Buffer.concat(parts)).results) it.told.set(id, [...it.told.get(id) ?? [], result]);
        if (it.mode === 'down' || (items && it.loseNext > 0)) { if (items) { it.loseNext--; it.lost++; } return ask.socket.destroy(); }
        const body = Buffer.concat(parts);
        const sent = it.edit ? Buffer.from(it.edit(ask.url, body.toString())) : body;
        answer.writeHead(got.statusCode, { ...got.headers, 'content-length': sent.length });
        answer.end(sent);
      });
    });
    onward.on('error', () => ask.socket.destroy());
    if (ask.url === '/kiosk/events') answer.on('close', () => onward.destroy());
    ask.pipe(onward);
  });
  server.on('connection', socket => { sockets.add(socket); socket.on('close', () => sockets.delete(socket)); });
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  it.base = `http://127.0.0.1:${server.address().port}`;
  it.cut = () => sockets.forEach(socket => socket.destroy());
  it.close = () => { it.cut(); return new Promise(done => server.close(done)); };
  return it;
}

/** A tablet with a profile that outlives its browser. */
export async function tablet(base, view = LANDSCAPE, { bypassCSP = false } = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'hailong-tablet-'));
  const it = { faults: [], base, profile };
  it.open = async () => {
    it.context = await chromium.launchPersistentContext(profile, { executablePath: CHROME, args: FLAGS, locale: 'vi-VN', serviceWorkers: 'allow', bypassCSP, ...view });
    it.context.on('weberror', error => it.faults.push(String(error.error())));
    it.page = it.context.pages()[0] ?? await it.context.newPage();
    it.page.setDefaultTimeout(15_000);
    it.page.on('console', line => { if (line.type() === 'error' && !/status of (4\d\d|503)|net::ERR|Failed to fetch|fetching the script/.test(line.text())) it.faults.push(line.text()); });
  };
  it.goto = () => it.page.goto(`${it.base}/kiosk`, { waitUntil: 'load' });
  it.pair = async (office, at) => {
    const code = await office.code(at);
    await it.goto();
    await it.page.locator('#code').fill(code);
    await it.page.locator('#pair').click();
    await it.page.locator('#yes').click();
    await office.confirm(code);
    it.code = code;
    await it.page.locator('#hoi.ready').waitFor();
    await it.page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  };
  /** Lets the browser write its cookies to disk, which it does by itself only every half minute. */
  it.settle = async () => { await it.context.close(); await it.open(); await it.goto(); };
  /** Kills the browser without a word, as when the power goes. */
  it.kill = async () => {
    const ended = new Promise(done => it.context.once('close', done));
    for (const pid of readPids(profile)) { try { process.kill(pid, 'SIGKILL'); } catch { /* gone */ } }
    await ended;
    rmSync(join(profile, 'SingletonLock'), { force: true });
  };
  it.close = async () => {
    await it.context.close().catch(() => {});
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    assert.deepEqual(it.faults, [], 'console errors');
  };
  await it.open();
  return it;
}

/** The processes of a browser: those that name its profile. */
function readPids(profile) {
  const { readdirSync } = process.getBuiltinModule('node:fs');
  return readdirSync('/proc').filter(name => /^\d+$/.test(name)).filter(name => {
    try { return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(profile); } catch { return false; }
  }).map(Number);
}

/** One person: taps a tile, perhaps again `twice` ms later, is thanked, ends; gives the time from the tap to the thanks in ms. */
export async function rate(page, level, { reason, twice = 0 } = {}) {
  await page.locator('#hoi.ready').waitFor();
  await page.waitForTimeout(100);
  const box = await page.locator(`#k${level}`).boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const from = Date.now();
  await page.touchscreen.tap(x, y);
  if (twice) { await page.waitForTimeout(twice); await page.touchscreen.tap(x, y); }
  await page.locator('#cam-on').waitFor();
  const took = Date.now() - from;
  await page.locator('#cam-on.ready').waitFor();
  if (reason) await page.locator(`#a${reason}`).tap();
  await page.locator('#done').tap();
  await page.locator('.thanks').waitFor();
  await page.locator('.thanks').tap();
  await page.locator('#hoi').waitFor();
  return took;
}

/** How many records wait on the tablet. */
export const waiting = page => page.evaluate(() => new Promise((done, fail) => {
  const open = indexedDB.open('hailong-kiosk', 1);
  open.onerror = () => fail(open.error);
  open.onsuccess = () => {
    const count = open.result.transaction('queue').objectStore('queue').count();
    count.onsuccess = () => { open.result.close(); done(count.result); };
  };
}));

/** Waits until something holds. */
export async function until(what, holds, ms = 60_000) {
  const end = Date.now() + ms;
  while (!await holds()) {
    assert.ok(Date.now() < end, `not within ${ms / 1000} s: ${what}`);
    await new Promise(done => setTimeout(done, 200));
  }
}

/** A person of the office with a browser of their own. */
export async function atTheDesk(office, role, act, more = {}) {
  const browser = await chromium.launch({ executablePath: CHROME, args: FLAGS });
  try {
    const page = await (await browser.newContext({ ...DESK, locale: 'vi-VN', ...more })).newPage();
    page.setDefaultTimeout(10_000);
    await signIn(page, office.ready.accounts[role], office.base);
    return await act(page);
  } finally { await browser.close(); }
}

/** Fills the queue with ratings of so long ago, as a counter without a line would. */
export const fill = (page, many, ago = 60_000, level = undefined) => page.evaluate(async ([n, back, chosen]) => {
  const setup = await (await fetch('/kiosk/setup')).json();
  const base = await new Promise(done => { const open = indexedDB.open('hailong-kiosk', 1); open.onsuccess = () => done(open.result); });
  const tx = base.transaction('queue', 'readwrite');
  for (let i = 0; i < n; i++) {
    const id = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16)))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
    tx.objectStore('queue').add({ item: { id, form: setup.form, at: Date.now() - back, lang: 'vi', answers: [['overall', chosen ?? String(i % 5 + 1)]] }, held: 0 });
  }
  await new Promise(done => { tx.oncomplete = done; });
  base.close();
}, [many, ago, level]);

/** Lets the tablet hear a call instead of the program's events: about its own form, as if an officer had woken it. */
export async function called(t, { n = 1_000_000, lang = 'vi', procedure = 'Thủ tục thử', left_ms = 60_000 } = {}) {
  const call = await t.page.evaluate(async more => {
    const { rating, form, reasons } = await (await fetch('/kiosk/setup')).json();
    return { invitation: 'ZZZZZZZZZZZZZZZZ', form, rating, reasons, ...more };
  }, { n, lang, procedure, left_ms });
  const body = `event: wake\ndata: ${JSON.stringify(call)}\n\n`;
  await t.context.route('**/kiosk/events', route => route.fulfill({ contentType: 'text/event-stream', body }));
}
