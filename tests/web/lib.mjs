// The program as a process and people as browsers; what every test here stands on.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BIN = process.env.HAILONG_BIN ?? join(ROOT, 'target/debug/hailong');
export const CHROME = process.env.CHROME ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
export const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const PHONE = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
export const NARROW = { viewport: { width: 320, height: 640 }, deviceScaleFactor: 1, isMobile: true, hasTouch: true };
export const TABLET = { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1, hasTouch: true };
export const DESK = { viewport: { width: 1366, height: 768 }, deviceScaleFactor: 1 };

/** A folder for a program's data, and its command line. */
export function place() {
  const folder = mkdtempSync(join(tmpdir(), 'hailong-web-'));
  const where = ['--data', folder, '--key-file', join(folder, 'master.key')];
  const run = (...args) => execFileSync(BIN, [...args, ...where], { encoding: 'utf8', timeout: 60_000 });
  const remove = () => rmSync(folder, { recursive: true, force: true });
  return { folder, where, run, remove };
}

/** Starts `serve` or `demo` in a place and waits until it is ready. */
export async function start(at, ...args) {
  const readyFile = join(at.folder, 'ready.json');
  const logFile = join(at.folder, 'stderr.log');
  const saidFile = join(at.folder, 'stdout.log');
  const limits = args.includes('--limits') ? [] : ['--limits', 'off'];
  const child = spawn(BIN, [...args, ...at.where, '--listen', '127.0.0.1:0', ...limits, '--ready-file', readyFile],
    { stdio: ['ignore', openSync(saidFile, 'a'), openSync(logFile, 'a')] });
  const ended = new Promise(done => child.once('exit', code => done(code)));
  const log = () => readFileSync(logFile, 'utf8');
  const said = () => readFileSync(saidFile, 'utf8');
  const until = Date.now() + 120_000;
  let ready;
  while (!ready) {
    assert.equal(child.exitCode, null, `the program ended\n${log()}`);
    assert.ok(Date.now() < until, `not ready within two minutes\n${log()}`);
    await new Promise(done => setTimeout(done, 20));
    try { ready = JSON.parse(readFileSync(readyFile, 'utf8')); } catch { /* not written yet, or not whole */ }
  }
  const stop = async () => { child.kill('SIGTERM'); const code = await ended; assert.equal(code, 0, log()); };
  return { ready, base: ready.base_url, log, said, stop };
}

let shared;
/** The demonstration, an office of our own and the one browser that most tests share. */
export async function open() {
  const [at, ownAt] = [place(), place()];
  const [program, own, browser] = await Promise.all([
    start(at, 'demo'), ownOffice(ownAt), chromium.launch({ executablePath: CHROME, args: FLAGS }),
  ]);
  shared = { places: [at, ownAt], program, own, browser };
}
export async function close() {
  await shared?.browser.close();
  for (const program of [shared?.program, shared?.own]) {
    const log = program?.log();
    await program?.stop();
    assert.ok(!log?.includes('panicked'), log);
  }
  shared?.places.forEach(at => at.remove());
}
export const demo = () => shared.program;
/** The office whose names are as long and as marked as names get; it knows a third language. */
export const own = () => shared.own;

/** Letters with two marks, capitals, long names: what breaks a layout first. */
export const LONG = 'ĐÃ GHI NHẬN — Ẩn, Ặng, Ễ, Ỗ, Ữ; quỹ, khuỷu, ngoẵng; Sở Giáo dục và Đào tạo';
/** Marks the words of the third language, so that words in any other stand out. */
export const MARK = '‹';

async function ownOffice(at) {
  const file = (name, text) => { const path = join(at.folder, name); writeFileSync(path, text); return path; };
  const quoted = text => `"${text.replaceAll('"', '""')}"`;
  at.run('import', 'units', file('units.csv', ['code,name,kind,valid_from,valid_to,successor',
    `DAI,${quoted(LONG)},counter,,,`, 'CU,Phòng cũ,office,2001-01-01,2020-06-30,DAI'].join('\n')));
  const procedures = Array.from({ length: 25 }, (_, i) => `1.0000${10 + i},${quoted(`Thủ tục số ${i + 1} về hồ sơ ${i % 2 ? 'Thanh Hóa' : LONG}`)},Giáo dục,shared`);
  at.run('import', 'procedures', file('procedures.csv', ['code,name,field,level', ...procedures].join('\n')));
  at.run('import', 'questionnaire', join(ROOT, 'tests/data/forms/moi-kieu.xlsx'));
  at.run('import', 'questionnaire', join(ROOT, 'tests/data/department/questionnaires/procedure.xlsx'));
  const issue = (unit, form, ...more) => JSON.parse(at.run('issue', 'point', '--unit', unit, '--form', form, '--label', LONG, '--json', ...more));
  const points = {
    every: issue('DAI', 'moi-kieu'), choosing: issue('DAI', 'procedure'), one: issue('DAI', 'procedure', '--procedure', '1.000010'),
    closed: issue('CU', 'procedure'), revoked: issue('DAI', 'procedure'),
  };
  at.run('issue', 'revoke', '--point', String(points.revoked.id));
  mkdirSync(join(at.folder, 'languages'));
  writeFileSync(join(at.folder, 'languages', 'rad.ftl'), marked(readFileSync(join(ROOT, 'static/lang/en.ftl'), 'utf8')));
  const program = await start(at, 'serve', '--limits', 'on', '--languages', join(at.folder, 'languages'),
    '--contact-phone', '0256 3822 222', '--contact-address', 'phananh.example.vn');
  const path = point => new URL(point.url).pathname;
  const url = name => new URL(path(points[name]), program.base).href;
  return { ...program, url, typed: name => points[name].typed_code };
}

/** A language file of a language that nobody speaks: every sentence of the English one, with a mark. */
function marked(english) {
  const own = /^(lang-name|product|err-prefix|number-|day-|month-)/;
  return english.split('\n').map(line => /^[a-z][a-z0-9-]* = /.test(line) && !own.test(line) ? line.replace(' = ', ` = ${MARK}`) : line)
    .join('\n').replace(/^lang-name = .*$/m, 'lang-name = Thử');
}
export const browser = () => shared.browser;

/** How many answers the shared program has stored since it started. */
export async function stored() {
  const text = await (await fetch(new URL('/metrics', demo().base))).text();
  const lines = text.split('\n').filter(line => /^hailong_answers_total\{[^}]*outcome="stored"/.test(line));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').pop()), 0);
}

/** Runs `act(page)` as one person with a browser of their own; fails on console errors and broken scripts. */
export async function person(act, { js = true, view = PHONE, locale = 'vi-VN', bypassCSP = false, quiet = true } = {}) {
  const context = await browser().newContext({ ...view, locale, javaScriptEnabled: js, bypassCSP });
  try { await watched(context, act, quiet); } finally { await context.close(); }
}

/** As `person`, with cookies switched off in the browser's settings. */
export async function personWithoutCookies(act) {
  const profile = mkdtempSync(join(tmpdir(), 'hailong-profile-'));
  mkdirSync(join(profile, 'Default'));
  writeFileSync(join(profile, 'Default/Preferences'), JSON.stringify({ profile: { default_content_setting_values: { cookies: 2 } } }));
  const context = await chromium.launchPersistentContext(profile, { executablePath: CHROME, args: FLAGS, locale: 'vi-VN', ...PHONE });
  try { await watched(context, act); } finally { await context.close(); rmSync(profile, { recursive: true, force: true }); }
}

async function watched(context, act, quiet = true) {
  const faults = [];
  context.on('weberror', error => faults.push(String(error.error())));
  // The browser itself notes every answer of 4xx or 503 as an error; those are looked at by the tests that cause them.
  context.on('console', line => { if (line.type() === 'error' && !/status of (4\d\d|503)/.test(line.text())) faults.push(line.text()); });
  const page = await context.newPage();
  page.setDefaultTimeout(8_000);
  await act(page, context);
  if (quiet) assert.deepEqual(faults, [], 'console errors');
}

/** Chooses a level by its number, with a finger on its row. */
export const choose = (page, level) => page.locator(`label:has(#r${level})`).tap();
export const sendButton = page => page.locator('button[type=submit]').last();
export const thanks = page => page.locator('h1#cam-on').waitFor({ state: 'visible' });

/** Waits until the cursor is in what `selector` names: a page puts it there when it is first painted, not when it has loaded. */
export const cursor = (page, selector) => page.locator(`${selector}:focus`).waitFor();

/** Opens an invitation that nobody has used yet. */
let nextInvitation = 0;
export function invitation() {
  const url = demo().ready.invitation_urls[nextInvitation++];
  assert.ok(url, 'the demonstration has an invitation left');
  return url;
}

/** Every violation that axe finds, in words. */
export async function violations(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate(() => globalThis.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }));
  return found.violations.map(one => `${one.impact} ${one.id}: ${one.help} — ${one.nodes.map(node => node.target.join(' ')).join(', ')}`);
}

/** How many pixels the page can be scrolled sideways. */
export const sideways = page => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** The demonstration's account of a role; 1 is somebody who types the same sheets a second time. */
export const account = (role, which = 0) => [demo().ready.accounts, demo().ready.second_accounts][which][role];

/** Signs in by name and password, wherever the page of signing in is. */
export async function signIn(page, { login, password, totp_secret }, base = demo().base) {
  const known = sessions.get(`${base} ${login}`);
  if (known) {
    // A code counts once and changes every half minute: who signed in once comes back with that session.
    await page.context().addCookies(known);
    await page.goto(new URL('/account', base).href);
    if (new URL(page.url()).pathname === '/account') return;
  }
  await page.goto(new URL('/sign-in', base).href);
  await page.locator('#login').fill(login);
  await page.locator('#password').fill(password);
  await page.locator('main button[type=submit]').click();
  await page.waitForURL(url => url.pathname !== '/sign-in');
  await giveCode(page, { login, totp_secret: secrets.get(`${base} ${login}`) ?? totp_secret });
  // Whoever manages begins at the figures.
  await page.waitForURL(url => /^\/(account|manage)/.test(url.pathname));
  if (page.url().includes('second-factor')) await enrol(page, login, base);
  await remember(page, login, base);
}

const sessions = new Map();
const remember = async (page, login, base) => sessions.set(`${base} ${login}`, (await page.context().cookies()).filter(one => one.name === 'sid'));
/** The session of somebody is not to be used again: it was ended, or is another's now. */
export const forget = (login, base = demo().base) => sessions.delete(`${base} ${login}`);

/** What an authenticator shows: six digits of a time step (RFC 6238). */
export function totp(secret, step) {
  const bits = [...secret].map(c => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const seed = Buffer.from(bits.match(/.{8}/g).map(byte => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac('sha1', seed).update(counter).digest();
  return String((hash.readUInt32BE(hash[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

const secrets = new Map();
const steps = new Map();
/** Sets up the authenticator that a page asks for, and goes on. */
export async function enrol(page, login, base) {
  const secret = (await page.locator('#secret').innerText()).replaceAll(' ', '');
  secrets.set(`${base} ${login}`, secret);
  await page.locator('#code').fill(await fresh(secret));
  await page.locator('#main-form button[type=submit]').click();
  await page.locator('ul.codes').waitFor();
  await page.locator('main a.next').click();
}
/** Gives the code of the second factor, when the page asks for it. */
export async function giveCode(page, { login, totp_secret: known }) {
  await page.locator('h1').waitFor();
  if (!await page.locator('#code[autocomplete=one-time-code]').count() || await page.locator('#secret').count()) return;
  const secret = known ?? Object.values(demo().ready.accounts).find(one => one.login === login).totp_secret;
  await page.locator('#code').fill(await fresh(secret));
  await page.locator('#main-form button[type=submit]').click();
}
/** How many ms a code may take to the program: in that time the oldest that still counts may change. */
const ON_ITS_WAY = 5_000;
/** A code that was not given before: each counts once, one step early or late; when all three are used up it waits. */
export async function fresh(secret) {
  for (;;) {
    const step = Math.max((steps.get(secret) ?? 0) + 1, Math.floor((Date.now() + ON_ITS_WAY) / 30_000) - 1);
    if (step <= Math.floor(Date.now() / 30_000) + 1) { steps.set(secret, step); return totp(secret, step); }
    await new Promise(done => setTimeout(done, 500));
  }
}

/** Gives the password again, when the page asks for it. */
export async function confirm(page, { login, password }, base = demo().base) {
  if (!page.url().includes('/sign-in/again')) return;
  await page.locator('#password').fill(password);
  await page.locator('main button[type=submit]').click();
  await page.waitForURL(url => !url.pathname.startsWith('/sign-in'));
  await remember(page, login, base);
}
/** Text that stands outside the screen or is cut off by its box, and words that run into a picture. */
export const clipped = page => page.evaluate(() => {
  const wrong = [];
  const name = element => `${element.tagName.toLowerCase()} «${(element.textContent || element.value || '').trim().slice(0, 40)}»`;
  const width = document.documentElement.clientWidth;
  for (const element of document.querySelectorAll('body *')) {
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    if (style.display === 'none' || style.visibility === 'hidden' || !box.width || element.closest('.shapes, .skip, table, svg')) continue;
    if (box.left < -1 || box.right > width + 1) wrong.push(`outside the screen: ${name(element)}`);
    const cuts = /hidden|clip/.test(style.overflowX + style.overflowY);
    if (cuts && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1)) wrong.push(`cut off: ${name(element)}`);
    for (const node of element.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE || !node.textContent.trim() || element.tagName === 'TEXTAREA') continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const line of range.getClientRects()) {
        if (line.left < -1 || line.right > width + 1) wrong.push(`text outside the screen: ${name(element)}`);
        const parent = element.closest('label, button, a, p, h1, h2, h3, legend, li') ?? element;
        const outer = parent.getBoundingClientRect();
        if (getComputedStyle(parent).display !== 'inline' && (line.bottom > outer.bottom + 2 || line.top < outer.top - 2)) wrong.push(`text above or below its box: ${name(element)}`);
      }
    }
  }
  for (const row of document.querySelectorAll('label.row')) {
    const words = row.querySelector('span').getBoundingClientRect(), face = row.querySelector('svg')?.getBoundingClientRect();
    if (face && face.left < words.right - 1) wrong.push(`words run into the face: ${name(row)}`);
  }
  return [...new Set(wrong)];
});

/** Drawings that cannot be told from what is behind them. */
export const invisible = page => page.evaluate(() => {
  const light = colour => {
    const [r, g, b] = colour.match(/[\d.]+/g).map(part => { const c = Number(part) / 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = light(getComputedStyle(document.body).backgroundColor.replace('rgba(0, 0, 0, 0)', 'rgb(0, 0, 0)'));
  return [...document.querySelectorAll('svg.face, svg.tick')].filter(svg => {
    const ink = light(getComputedStyle(svg).stroke);
    return (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05) < 3;
  }).map(svg => svg.outerHTML);
});
