// The citizen on a phone, with and without JavaScript.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose, demo, invitation, person, personWithoutCookies, sendButton, stored, thanks } from './lib.mjs';

for (const js of [true, false]) {
  const how = js ? 'with JavaScript' : 'without JavaScript';

  test(`two taps lead to thanks, ${how}`, () => person(async page => {
    const before = await stored();
    await page.goto(demo().ready.point_url);
    assert.equal(await page.locator('input[type=radio]:checked').count(), 0, 'nothing is chosen beforehand');
    await choose(page, 5);
    await sendButton(page).tap();
    await thanks(page);
    assert.match(await page.locator('body').innerText(), /đã được ghi nhận/);
    assert.equal(await stored() - before, 1);
  }, { js }));

  test(`an empty sending says what is missing and takes one there, ${how}`, () => person(async page => {
    const before = await stored();
    await page.goto(demo().ready.point_url);
    const [answer] = await Promise.all([
      page.waitForResponse(response => response.request().method() === 'POST'),
      sendButton(page).tap(),
    ]);
    assert.equal(answer.status(), 422);
    await page.locator('[role=alert]').waitFor({ state: 'visible' });
    assert.match(await page.title(), /^Lỗi: /);
    assert.equal(await page.locator('[role=alert]:focus, [role=alert]:target').count(), 1, 'the reader is at the alert');
    await page.locator('[role=alert] a[href^="#"]').first().click();
    assert.equal(await page.locator('input[type=radio]:focus, input[type=radio]:target, fieldset:target').count(), 1, 'the link leads to the choices');
    await choose(page, 2);
    await sendButton(page).tap();
    await thanks(page);
    assert.equal(await stored() - before, 1);
  }, { js }));

  test(`three quick taps are one answer, ${how}`, () => person(async page => {
    const before = await stored();
    await page.goto(demo().ready.point_url);
    await choose(page, 4);
    const box = await sendButton(page).boundingBox();
    for (let tap = 0; tap < 3; tap++) await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2).catch(() => {});
    await thanks(page);
    assert.equal(await stored() - before, 1);
  }, { js }));

  test(`going back and sending again is one answer, ${how}`, () => person(async page => {
    const before = await stored();
    await page.goto(demo().ready.point_url);
    await choose(page, 1);
    await sendButton(page).tap();
    await thanks(page);
    await page.goBack({ waitUntil: 'load' });
    if (await page.locator('#r5').count()) {
      await choose(page, 5);
      await sendButton(page).tap();
      await page.waitForLoadState('load');
    }
    assert.match(await page.locator('body').innerText(), /đã được ghi nhận/);
    assert.equal(await stored() - before, 1);
  }, { js }));

  test(`reloading the thanks sends nothing, ${how}`, () => person(async page => {
    await page.goto(demo().ready.point_url);
    await choose(page, 4);
    await sendButton(page).tap();
    await thanks(page);
    const posts = [];
    page.on('request', request => request.method() === 'POST' && posts.push(request.url()));
    await page.reload();
    await thanks(page);
    assert.deepEqual(posts, []);
  }, { js }));

  test(`aspects and a comment can be added after the thanks, ${how}`, () => person(async page => {
    await page.goto(demo().ready.point_url);
    await choose(page, 2);
    await sendButton(page).tap();
    await thanks(page);
    await page.locator('input[type=checkbox]').first().check();
    await page.locator('textarea').first().fill('Chờ hơi lâu, nhưng cán bộ hướng dẫn tận tình <b>"&\'</b>.');
    await sendButton(page).tap();
    await page.getByText('Đã nhận góp ý').waitFor();
  }, { js }));
}

test('the keyboard alone is enough', () => person(async page => {
  await page.goto(demo().ready.point_url);
  const focused = () => page.locator('input[type=radio]:focus').count();
  for (let tabs = 0; tabs < 25 && !await focused(); tabs++) await page.keyboard.press('Tab');
  assert.equal(await focused(), 1, 'Tab reaches the choices');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await thanks(page);
}));

test('cookies switched off change nothing', () => personWithoutCookies(async (page, context) => {
  const before = await stored();
  await page.goto(demo().ready.point_url);
  assert.deepEqual(await context.cookies(), [], 'the browser keeps no cookie');
  await choose(page, 3);
  await sendButton(page).tap();
  await thanks(page);
  assert.equal(await stored() - before, 1);
}));

test('the form, the thanks and the errors are in English after one tap', () => person(async page => {
  await page.goto(demo().ready.point_url);
  assert.equal(await page.locator('html').getAttribute('lang'), 'vi');
  await page.getByRole('link', { name: 'English' }).tap();
  await page.locator('html[lang=en]').waitFor();
  await page.getByText('Very satisfied').waitFor();
  await sendButton(page).tap();
  await page.getByText('There is a problem').first().waitFor();
  assert.match(await page.title(), /^Error: /);
  await choose(page, 5);
  await sendButton(page).tap();
  await thanks(page);
  assert.match(await page.locator('h1').innerText(), /Thank you/);
}));

test('a slip works once, for whoever holds it', () => person(async page => {
  const slip = invitation();
  await page.goto(slip);
  await choose(page, 4);
  await sendButton(page).tap();
  await thanks(page);
  await person(async other => {
    const answer = await other.goto(slip);
    assert.equal(answer.status(), 200);
    assert.match(await other.locator('body').innerText(), /đã được ghi nhận/);
    assert.equal(await other.locator('input[type=radio]').count(), 0);
  });
}));

test('two who opened the same slip: the first is counted, the second is told plainly', () => person(first => person(async second => {
  const slip = invitation();
  await first.goto(slip);
  await second.goto(slip);
  await choose(first, 4);
  await sendButton(first).tap();
  await thanks(first);
  await choose(second, 1);
  const [answer] = await Promise.all([
    second.waitForResponse(response => response.request().method() === 'POST'),
    sendButton(second).tap(),
  ]);
  assert.equal(answer.status(), 410);
  await second.getByText('đã được ghi nhận').first().waitFor();
})));

test('an unknown code offers to type it again', () => person(async page => {
  const answer = await page.goto(new URL('/q/ZZZZZZZZZZZZZZZZ', demo().base).href);
  assert.equal(answer.status(), 404);
  await page.getByText('Không tìm thấy mã này').waitFor();
  assert.equal(await page.locator('input[type=text], input:not([type])').count(), 1);
}));

test('a capital address, as the QR holds it, opens the same form', () => person(async page => {
  const { pathname } = new URL(demo().ready.point_url);
  await page.goto(new URL(pathname.toUpperCase(), demo().base).href);
  await choose(page, 5);
  await sendButton(page).tap();
  await thanks(page);
}));
