// The program as a process and people as browsers; what every test here stands on.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BIN = process.env.HAILONG_BIN ?? join(ROOT, 'target/debug/hailong');
const CHROME = process.env.CHROME ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const PHONE = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
export const NARROW = { viewport: { width: 320, height: 640 }, deviceScaleFactor: 1, isMobile: true, hasTouch: true };
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
  const child = spawn(BIN, [...args, ...at.where, '--listen', '127.0.0.1:0', '--limits', 'off', '--ready-file', readyFile],
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
/** The one demonstration and the one browser that most tests share. */
export async function open() {
  const at = place();
  const [program, browser] = await Promise.all([start(at, 'demo'), chromium.launch({ executablePath: CHROME, args: FLAGS })]);
  shared = { at, program, browser };
}
export async function close() {
  await shared?.browser.close();
  const log = shared?.program.log();
  await shared?.program.stop();
  shared?.at.remove();
  assert.ok(!log?.includes('panicked'), log);
}
export const demo = () => shared.program;
export const browser = () => shared.browser;

/** How many answers the shared program has stored since it started. */
export async function stored() {
  const text = await (await fetch(new URL('/metrics', demo().base))).text();
  const lines = text.split('\n').filter(line => /^hailong_answers_total\{[^}]*outcome="stored"/.test(line));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').pop()), 0);
}

/** Runs `act(page)` as one person with a browser of their own; fails on console errors and broken scripts. */
export async function person(act, { js = true, view = PHONE, locale = 'vi-VN', bypassCSP = false } = {}) {
  const context = await browser().newContext({ ...view, locale, javaScriptEnabled: js, bypassCSP });
  try { await watched(context, act); } finally { await context.close(); }
}

/** As `person`, with cookies switched off in the browser's settings. */
export async function personWithoutCookies(act) {
  const profile = mkdtempSync(join(tmpdir(), 'hailong-profile-'));
  mkdirSync(join(profile, 'Default'));
  writeFileSync(join(profile, 'Default/Preferences'), JSON.stringify({ profile: { default_content_setting_values: { cookies: 2 } } }));
  const context = await chromium.launchPersistentContext(profile, { executablePath: CHROME, args: FLAGS, locale: 'vi-VN', ...PHONE });
  try { await watched(context, act); } finally { await context.close(); rmSync(profile, { recursive: true, force: true }); }
}

async function watched(context, act) {
  const faults = [];
  context.on('weberror', error => faults.push(String(error.error())));
  // The browser itself notes every answer of 4xx as an error; those are looked at by the tests that cause them.
  context.on('console', line => { if (line.type() === 'error' && !/status of 4\d\d/.test(line.text())) faults.push(line.text()); });
  const page = await context.newPage();
  page.setDefaultTimeout(8_000);
  await act(page, context);
  assert.deepEqual(faults, [], 'console errors');
}

/** Chooses a level by its number, with a finger on its row. */
export const choose = (page, level) => page.locator(`label:has(#r${level})`).tap();
export const sendButton = page => page.locator('button[type=submit]').last();
export const thanks = page => page.locator('h1#cam-on').waitFor({ state: 'visible' });

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

/** The demonstration's account of a role, and the other one of it where there are two. */
export const account = (role, which = 0) => demo().ready.accounts.filter(one => one.role === role)[which];

/** Signs in by name and password, wherever the page of signing in is. */
export async function signIn(page, { login, password }, base = demo().base) {
  await page.goto(new URL('/sign-in', base).href);
  await page.locator('#login').fill(login);
  await page.locator('#password').fill(password);
  await page.locator('main button[type=submit]').click();
  await page.waitForURL('**/account*');
}

/** Gives the password again, when the page asks for it. */
export async function confirm(page, { password }) {
  if (!page.url().includes('/sign-in/again')) return;
  await page.locator('#password').fill(password);
  await page.locator('main button[type=submit]').click();
  await page.waitForURL(url => !url.pathname.startsWith('/sign-in'));
}
