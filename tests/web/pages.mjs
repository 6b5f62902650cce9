// Every page people see, in every state: accessible, narrow, light, quiet and closed to foreign code, in both languages.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DESK, choose, clipped, demo, invisible, invitation, own, person, sendButton, sideways, thanks, violations } from './lib.mjs';

const at = path => new URL(path, demo().base).href;
const VIEWS = [[320, 640], [360, 740], [800, 1280], [1280, 800], [1366, 768]];

// Each way leads a person who reads `lang` to one page in one state.
const PAGES = {
  'the form at a counter': (page, lang) => show(page, demo().ready.point_url, lang),
  'the form with a choice made': async (page, lang) => { await show(page, own().url('one'), lang); await page.locator('#r4').check(); },
  'the form with an error': async (page, lang) => { await show(page, own().url('one'), lang); await mistake(page); },
  'the form of a slip': (page, lang) => show(page, demo().ready.invitation_urls.at(-1), lang),
  'the choice of a procedure': (page, lang) => show(page, own().url('choosing'), lang),
  'the choice of a procedure, none found': (page, lang) => page.goto(`${own().url('choosing')}?lang=${lang}&tim=kh%C3%B4ng%20c%C3%B3`),
  'the form about another matter': (page, lang) => page.goto(`${demo().ready.office_point_url}?lang=${lang}&t=khac`),
  'the form of a school': (page, lang) => show(page, demo().ready.education_point_url, lang),
  'the form with five questions': (page, lang) => show(page, demo().ready.service_point_url, lang),
  'five questions, none answered': async (page, lang) => { await show(page, demo().ready.service_point_url, lang); await mistake(page); },
  'the thanks to the dissatisfied': (page, lang) => rated(page, demo().ready.point_url, lang, 2),
  'the thanks to the satisfied': (page, lang) => rated(page, own().url('one'), lang, 5),
  'a comment that is too long': async (page, lang) => {
    await rated(page, own().url('one'), lang, 3);
    await page.locator('textarea').fill('Ữ'.repeat(1500));
    await mistake(page);
  },
  'the questions about factors': async (page, lang) => { await rated(page, demo().ready.point_url, lang, 4); await next(page); },
  'questions that must be answered': async (page, lang) => { await rated(page, own().url('every'), lang, 4); await next(page); await mistake(page); },
  'questions asked on a condition': async (page, lang) => { await onCondition(page, lang); await mistake(page); },
  'the end': async (page, lang) => { await rated(page, demo().ready.point_url, lang, 4); for (let i = 0; i < 3; i++) await next(page); },
  'the same phone again': async (page, lang) => { await rated(page, own().url('one'), lang, 4); await show(page, own().url('one'), lang); },
  'a used slip': async (page, lang) => {
    const slip = invitation();
    await rated(page, slip, lang, 4);
    await page.context().clearCookies();
    await show(page, slip, lang);
  },
  'an unknown code': (page, lang) => show(page, at('/q/ZZZZZZZZZZZZZZZZ'), lang),
  'a closed code': (page, lang) => show(page, own().url('closed'), lang),
  'a revoked code': (page, lang) => show(page, own().url('revoked'), lang),
  'too late for more': async (page, lang) => {
    await page.goto(`${own().url('one')}/thanks?lang=${lang}`);
    await page.evaluate(() => {
      const form = document.createElement('form');
      form.method = 'post';
      document.body.append(form);
      form.submit();
    });
    await page.locator('h1.saved').waitFor();
  },
  'a page that is not there': (page, lang) => show(page, at('/nowhere'), lang),
  'the start page': (page, lang) => show(page, at('/'), lang),
  'the start page, not a code': async (page, lang) => { await show(page, at('/'), lang); await page.locator('#code').fill('abc'); await mistake(page); },
  'the privacy notice': (page, lang) => show(page, at('/privacy'), lang),
  'the results': (page, lang) => show(page, at('/results'), lang),
  'a period that is not published': (page, lang) => page.goto(at(`/results?period=2019&lang=${lang}`)),
  'open data': (page, lang) => show(page, at('/results/open'), lang),
};

async function show(page, url, lang) {
  await page.goto(lang === 'vi' ? url : `${url}?lang=${lang}`);
  assert.equal(await page.locator('html').getAttribute('lang'), lang);
}

async function rated(page, url, lang, level) {
  await show(page, url, lang);
  await page.locator(`#r${level}`).check();
  await sendButton(page).click();
  await thanks(page);
}

async function next(page) {
  await sendButton(page).click();
  await page.locator('.saved').first().waitFor();
}

async function mistake(page) {
  await sendButton(page).click();
  await page.locator('[role=alert]').waitFor();
}

async function onCondition(page, lang) {
  await rated(page, own().url('every'), lang, 2);
  await next(page);
  await page.locator('input[name=staff][value="1"]').check();
  await page.locator('input[name=phone][value=yes]').check();
  await next(page);
}

test('every page in every state, in both languages, with and without JavaScript', { concurrency: 3 }, async t => {
  const cases = Object.entries(PAGES).flatMap(([name, lead]) => ['vi', 'en'].map(lang => [name, lead, lang]));
  await Promise.all(cases.map(([name, lead, lang]) => t.test(`${name} (${lang})`, async () => {
    // Without scripts the way there may differ, not the words.
    for (const js of lang === 'vi' ? [true, false] : [true]) {
      // axe and the larger text are put into the page from outside, which its own policy rightly refuses.
      await person(async page => {
        page.setDefaultTimeout(20_000);
        await lead(page, lang);
        for (const [width, height] of js ? VIEWS : [VIEWS[0], VIEWS.at(-1)]) await look(page, { width, height }, js);
      }, { js: js || name === 'too late for more', view: DESK, bypassCSP: true });
    }
  })));
});

/** Looks at a page as it is, with larger text, and in the colours that a person forces on it. */
async function look(page, size, thoroughly) {
  await page.setViewportSize(size);
  const narrow = size.width <= 360;
  const where = `at ${size.width} × ${size.height}`;
  assert.equal(await sideways(page), 0, `pixels to scroll sideways ${where}`);
  assert.deepEqual(await clipped(page), [], where);
  if (!thoroughly) return;
  if ([360, 1366].includes(size.width)) assert.deepEqual(await violations(page), [], where);
  if (!narrow) return;
  assert.equal(await page.locator('h1').count(), 1, 'one main heading');
  const larger = await page.addStyleTag({ content: 'html{font-size:200%!important}' });
  assert.equal(await sideways(page), 0, `pixels to scroll sideways ${where} with larger text`);
  assert.deepEqual(await clipped(page), [], `${where} with larger text`);
  await larger.evaluate(style => style.remove());
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
  assert.deepEqual(await invisible(page), [], `${where} in forced colours`);
  await page.emulateMedia({ forcedColors: null, colorScheme: null });
}

for (const path of ['/', '/privacy', '/results', '/results/open', '/nowhere', '/q/ZZZZZZZZZZZZZZZZ']) {
  test(`${path} is quiet and closed to foreign code`, () => person(async page => {
    const foreign = [];
    page.on('request', request => { if (!request.url().startsWith(demo().base) && !request.url().startsWith('data:')) foreign.push(request.url()); });
    closed((await page.goto(at(path))).headers());
    assert.deepEqual(foreign, []);
  }, { view: DESK }));
}

const LIGHT = {
  'the form': () => demo().ready.point_url,
  'the form with the longest names': () => own().url('one'),
  'five questions at once': () => demo().ready.service_point_url,
  'the choice of a procedure': () => own().url('choosing'),
  'the start page': () => at('/'),
  'the privacy notice': () => at('/privacy'),
  'an unknown code': () => at('/q/ZZZZZZZZZZZZZZZZ'),
};
for (const [name, url] of Object.entries(LIGHT)) {
  test(`a first visit to ${name} is one request of at most 8,000 bytes, closed to foreign code`, () => person(async (page, context) => {
    const { requests, bytes, answer } = await weighed(page, context, url());
    assert.deepEqual(requests, [url()]);
    assert.ok(bytes > 0 && bytes <= 8_000, `${bytes} bytes`);
    closed(answer.headers());
    assert.equal(answer.headers()['cache-control'], 'no-store');
    assert.match(answer.headers()['content-encoding'], /^(br|gzip)$/);
    console.log(`# first visit to ${name}: ${requests.length} request, ${bytes} bytes`);
  }));
}

async function weighed(page, context, url) {
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  const requests = [];
  let bytes = 0;
  session.on('Network.requestWillBeSent', event => { if (!event.request.url.startsWith('data:')) requests.push(event.request.url); });
  session.on('Network.loadingFinished', event => { bytes += event.encodedDataLength; });
  const answer = await page.goto(url, { waitUntil: 'networkidle' });
  return { requests, bytes, answer };
}

test('nothing on a page needs a script, opens a window, or is chosen beforehand', () => person(async page => {
  for (const url of [demo().ready.point_url, demo().ready.service_point_url, own().url('every'), own().url('choosing'), at('/')]) {
    await page.goto(url);
    assert.equal(await page.locator('script, [target], [style], [required], [maxlength], [onclick], iframe, img').count(), 0, url);
    assert.equal(await page.locator('[checked], [selected], input:checked').count(), 0, url);
  }
}));

test('the sending button of the form is seen without scrolling, also on a slip', async () => {
  for (const url of [demo().ready.point_url, demo().ready.invitation_urls.at(-1)]) {
    await person(async page => {
      await page.goto(url);
      const box = await sendButton(page).boundingBox();
      assert.ok(box.y + box.height <= 616, `the button ends at ${box.y + box.height} px`);
    });
  }
});

test('a finger finds every target: rows, fields, buttons and links 56 px high', () => person(async page => {
  for (const url of [demo().ready.point_url, demo().ready.service_point_url, own().url('choosing'), at('/')]) {
    await page.goto(url);
    for (const target of await page.locator('label.row, button, .links a, .next, input[type=text], textarea').all()) {
      const box = await target.boundingBox();
      assert.ok(box.height >= 56, `${await target.innerText()} is ${box.height} px high`);
    }
  }
  await page.goto(demo().ready.point_url);
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
