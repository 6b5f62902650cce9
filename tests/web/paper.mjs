// Paper forms by keyboard alone, without scripts: two people type a sheet, the inspector settles it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DESK, NARROW, account, cursor, demo, person, sideways, signIn, stored, violations } from './lib.mjs';

const at = path => new URL(path, demo().base).href;
const day = (() => {
  const here = new Date(Date.now() + 7 * 3600_000);
  return `${String(here.getUTCDate()).padStart(2, '0')}/${String(here.getUTCMonth() + 1).padStart(2, '0')}/${here.getUTCFullYear()}`;
})();

/** Types a sheet with digits, Tab and Enter, from the field that has the focus. */
async function type(page, digits) {
  await cursor(page, '[id^=q-]');
  for (const [i, digit] of [...digits].entries()) {
    if (i > 0) await page.keyboard.press('Tab');
    await page.keyboard.type(digit);
  }
  await page.keyboard.press('Enter');
}

test('two people type a sheet by keyboard, the inspector settles it, it is stored once', async () => {
  let batch;
  await person(async page => {
    await signIn(page, account('admin'));
    await page.getByRole('link', { name: 'Phiếu giấy' }).click();
    await page.getByRole('link', { name: 'Mở tập phiếu' }).click();
    await page.locator('#label').fill('Tập thử bàn phím');
    await page.locator('#unit').selectOption('SGD-GL.VP');
    await page.locator('#form').selectOption({ index: 1 });
    const forms = await page.locator('#form option').allInnerTexts();
    const service = forms.findIndex(name => /phục vụ/i.test(name));
    await page.locator('#form').selectOption({ index: service > 0 ? service : 1 });
    await page.locator('#first').fill(day);
    await page.locator('#last').fill(day);
    await page.locator('#sheets').fill('2');
    await page.getByRole('button', { name: 'Mở tập phiếu' }).click();
    await page.getByText('Chưa nhập').waitFor();
    batch = new URL(page.url()).pathname;
  }, { view: DESK, js: false });

  const before = await stored();
  let questions;
  for (const which of [0, 1]) {
    await person(async page => {
      await signIn(page, account('typist', which));
      await page.goto(at(batch));
      await page.getByRole('link', { name: 'Nhập phiếu số 1' }).click();
      questions = await page.locator('.digit').count();
      assert.equal(await page.locator('#day').inputValue(), day);
      await type(page, which === 0 ? '5'.repeat(questions) : `4${'5'.repeat(questions - 1)}`);
      await page.getByText('Đã lưu phiếu số 1.').waitFor();
      assert.match(page.url(), /\/2\?/, 'on to the next sheet');
      if (which === 0) {
        await type(page, '5');
        await page.locator('[role=alert]').waitFor();
        assert.equal(await page.locator('.digit').first().inputValue(), '5', 'what was typed stays');
        await cursor(page, '#loi');
        for (const [view, name] of [[NARROW, 'narrow'], [DESK, 'desk']]) {
          await page.setViewportSize(view.viewport);
          assert.deepEqual(await violations(page), [], name);
          assert.equal(await sideways(page), 0, name);
        }
      }
    }, { view: DESK, bypassCSP: true });
  }
  assert.equal(await stored(), before, 'two readings that differ are not stored');
  await person(async page => {
    await signIn(page, account('inspector'));
    await page.goto(at(batch));
    assert.deepEqual(await violations(page), []);
    await page.getByRole('link', { name: 'Xử lý phiếu số 1' }).click();
    await page.getByText('Lần một: “5”. Lần hai: “4”.').waitFor();
    assert.deepEqual(await violations(page), []);
    await page.keyboard.type('4');
    await page.keyboard.press('Enter');
    await page.getByText('Đã lưu phiếu số 1.').waitFor();
    assert.match(await page.locator('main').innerText(), /Đã ghi\s+1/);
  }, { view: DESK, bypassCSP: true });
  assert.equal(await stored(), before + 1);
});

for (const path of ['/desk/paper', '/desk/paper/new']) {
  test(`${path}: no accessibility fault, no sideways scrolling, in both languages`, () => person(async page => {
    await signIn(page, account('admin'));
    for (const lang of ['vi', 'en']) {
      await page.goto(at(`${path}?lang=${lang}`));
      for (const view of [NARROW, DESK]) {
        await page.setViewportSize(view.viewport);
        assert.deepEqual(await violations(page), []);
        assert.equal(await sideways(page), 0);
      }
    }
  }, { view: DESK, bypassCSP: true }));
}
