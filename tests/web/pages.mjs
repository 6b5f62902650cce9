// Every page people see: accessible, narrow, light, quiet and closed to foreign code, in both languages.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DESK, NARROW, PHONE, choose, demo, invitation, person, sendButton, sideways, thanks, violations } from './lib.mjs';

const at = path => new URL(path, demo().base).href;

// Each way leads a person who reads `lang` to one page in one state.
const PAGES = {
  'the form at a counter': (page, lang) => show(page, demo().ready.point_url, lang),
  'the form at an office': (page, lang) => show(page, demo().ready.office_point_url, lang),
  'the form of a school': (page, lang) => show(page, demo().ready.education_point_url, lang),
  'the form with an error': async (page, lang) => {
    await show(page, demo().ready.point_url, lang);
    await sendButton(page).click();
    await page.locator('[role=alert]').waitFor();
  },
  'the thanks': async (page, lang) => {
    await show(page, demo().ready.point_url, lang);
    await page.locator('#r2').check({ force: true });
    await sendButton(page).click();
    await thanks(page);
  },
  'a used slip': async (page, lang) => {
    const slip = invitation();
    await show(page, slip, lang);
    await page.locator('#r4').check({ force: true });
    await sendButton(page).click();
    await thanks(page);
    await page.context().clearCookies();
    await show(page, slip, lang);
  },
  'an unknown code': (page, lang) => show(page, at('/q/ZZZZZZZZZZZZZZZZ'), lang),
  'a page that is not there': (page, lang) => show(page, at('/nowhere'), lang),
  'the start page': (page, lang) => show(page, at('/'), lang),
  'the results': (page, lang) => show(page, at('/results'), lang),
};

async function show(page, url, lang) {
  await page.goto(url);
  if (await page.locator('html').getAttribute('lang') !== lang) {
    await page.getByRole('link', { name: lang === 'en' ? 'English' : 'Tiếng Việt' }).first().click();
    await page.locator(`html[lang=${lang}]`).waitFor();
  }
}

for (const [name, lead] of Object.entries(PAGES)) {
  for (const lang of ['vi', 'en']) {
    test(`${name} has no accessibility fault, does not scroll sideways (${lang})`, async () => {
      for (const [view, size] of [[PHONE, '100%'], [NARROW, '100%'], [PHONE, '200%'], [DESK, '100%']]) {
        // axe and the larger text are put into the page from outside, which its own policy rightly refuses.
        await person(async page => {
          await lead(page, lang);
          if (size !== '100%') await page.addStyleTag({ content: `html { font-size: ${size} !important }` });
          const where = `at ${view.viewport.width} px, text ${size}`;
          assert.equal(await sideways(page), 0, `pixels to scroll sideways ${where}`);
          if (size === '100%') assert.deepEqual(await violations(page), [], where);
        }, { view, bypassCSP: true });
      }
    });
  }
}

for (const path of ['/', '/results', '/nowhere']) {
  test(`${path} is quiet and closed to foreign code`, () => person(async page => {
    const foreign = [];
    page.on('request', request => { if (!request.url().startsWith(demo().base) && !request.url().startsWith('data:')) foreign.push(request.url()); });
    closed((await page.goto(at(path))).headers());
    assert.deepEqual(foreign, []);
  }, { view: DESK }));
}

test('a first visit to the form is one request of at most 14,000 bytes, closed to foreign code', () => person(async (page, context) => {
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  const requests = [];
  let bytes = 0;
  session.on('Network.requestWillBeSent', event => { if (!event.request.url.startsWith('data:')) requests.push(event.request.url); });
  session.on('Network.loadingFinished', event => { bytes += event.encodedDataLength; });
  const answer = await page.goto(demo().ready.point_url, { waitUntil: 'networkidle' });
  assert.deepEqual(requests, [demo().ready.point_url]);
  assert.ok(bytes > 0 && bytes <= 14_000, `${bytes} bytes`);
  closed(answer.headers());
  assert.equal(answer.headers()['cache-control'], 'no-store');
  console.log(`# first visit: ${requests.length} request, ${bytes} bytes`);
}));

test('the sending button of the form is seen without scrolling', () => person(async page => {
  await page.goto(demo().ready.point_url);
  const box = await sendButton(page).boundingBox();
  assert.ok(box.y + box.height <= 616, `the button ends at ${box.y + box.height} px`);
}));

test('a finger finds every row: at least 44 px high', () => person(async page => {
  await page.goto(demo().ready.point_url);
  for (let level = 1; level <= 5; level++) {
    const box = await page.locator(`label:has(#r${level})`).boundingBox();
    assert.ok(box.height >= 44, `row ${level} is ${box.height} px high`);
  }
  await choose(page, 1);
}));

/** Nothing may be loaded, run, framed or posted from elsewhere. */
function closed(headers) {
  const policy = headers['content-security-policy'] ?? '';
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.match(policy, /form-action 'self'/);
  assert.match(policy, /base-uri 'none'/);
  assert.doesNotMatch(policy, /unsafe-/);
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['referrer-policy'], 'no-referrer');
  assert.equal(headers['server'], undefined);
}
