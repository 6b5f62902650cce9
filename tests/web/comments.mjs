// The inbox of comments, in a browser: read, filtered, handled with a keyboard and without a script.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DESK, NARROW, PHONE, account, clipped, cursor, demo, person, sideways, signIn, violations } from './lib.mjs';

const at = path => new URL(path, demo().base).href;
const first = page => page.locator('ol.comments h2 a').first();

test('a head of unit reads, filters, writes down what was done, and hides with a reason; nothing needs a script', () => person(async page => {
  await signIn(page, account('manager'));
  await page.getByRole('link', { name: 'Ý kiến', exact: true }).click();
  assert.equal(await page.locator('h1').innerText(), 'Ý kiến của người dân');
  assert.equal(await page.locator('ol.comments li').count(), 25);
  assert.match(await page.locator('main').innerText(), /Đã ẩn \d+ ý kiến, lý do: /);
  await page.locator('#status').selectOption('new');
  await page.locator('#rating').selectOption('low');
  await page.getByRole('button', { name: 'Xem' }).click();
  assert.match(page.url(), /status=new/);
  const statuses = await page.locator('ol.comments .status').allInnerTexts();
  assert.ok(statuses.length > 0 && statuses.every(status => status === 'Mới'), String(statuses));
  await first(page).click();
  const comment = page.url();
  await page.getByRole('button', { name: 'Ẩn ý kiến này' }).click();
  await page.locator('[role=alert]').waitFor();
  assert.match(await page.title(), /^Lỗi: /);
  await cursor(page, '#loi');
  await page.locator('#answer').fill('Đã đặt thêm ghế ở phòng chờ.');
  await page.getByLabel('Công bố trên trang kết quả').check();
  await page.getByRole('button', { name: 'Lưu nội dung' }).click();
  await page.waitForURL(url => !url.pathname.endsWith('/answer'));
  assert.match(await page.locator('ol.steps').innerText(), /Đã làm gì · Được công bố/);
  await page.getByRole('button', { name: 'Chuyển sang: Đã xử lý' }).click();
  await page.locator('#reason').selectOption('other');
  await page.locator('[name=hide_why]').fill('Thử việc ẩn trong khi giới thiệu.');
  await page.getByRole('button', { name: 'Ẩn ý kiến này' }).click();
  await page.getByRole('button', { name: 'Hiện lại ý kiến này' }).waitFor();
  await page.locator('[name=show_why]').fill('Đã thử xong, hiện lại.');
  await page.getByRole('button', { name: 'Hiện lại ý kiến này' }).click();
  await page.locator('dd', { hasText: 'Đã xử lý' }).waitFor();
  assert.equal(new URL(page.url()).pathname, new URL(comment).pathname);
  await page.getByRole('link', { name: 'Về danh sách ý kiến' }).click();
  await page.locator('#words').fill('khong co chu nao nhu the nay');
  await page.keyboard.press('Enter');
  await page.getByText('Không có ý kiến nào khớp bộ lọc.').waitFor();
  await page.getByRole('link', { name: 'Bỏ bộ lọc' }).click();
  await page.getByRole('link', { name: 'Từ hay gặp' }).click();
  const word = page.locator('.sides section').first().locator('tbody a').first();
  const said = (await word.innerText()).normalize('NFC');
  await word.click();
  assert.ok(await page.locator('ol.comments li').count() >= 5, said);
}, { view: DESK, js: false }));

// Each way leads somebody of a role to one page in one state.
const PAGES = [
  ['the inbox', 'manager', page => page.goto(at('/manage/comments'))],
  ['hidden comments', 'leader', page => page.goto(at('/manage/comments?status=hidden'))],
  ['no comment that fits', 'leader', page => page.goto(at('/manage/comments?words=khongcogi'))],
  ['a comment to handle', 'leader', async page => {
    await page.goto(at('/manage/comments?status=done'));
    await first(page).click();
  }],
  ['a comment to read', 'inspector', async page => {
    await page.goto(at('/manage/comments?status=hidden'));
    await first(page).click();
  }],
  ['a form that came back', 'manager', async page => {
    await page.goto(at('/manage/comments?status=new'));
    await first(page).click();
    await page.getByRole('button', { name: 'Ẩn ý kiến này' }).click();
    await page.locator('[role=alert]').waitFor();
  }],
  ['words that come back', 'leader', page => page.goto(at('/manage/comments/words'))],
];

for (const [name, role, lead] of PAGES) {
  test(`${name}: no accessibility fault, no sideways scrolling, nothing cut, in both languages`, async () => {
    for (const view of [NARROW, PHONE, DESK]) {
      await person(async page => {
        await signIn(page, account(role));
        await lead(page);
        for (const lang of ['vi', 'en']) {
          if (lang === 'en') await page.getByRole('link', { name: 'English' }).first().click();
          await page.locator(`html[lang=${lang}]`).waitFor();
          const where = `at ${view.viewport.width} px, ${lang}`;
          assert.deepEqual(await violations(page), [], where);
          assert.equal(await sideways(page), 0, `pixels to scroll sideways ${where}`);
          assert.deepEqual(await clipped(page), [], where);
        }
      }, { view, bypassCSP: true });
    }
  });
}
