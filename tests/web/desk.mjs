// The officer's desk by keyboard alone, with a scanner that types fast and ends with Enter, without scripts; and what it
// shows to the citizen's camera and to the printer.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { test } from 'node:test';
import jsQR from 'jsqr';
import { PNG } from 'pngjs';
import { PORTRAIT, called, rate, tablet, until } from './kiosk-lib.mjs';
import { DESK, NARROW, PHONE, TABLET, account, choose, cursor, demo, person, sendButton, sideways, signIn, stored, thanks, violations } from './lib.mjs';

const at = path => new URL(path, demo().base).href;
const SHOTS = process.env.HAILONG_SHOTS;
const shot = async (page, name) => {
  if (!SHOTS) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
};
let number = 1000;
const nextCase = () => `000.00.12.H21-261124-${++number}`;

/** What a scanner does: every key at once, then Enter. */
async function scan(page, code) {
  await page.keyboard.type(code, { delay: 0 });
  await page.keyboard.press('Enter');
}

/** The code that a camera in front of the page reads. */
async function seen(page) {
  const { data, width, height } = PNG.sync.read(await page.locator('img.symbol').screenshot());
  return jsQR(new Uint8ClampedArray(data), width, height)?.data;
}

/** Fills in procedure and event of the first case of the day, by keyboard. */
async function begin(page) {
  await page.goto(at('/desk'));
  await cursor(page, '#case');
  await page.locator('#procedure').focus();
  await page.keyboard.type('1.005092');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  assert.equal(await page.locator('input[name=event]:checked').getAttribute('value'), 'finished');
  await page.keyboard.press('Tab');
}

test('an officer scans case after case without a mouse or a script, and a citizen answers', async () => {
  let address;
  await person(async page => {
    await signIn(page, account('officer'));
    await page.getByRole('link', { name: 'Cấp mã đánh giá' }).click();
    await begin(page);
    const codes = new Set();
    for (let n = 0; n < 3; n++) {
      const code = nextCase();
      await scan(page, code);
      await page.locator('.typed').waitFor();
      await until('the case is counted', async () => await page.locator('td.number').first().innerText() === String(n + 1));
      codes.add(await page.locator('.typed').innerText());
      await cursor(page, '#case');
      assert.ok(!page.url().includes(code) && !(await page.content()).includes(code), 'the case stays nowhere');
    }
    assert.equal(codes.size, 3, 'three cases, three codes');
    address = await seen(page);
    assert.match(address, /^HTTP:\/\/127\.0\.0\.1:\d+\/Q\/[0-9A-HJKMNP-TV-Z]{16}$/);
    assert.match(await page.locator('.today').innerText(), /Tài khoản này\s+3\s+3\s+0/);
    await shot(page, 'slip-1366');
  }, { view: DESK, js: false });

  const before = await stored();
  await person(async page => {
    await page.goto(address);
    await page.getByText('Thủ tục:').waitFor();
    await choose(page, 4);
    await sendButton(page).tap();
    await thanks(page);
  }, { js: false });
  assert.equal(await stored(), before + 1);
});

test('a scan that went wrong says so, and the next one replaces it', () => person(async page => {
  await signIn(page, account('officer'));
  await begin(page);
  await scan(page, '000.00.12.H21-261344-0001');
  await page.locator('[role=alert]').waitFor();
  await cursor(page, '#loi');
  assert.match(await page.locator('[role=alert]').innerText(), /không có ngày nào là «261344»/);
  await shot(page, 'fault-1366');
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await cursor(page, '#case');
  await page.keyboard.press('Control+A');
  await scan(page, nextCase());
  await page.locator('.typed').waitFor();
}, { view: DESK, bypassCSP: true }));

test('a case filled in by another system needs one key', () => person(async page => {
  await signIn(page, account('officer'));
  await page.goto(at(`/desk?case=${nextCase()}&procedure=1.005092&event=refused`));
  await cursor(page, '[type=submit]');
  await page.keyboard.press('Enter');
  await page.locator('.typed').waitFor();
  assert.equal(await page.locator('input[name=event]:checked').getAttribute('value'), 'refused');
}, { view: DESK, js: false }));

test('words of a procedure that several have give a choice', () => person(async page => {
  await signIn(page, account('officer'));
  await page.goto(at('/desk'));
  await page.locator('#procedure').fill('trung hoc pho thong');
  await page.locator('#late').check();
  await page.locator('#case').fill(nextCase());
  await page.keyboard.press('Enter');
  await page.locator('select#procedure').waitFor();
  await shot(page, 'choice-1366');
  await page.locator('select#procedure').selectOption({ index: 1 });
  await page.locator('#case').press('Enter');
  await page.locator('.typed').waitFor();
}, { view: DESK, js: false }));

/** A kiosk of the demonstration: its code is believed without an administrator's word. */
const demonstrated = which => ({ code: async () => demo().ready.kiosk_pairing_codes.at(which), confirm: async () => {} });

test('a slip prints at its size, and Enter prints it', () => person(async page => {
  await signIn(page, account('officer'));
  await begin(page);
  await scan(page, nextCase());
  await page.locator('.typed').waitFor();
  const address = await seen(page), slip = page.url();
  for (const width of [58, 80]) {
    await page.goto(slip);
    await page.getByRole('link', { name: `In phiếu giấy ${width} mm` }).click();
    await page.locator('img.paper').waitFor();
    await page.evaluate(() => { globalThis.printed = 0; globalThis.print = () => { globalThis.printed += 1; }; });
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => globalThis.printed), 1);
    await page.waitForFunction(() => document.querySelector('img.paper').naturalWidth > 0);
    await shot(page, `print-${width}`);
    assert.deepEqual(await violations(page), []);
    const box = await page.locator('img.paper').boundingBox();
    assert.ok(Math.abs(box.width - 2 - width / 25.4 * 96) < 1, `${box.width} px is not ${width} mm`);
    const paper = await page.pdf({ preferCSSPageSize: true });
    const text = paper.toString('latin1');
    const sizes = [...text.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map(found => found.slice(1).map(Number));
    assert.equal(sizes.length, 1, `one page: ${JSON.stringify(sizes)}`);
    assert.ok(Math.abs(sizes[0][0] - width / 25.4 * 72) < 2, `${sizes[0]} pt`);
    await page.emulateMedia({ media: 'print' });
    const printed = PNG.sync.read(await page.screenshot());
    assert.equal(jsQR(new Uint8ClampedArray(printed.data), printed.width, printed.height)?.data, address);
    await shot(page, `printed-${width}`);
    await page.emulateMedia({ media: null });
  }
}, { view: { ...DESK, deviceScaleFactor: 2 }, bypassCSP: true }));

for (const lang of ['vi', 'en']) {
  test(`the desk and a code: no accessibility fault, no sideways scrolling, in ${lang}`, () => person(async page => {
    await signIn(page, account('officer'));
    await page.goto(at(`/desk?lang=${lang}&procedure=1.005092&event=late`));
    const views = [[NARROW, 320], [PHONE, 360], [PORTRAIT, 800], [TABLET, 1280], [DESK, 1366]];
    const look = async name => {
      for (const [view, width] of views) {
        await page.setViewportSize(view.viewport);
        assert.deepEqual(await violations(page), [], `${name} ${width}`);
        assert.equal(await sideways(page), 0, `${name} ${width}`);
        await shot(page, `${name}-${lang}-${width}`);
      }
    };
    await look('desk');
    await page.locator('#case').fill(nextCase());
    await page.keyboard.press('Enter');
    await page.locator('.typed').waitFor();
    await look('slip');
    const slip = page.url();
    await page.getByRole('link', { name: /58 mm/ }).first().click();
    await page.locator('img.paper').waitFor();
    await look('print');
    await page.goto(at(`/desk?lang=${lang}`));
    await page.locator('#procedure').fill('trung hoc pho thong');
    await page.locator('main button[type=submit]').click();
    await page.locator('select#procedure').waitFor();
    await look('several faults and a choice');
    await page.goto(slip);
    await page.setViewportSize(DESK.viewport);
    const bottom = await page.locator('.typed').evaluate(element => element.getBoundingClientRect().bottom);
    assert.ok(bottom <= 768, `the code to type is at ${bottom}, below the screen`);
  }, { view: DESK, bypassCSP: true }));
}

test('the officer wakes the tablet of the counter; the answer uses the invitation up and the officer sees nothing of it', async () => {
  const t = await tablet(demo().base);
  try {
    await t.pair(demonstrated(-1));
    await shot(t.page, 'tablet-general');
    assert.equal(await t.page.locator('.about').count(), 0, 'the general question');
    await person(async page => {
      await signIn(page, account('officer'));
      await begin(page);
      await scan(page, nextCase());
      await page.locator('.typed').waitFor();
      const address = await seen(page);
      const from = Date.now();
      await page.getByRole('button', { name: 'Mời đánh giá trên máy tính bảng' }).click({ noWaitAfter: true });
      await t.page.locator('.about').waitFor();
      console.log(`# woken ${Date.now() - from} ms after the press`);
      assert.ok(Date.now() - from < 1_000, `woken after ${Date.now() - from} ms`);
      assert.match(await t.page.locator('#hoi').innerText(), /thủ tục này/);
      await shot(t.page, 'tablet-case');
      await page.getByText('Đã mời.').waitFor();
      const before = await stored(), looks = await page.locator('.handout').innerHTML();
      await rate(t.page, 2);
      assert.equal(await t.page.locator('.about').count(), 0, 'the next person gets the general question');
      await until('the answer is stored', async () => await stored() === before + 1);
      await page.reload();
      const hidden = html => html.replaceAll(/name="csrf" value="[^"]*"/g, '');
      assert.equal(hidden(await page.locator('.handout').innerHTML()), hidden(looks));
      await person(async citizen => {
        await citizen.goto(address);
        await citizen.getByText('Đánh giá của quý vị đã được ghi nhận.').waitFor();
      });
      // Woken for the same case again, the tablet asks as if nobody had answered.
      await page.getByRole('button', { name: 'Mời đánh giá trên máy tính bảng' }).click();
      await t.page.locator('.about').waitFor();
    }, { view: DESK, js: false });
  } finally { await t.close(); }
});

test('a tablet that nobody touches goes back to the general question', async () => {
  const t = await tablet(demo().base);
  try {
    await t.pair(demonstrated(-2));
    await called(t, { lang: 'en', left_ms: 2_500 });
    await t.page.reload();
    await t.page.getByText('Thủ tục thử').waitFor();
    assert.equal(await t.page.evaluate(() => document.documentElement.lang), 'en', 'in the language of the slip');
    await t.page.locator('.about').waitFor({ state: 'detached', timeout: 5_000 });
    assert.equal(await t.page.evaluate(() => document.documentElement.lang), 'vi');
  } finally { await t.close(); }
});
