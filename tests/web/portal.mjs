// The question on a portal's confirmation page: by a link and back, as a form among the portal's own markup, in a frame;
// with and without scripts, with cookies of other sites blocked, on a slow line, pressed twice, gone back.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { chromium } from 'playwright-core';
import { adminOf } from './kiosk-lib.mjs';
import { CHROME, DESK, FLAGS, NARROW, PHONE, TABLET, account, choose, confirm, demo, person, sendButton, sideways, signIn, stored, thanks, violations } from './lib.mjs';
import { portal } from './portal-site.mjs';

const SHOTS = process.env.HAILONG_SHOTS;
const shot = async (page, name, fullPage = true) => {
  if (!SHOTS) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage });
};
let number = 5000;
const nextCase = () => `000.00.12.H21-261124-${++number}`;
const NAME = 'Cổng dịch vụ công tỉnh';
const wayBack = page => page.getByRole('link', { name: `Quay lại ${NAME}` });

/** The portal on the list, and one that is not; whoever asks first starts them. */
let opened;
const open = () => opened ??= openSites();
async function openSites() {
  const [site, other] = await Promise.all([1, 2].map(() => portal(demo().base, demo().ready.api_key)));
  const admin = await adminOf(demo());
  const { csrf } = await admin.get('/admin/portals');
  await admin.post('/admin/portals', { csrf, label: NAME, address: `${site.origin}/ket-qua` });
  return { site, other };
}
after(async () => { for (const one of Object.values(await opened ?? {})) await one.close(); });

/** Goes back to the portal. */
async function goBack(page, url) {
  await wayBack(page).click();
  await page.waitForURL(url);
  assert.equal(await page.locator('h1').innerText(), 'Hồ sơ của quý vị đã có kết quả');
}

/** Answers the next page of questions. */
async function answerMore(page) {
  const part = new URL(page.url()).searchParams.get('p');
  await page.locator('main form input[type=checkbox]').first().check();
  await page.locator('main form button[type=submit]').click();
  await page.waitForURL(url => url.searchParams.get('p') !== part);
}

/** Sends the form or the frame's form with a level chosen. */
async function rate(at, level) {
  await at.locator('input[type=radio]').nth(level - 1).check();
  return at.locator('button[type=submit]').first();
}

for (const js of [true, false]) {
  const how = js ? 'with JavaScript' : 'without JavaScript';

  test(`a link leads to the whole form and back to the portal, ${how}`, () => person(async page => {
    const [{ site }, was] = [await open(), await stored()];
    const url = site.page(nextCase());
    await page.goto(url);
    await page.locator('#lien-ket a').click();
    assert.equal(await wayBack(page).count(), 0, 'the way back comes after the answer');
    await page.getByRole('link', { name: 'English' }).click();
    await page.getByRole('link', { name: 'Tiếng Việt' }).click();
    await choose(page, 5);
    await sendButton(page).click();
    await thanks(page);
    assert.deepEqual(js ? await violations(page) : [], []);
    await shot(page, `portal-thanks-${js}`);
    // The rest is answered too: the way back is still there.
    await answerMore(page);
    await goBack(page, url);
    assert.equal(await stored(), was + 2);
  }, { js, bypassCSP: js }));

  test(`a form on the portal's own page is stored once, pressed twice and gone back, ${how}`, () => person(async page => {
    const [{ site }, was] = [await open(), await stored()];
    const url = site.page(nextCase());
    await page.goto(url);
    const form = page.locator('#bieu-mau');
    assert.equal(await form.locator('input:checked').count(), 0, 'nothing is chosen before');
    await (await rate(form, 4)).dblclick();
    await thanks(page);
    assert.ok(page.url().startsWith(demo().base));
    assert.equal(await stored(), was + 1);
    await page.goBack();
    await page.locator('h1', { hasText: 'Hồ sơ của quý vị' }).waitFor();
    const again = form.locator('button[type=submit]');
    if (await again.count()) {
      // The page as the browser kept it: sent again, it is the same answer.
      await (await rate(form, 1)).click();
      await thanks(page);
    }
    await page.goto(url);
    assert.match(await form.innerText(), /Quý vị đã đánh giá hồ sơ này/);
    assert.equal(await stored(), was + 1);
  }, { js }));

  test(`a frame on the portal's page needs no cookie of another site, ${how}`, () => withoutForeignCookies(js, async page => {
    const [{ site }, was] = [await open(), await stored()];
    const url = site.page(nextCase());
    await page.goto(url);
    await (await rate(page.frameLocator('iframe'), 2)).dblclick();
    await thanks(page);
    assert.equal(page.frames().length, 1, 'the rest has the whole window');
    assert.equal(await stored(), was + 1);
    await answerMore(page);
    await goBack(page, url);
    assert.match(await page.frameLocator('iframe').locator('main').innerText(), /đã được ghi nhận/);
    assert.equal(await page.frameLocator('iframe').locator('form').count(), 0);
  }));
}

test('on a slow line, with a second and third press, it is one answer', () => person(async (page, context) => {
  const [{ site }, was] = [await open(), await stored()];
  await page.goto(site.page(nextCase()));
  const network = await context.newCDPSession(page);
  await network.send('Network.emulateNetworkConditions', { offline: false, latency: 600, downloadThroughput: 20_000, uploadThroughput: 10_000 });
  const send = await rate(page.locator('#bieu-mau'), 3);
  await send.click({ noWaitAfter: true });
  await send.click({ noWaitAfter: true, timeout: 300 }).catch(() => {});
  await send.click({ noWaitAfter: true, timeout: 300 }).catch(() => {});
  await thanks(page);
  assert.equal(await stored(), was + 1);
}));

test('a site that is not on the list gets no frame, and its form is refused', () => person(async page => {
  const [{ site, other }, was] = [await open(), await stored()];
  await page.goto(site.page(nextCase()));
  const [frame, form] = [await page.locator('iframe').getAttribute('src'), await page.locator('#bieu-mau form').evaluate(it => it.outerHTML)];
  await page.route(`${other.origin}/x`, route => route.fulfill({ contentType: 'text/html; charset=utf-8', body: `<title>x</title><iframe src="${frame}"></iframe>${form}` }));
  await page.goto(`${other.origin}/x`);
  assert.equal(await page.frameLocator('iframe').locator('form').count(), 0, 'the browser shows nothing of it');
  await (await rate(page, 1)).click();
  await page.locator('main h1').waitFor();
  assert.ok(page.url().startsWith(demo().base));
  assert.equal(await page.locator('#cam-on').count(), 0);
  assert.equal(await stored(), was);
}, { quiet: false }));

for (const [name, view] of [['360', PHONE], ['320', NARROW], ['1280', TABLET]]) {
  test(`everybody can use the question in the portal at ${name} px, and it is light`, () => person(async page => {
    const { site } = await open();
    let bytes = 0;
    page.on('response', async answered => { if (answered.url().includes('/embed')) bytes = (await answered.body()).length; });
    await page.goto(site.page(nextCase()));
    const frame = page.frames().find(one => one.url().includes('/embed'));
    await frame.locator('form').waitFor();
    await page.locator('#khung').scrollIntoViewIfNeeded();
    await shot(page, `portal-${name}`, false);
    assert.ok(bytes > 0 && bytes <= 3 * 1024, `${bytes} bytes`);
    assert.equal(await sideways(page), 0);
    assert.equal(await sideways(frame), 0);
    assert.deepEqual(await frame.evaluate(() => [document.scripts.length, document.querySelectorAll('link,img').length]), [0, 0]);
    const tall = await frame.evaluate(() => document.documentElement.scrollHeight - document.documentElement.clientHeight);
    assert.equal(tall, 0, 'nothing of it is out of sight in the frame');
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(await violations(frame), []);
  }, { view, bypassCSP: true }));
}

test('the list of portals can be used by everybody', () => person(async page => {
  const { site } = await open();
  const admin = account('admin');
  await signIn(page, admin);
  await page.goto(new URL('/admin/portals', demo().base).href);
  await page.locator('#address').fill('http://khong-an-toan.vn');
  await page.locator('main button[type=submit]').click();
  await confirm(page, admin);
  await page.locator('[role=alert]').waitFor();
  assert.match(await page.locator('[role=alert]').innerText(), /Nhập tên cổng[^]*Nhập địa chỉ bắt đầu bằng https/);
  await shot(page, 'portals-fault');
  assert.deepEqual(await violations(page), []);
  await page.goto(new URL('/admin/portals', demo().base).href);
  assert.ok((await page.locator('td code').allInnerTexts()).includes(`${site.origin}/ket-qua`));
  await shot(page, 'portals');
  await page.getByRole('link', { name: `Gỡ «${NAME}»` }).click();
  assert.deepEqual(await violations(page), []);
  await shot(page, 'portals-remove');
}, { view: DESK, bypassCSP: true }));

/** As a person whose browser keeps no cookies of a site inside another. */
async function withoutForeignCookies(js, act) {
  const profile = mkdtempSync(join(tmpdir(), 'hailong-profile-'));
  mkdirSync(join(profile, 'Default'));
  writeFileSync(join(profile, 'Default/Preferences'), JSON.stringify({ profile: { block_third_party_cookies: true, cookie_controls_mode: 1 } }));
  const context = await chromium.launchPersistentContext(profile, { executablePath: CHROME, args: FLAGS, locale: 'vi-VN', javaScriptEnabled: js, ...PHONE });
  const faults = [];
  context.on('console', line => { if (line.type() === 'error') faults.push(line.text()); });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(8_000);
    await act(page);
    assert.deepEqual(faults, [], 'console errors');
  } finally { await context.close(); rmSync(profile, { recursive: true, force: true }); }
}
