// Publishing and what needs attention, as the head of an office does it: looked at, confirmed, seen by everybody.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DESK, PHONE, account, clipped, demo, person, sideways, signIn, violations } from './lib.mjs';

const at = path => new URL(path, demo().base).href;

async function inOrder(page, where) {
  assert.deepEqual(await violations(page), [], where);
  assert.equal(await sideways(page), 0, where);
  assert.deepEqual(await clipped(page), [], where);
  assert.equal(await page.locator('h1').count(), 1, where);
}

test('a leader looks at a month, publishes it with what was done, and anybody reads it without a script', async () => {
  const month = '2025-09';
  await person(async page => {
    await signIn(page, account('leader'));
    await page.goto(at(`/manage/publish/new?period=${month}`));
    const shown = await page.locator('section.indicator').first().innerText();
    await page.locator(`a[href*="/manage/publish/confirm"]`).click();
    await page.locator('textarea[name=did]').fill('Đã thêm ghế chờ và nước uống.');
    await page.locator('button.main').click();
    await page.waitForURL('**/manage/publish?**');
    await person(async reader => {
      await reader.goto(at(`/results?period=${month}`));
      assert.equal(await reader.locator('section.indicator').first().innerText(), shown, 'what was looked at is what is published');
      assert.match(await reader.locator('section.did').innerText(), /Đã thêm ghế chờ và nước uống\./);
    }, { js: false, view: DESK });
  }, { view: DESK });
});

test('what is published is short on a phone, and whole for whoever opens it, looks for a name, or prints', () => person(async page => {
  await page.goto(at('/results?lang=en'));
  const { indicators } = await (await page.request.get(at('/results.json'))).json();
  const height = () => page.evaluate(() => document.documentElement.scrollHeight);
  const short = await height();
  for (const { indicator, units, procedures } of indicators) {
    const section = page.locator(`section[aria-labelledby=h-${indicator}]`);
    const lines = [...units, ...procedures].filter(line => line.figure.state !== 'none').length;
    assert.equal(await section.locator('table.lines tbody tr').count(), lines, `${indicator}: every line is there`);
    const seen = await section.locator('table.lines tbody tr').evaluateAll(rows => rows.filter(row => row.checkVisibility()).length);
    assert.ok(seen <= 2 * 12, `${indicator}: ${seen} lines at first`);
  }
  assert.ok(short < 16_000, `${short} px high`);
  const sizes = await page.locator('table.lines').evaluateAll(tables => tables.map(table => table.parentElement.scrollWidth - table.parentElement.clientWidth));
  assert.deepEqual(sizes.filter(size => size > 0), [], 'no line needs a swipe');
  const fold = page.locator('details.rest').first();
  const last = fold.locator('tbody tr').last();
  assert.equal(await last.evaluate(row => row.checkVisibility()), false);
  await page.emulateMedia({ media: 'print' });
  assert.equal(await last.evaluate(row => row.checkVisibility()), true, 'on paper');
  assert.equal(await fold.locator('summary').isVisible(), false, 'paper cannot be opened');
  await page.emulateMedia({ media: 'screen' });
  await fold.locator('summary').click();
  assert.equal(await last.evaluate(row => row.checkVisibility()), true, 'opened');
  await inOrder(page, 'opened');
}, { view: PHONE, bypassCSP: true, locale: 'en-GB' }));

test('publishing, alerts and mail are in order on a phone and at a desk, in both languages', async () => {
  for (const view of [PHONE, DESK]) {
    await person(async page => {
      await signIn(page, account('leader'));
      for (const lang of ['vi', 'en']) {
        for (const path of ['/manage/publish', '/manage/publish/new', '/manage/publish/confirm?period=2025', '/manage/alerts', '/account/mail']) {
          await page.goto(at(`${path}${path.includes('?') ? '&' : '?'}lang=${lang}`));
          await inOrder(page, `${path} in ${lang} at ${view.viewport.width}`);
        }
      }
    }, { view, bypassCSP: true });
  }
});
