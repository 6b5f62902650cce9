// The citizen on a phone, with and without JavaScript.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MARK, choose, demo, invitation, own, person, personWithoutCookies, sendButton, stored, thanks } from './lib.mjs';

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

test('the keyboard alone is enough, from the question to the last thanks', () => person(async page => {
  const before = await stored();
  await page.goto(demo().ready.point_url);
  await tabTo(page, 'input[type=radio]');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await tabTo(page, 'button');
  await page.keyboard.press('Enter');
  await thanks(page);
  await tabTo(page, 'input[type=checkbox]');
  await page.keyboard.press('Space');
  await tabTo(page, 'textarea');
  await page.keyboard.type('Hướng dẫn rõ ràng.');
  for (let sent = 0; sent < 3; sent++) {
    await tabTo(page, 'button');
    const answered = page.waitForNavigation();
    await page.keyboard.press('Enter');
    await answered;
    await page.getByText('Đã nhận góp ý').waitFor();
  }
  assert.equal(await page.locator('button').count(), 0, 'nothing more is asked');
  assert.equal(await stored() - before, 4, 'the rating and three pages');
}));

/** Presses Tab until the focus is on such a control. */
async function tabTo(page, what) {
  for (let tabs = 0; tabs < 60; tabs++) {
    await page.keyboard.press('Tab');
    if (await page.locator(`${what}:focus`).count()) return;
  }
  assert.fail(`Tab does not reach ${what}`);
}

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

test('three quick taps on a slip still lead to the questions that may be added', () => person(async page => {
  const before = await stored();
  await page.goto(invitation());
  await choose(page, 4);
  const box = await sendButton(page).boundingBox();
  for (let tap = 0; tap < 3; tap++) await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2).catch(() => {});
  await thanks(page);
  assert.equal(await page.locator('textarea').count(), 1);
  assert.equal(await stored() - before, 1);
}));

test('two tabs of one phone are one answer', () => person(async (page, context) => {
  const before = await stored();
  const other = await context.newPage();
  await page.goto(demo().ready.point_url);
  await other.goto(demo().ready.point_url);
  for (const [tab, level] of [[page, 5], [other, 1]]) {
    await choose(tab, level);
    await sendButton(tab).tap();
    await thanks(tab);
  }
  assert.equal(await stored() - before, 1);
}));

for (const js of [true, false]) {
  test(`two people share a phone: each is counted, and going back is not a third, ${js ? 'with' : 'without'} JavaScript`, () => person(async page => {
    const before = await stored();
    await page.goto(demo().ready.point_url);
    await choose(page, 5);
    await sendButton(page).tap();
    await thanks(page);
    await page.goto(demo().ready.point_url);
    assert.equal(await page.locator('input[type=radio]').count(), 0, 'coming back shows that it was received');
    await page.getByRole('link', { name: 'Đánh giá một lần làm việc khác' }).tap();
    await choose(page, 2);
    await sendButton(page).tap();
    await thanks(page);
    assert.equal(await stored() - before, 2);
    await page.goBack({ waitUntil: 'load' });
    if (await page.locator('#r5').count()) {
      await choose(page, 5);
      await sendButton(page).tap();
      await page.waitForLoadState('load');
    }
    assert.match(await page.locator('body').innerText(), /đã được ghi nhận/);
    assert.equal(await stored() - before, 2);
  }, { js }));

  test(`a line that breaks after sending ends in "received", ${js ? 'with' : 'without'} JavaScript`, () => person(async page => {
    const before = await stored();
    await page.goto(demo().ready.point_url);
    await choose(page, 4);
    // The answer is stored; the browser never hears of it.
    await page.route('**/*', async route => { await route.fetch({ maxRedirects: 0 }); await route.abort(); }, { times: 1 });
    await sendButton(page).tap();
    await page.waitForURL(/chrome-error|\/q\//).catch(() => {});
    await page.waitForTimeout(300);
    assert.equal(await stored() - before, 1, 'it was stored although nobody heard');
    await page.goto(demo().ready.point_url);
    assert.match(await page.locator('h1').innerText(), /đã được ghi nhận/);
    assert.equal(await stored() - before, 1);
  }, { js, quiet: false }));

  test(`going back to a comment that was sent shows that it was received, ${js ? 'with' : 'without'} JavaScript`, () => person(async page => {
    await page.goto(demo().ready.point_url);
    await choose(page, 3);
    await sendButton(page).tap();
    await thanks(page);
    const before = await stored();
    await page.locator('textarea').fill('Chờ lâu');
    await sendButton(page).tap();
    await page.getByText('Đã nhận góp ý').waitFor();
    await page.goBack({ waitUntil: 'load' });
    await page.getByText('Đã nhận góp ý').waitFor();
    assert.equal(await page.locator('textarea').count(), 0);
    assert.equal(await stored() - before, 1);
  }, { js }));

  test(`a point of several procedures: most used first, found without marks, one more tap, ${js ? 'with' : 'without'} JavaScript`, () => person(async page => {
    await page.goto(demo().ready.office_point_url);
    const names = await page.locator('.links a').allInnerTexts();
    assert.match(names[0], /Cấp bản sao văn bằng/, 'what most people came for');
    assert.equal(names.at(-1), 'Việc khác');
    await page.locator('#tim').fill('  HOC   bong ');
    await page.getByRole('button', { name: 'Tìm' }).tap();
    await page.waitForURL(/tim=/);
    assert.deepEqual(await page.locator('.links a').allInnerTexts(), ['Xét, cấp học bổng chính sách', 'Việc khác']);
    await page.locator('.links a').first().tap();
    await page.getByText('Thủ tục: Xét, cấp học bổng chính sách').waitFor();
    await choose(page, 5);
    await sendButton(page).tap();
    await thanks(page);
  }, { js }));

  test(`every kind of question, conditions and what must be answered, ${js ? 'with' : 'without'} JavaScript`, () => person(async page => {
    await page.goto(own().url('every'));
    await choose(page, 2);
    await sendButton(page).tap();
    await thanks(page);
    assert.equal(await page.locator('legend').first().innerText(), 'Điều gì khiến quý vị chưa hài lòng?');
    await sendButton(page).tap();
    await page.locator('input[name=staff]').first().waitFor();
    assert.equal(await page.locator('textarea').count(), 0, 'what depends on this page is not asked on it');
    await page.locator('input[name=phone][value=yes]').check();
    await sendButton(page).tap();
    await page.locator('[role=alert]').waitFor();
    assert.deepEqual(await page.locator('[role=alert] a').allInnerTexts(), ['Chọn một mức cho câu «Thái độ và cách hướng dẫn của công chức»']);
    assert.ok(await page.locator('input[name=phone][value=yes]').isChecked(), 'what was chosen is kept');
    await page.locator('[role=alert] a').first().tap();
    assert.equal(await page.locator('input[name=staff]:focus, input[name=staff]:target').count(), 1);
    await page.locator('input[name=staff][value="1"]').check();
    await sendButton(page).tap();
    await page.locator('textarea').waitFor();
    assert.deepEqual(await page.locator('.ask').allInnerTexts().then(all => all.length), 4, 'all four that apply');
    await page.locator('input[name=better]').first().check();
    await sendButton(page).tap();
    await page.locator('[role=alert]').waitFor();
    assert.match(await page.locator('[role=alert]').innerText(), /Ghi câu trả lời cho câu «Công chức đã làm gì/);
    await page.locator('textarea').fill('<script>alert(1)</script>\nNói trống không "&\'');
    await sendButton(page).tap();
    await page.getByText('Đã nhận góp ý').waitFor();
    assert.equal(await page.locator('button').count(), 0);
  }, { js }));
}

test('what was written comes back as it was, as text', () => person(async page => {
  const written = '\n<script>document.title = 1</script>\u202e</textarea><b>"&amp;\'\n' + 'ữ'.repeat(1001);
  await page.goto(own().url('one'));
  await choose(page, 3);
  await sendButton(page).tap();
  await thanks(page);
  await page.locator('textarea').fill(written);
  await sendButton(page).tap();
  await page.locator('[role=alert]').waitFor();
  assert.match(await page.title(), /^Lỗi: Cảm ơn/);
  assert.equal(await page.locator('textarea').inputValue(), written);
  assert.equal(await page.locator('textarea').getAttribute('aria-invalid'), 'true');
}));

test('the typed code, in any way people write it, leads to the same form', () => person(async page => {
  const code = own().typed('one');
  for (const way of [code, code.toLowerCase(), code.replace('-', ''), ` ${code.replace('-', ' – ')} `, code.replaceAll('0', 'o').replaceAll('1', 'l')]) {
    await page.goto(new URL('/', own().base).href);
    await page.locator('#code').fill(way);
    await page.getByRole('button', { name: 'Tiếp tục' }).tap();
    await page.getByText('Thủ tục số 1 về hồ sơ').waitFor();
    assert.equal(page.url().split('#')[0], new URL(own().url('one').replace('/q/', '/Q/')).href, 'the address that is in the QR');
  }
}));

test('a question is read aloud when its button is pressed, and not before', () => person(async page => {
  const sounds = [];
  page.on('response', response => { if (response.url().includes('/sound/')) sounds.push(response); });
  await page.goto(own().url('every'));
  const player = page.locator('audio');
  assert.equal(await player.count(), 1);
  assert.match(await player.getAttribute('aria-label'), /^Nghe câu hỏi: Quý vị hài lòng/);
  assert.deepEqual(sounds, []);
  await player.evaluate(audio => audio.play());
  assert.equal(sounds[0].status(), 200);
  assert.equal(sounds[0].headers()['content-type'], 'audio/ogg; codecs=opus');
  assert.match(sounds[0].headers()['cache-control'], /immutable/);
  await page.goto(`${own().url('every')}?lang=en`);
  assert.equal(await player.count(), 0, 'there is no English sound');
}));

test('a language is a file of words and a column of the form: every sentence is in it, names keep theirs', () => person(async page => {
  const foreign = () => page.evaluate(mark => {
    const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode.textContent.trim(), inside = walker.currentNode.parentElement;
      if (text && !inside.closest('[lang]:not(html), textarea, option') && !text.includes(mark) && /\p{L}/u.test(text)) found.push(text);
    }
    if (!document.title.includes(mark)) found.push(document.title);
    return found;
  }, MARK);
  const looked = [];
  const look = async name => { assert.deepEqual(await foreign(), [], name); looked.push(name); };
  await page.goto(own().url('every'));
  await page.getByRole('link', { name: 'Thử', exact: true }).tap();
  await page.locator('html[lang=rad]').waitFor();
  await look('the question');
  await sendButton(page).tap();
  await page.locator('[role=alert]').waitFor();
  await look('the error');
  await choose(page, 4);
  await sendButton(page).tap();
  await thanks(page);
  await look('the thanks');
  for (let sent = 0; sent < 2; sent++) {
    const next = page.waitForEvent('framenavigated');
    await sendButton(page).tap();
    await next;
    await page.waitForLoadState('load');
    await look('more questions');
  }
  for (const path of ['/', '/privacy', '/nowhere', '/q/ZZZZZZZZZZZZZZZZ']) {
    await page.goto(new URL(`${path}?lang=rad`, own().base).href);
    await look(path);
  }
  for (const name of ['choosing', 'closed', 'revoked', 'every']) {
    await page.goto(`${own().url(name)}?lang=rad`);
    await look(name);
  }
  assert.equal(looked.length, 13);
  // A question that nobody translated says which language it is in.
  await page.goto(`${own().url('one')}?lang=rad`);
  assert.equal(await page.locator('h1').getAttribute('lang'), 'vi');
}));
