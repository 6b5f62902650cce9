// Managers look at figures: every page in every state, accessible, light, without scripts, printed, by keyboard.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { PNG } from 'pngjs';
import { DESK, PHONE, TABLET, account, clipped, demo, person, sideways, signIn, violations } from './lib.mjs';

const at = path => new URL(path, demo().base).href;
// Where pictures go for somebody to look at, if anywhere.
const SHOTS = process.env.HAILONG_SHOTS;
const VIEWS = [PHONE.viewport, TABLET.viewport, DESK.viewport];
const unit = () => account('manager').unit;

// Each page of figures, for whom, and what it says.
const PAGES = [
  ['the overview', 'leader', () => '/manage'],
  ['the overview of a year that is over', 'leader', () => '/manage?year=2025'],
  ['the office\'s service', 'leader', () => '/manage?indicator=service'],
  ['schools', 'leader', () => '/manage?indicator=education'],
  ['papers again', 'leader', () => '/manage?indicator=papers_again'],
  ['the units', 'leader', () => '/manage/units'],
  ['the units, sorted', 'leader', () => '/manage/units?sort=-share'],
  ['no unit found', 'leader', () => '/manage/units?find=kh%C3%B4ng%20c%C3%B3'],
  ['the procedures', 'leader', () => '/manage/procedures'],
  ['a unit', 'manager', () => `/manage/units/${unit()}`],
  ['a unit in one month', 'manager', () => `/manage/units/${unit()}?year=2026&part=10`],
  ['a unit by one channel', 'manager', () => `/manage/units/${unit()}?channel=kiosk`],
  ['everything counted otherwise', 'leader', () => '/manage?excluded=with&marked=without&organisation=now&cut_off=15-14'],
  ['a procedure', 'leader', () => '/manage/procedures/1.005092'],
  ['a procedure at a unit', 'manager', () => `/manage/units/${unit()}/procedures/1.005092`],
  ['a question', 'leader', () => '/manage/questions/procedure/f_access'],
  ['nothing in the period', 'leader', () => '/manage?year=2019'],
  ['another\'s unit', 'manager', () => '/manage/units/KHONG-CO'],
  ['a year that is none', 'leader', () => '/manage?year=20x6'],
  ['for print', 'leader', () => '/manage?in=1'],
];

test('every page of figures in every state: accessible, in both languages, on phones and at desks, without scripts too', { concurrency: 3 }, async t => {
  // Whoever signed in once comes back with that session.
  for (const role of ['leader', 'manager']) await person(page => signIn(page, account(role)));
  await Promise.all(PAGES.map(([name, role, path]) => t.test(name, async () => {
    for (const js of [true, false]) {
      await person(async page => {
        page.setDefaultTimeout(20_000);
        await signIn(page, account(role));
        for (const lang of js ? ['vi', 'en'] : ['vi']) await look(page, path(), lang, js);
        if (js) await lookOtherwise(page);
      }, { js, view: DESK, bypassCSP: true });
    }
  })));
});

async function look(page, path, lang, js) {
  await page.goto(at(`${path}${path.includes('?') ? '&' : '?'}lang=${lang}`));
  assert.equal(await page.locator('html').getAttribute('lang'), lang);
  assert.equal(await page.locator('h1').count(), 1);
  for (const size of VIEWS) {
    await page.setViewportSize(size);
    const where = `at ${size.width} px, ${lang}, scripts ${js}`;
    assert.equal(await sideways(page), 0, `pixels to scroll sideways ${where}`);
    assert.deepEqual(await clipped(page), [], where);
    if (js) assert.deepEqual(await violations(page), [], where);
  }
}

/** In the dark, and with larger text on a phone. */
async function lookOtherwise(page) {
  await page.emulateMedia({ colorScheme: 'dark' });
  assert.deepEqual(await violations(page), [], 'in the dark');
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize(VIEWS[0]);
  await page.addStyleTag({ content: 'html{font-size:200%!important}' });
  assert.equal(await sideways(page), 0, 'pixels to scroll sideways with larger text');
}

test('what is behind a figure is a drawing with a title, a description and a table, and low and high raters stand apart', () => person(async page => {
  await signIn(page, account('leader'));
  await page.goto(at('/manage?lang=en'));
  const drawing = page.locator('figure.drivers svg[role=img]');
  for (const part of ['title', 'desc']) assert.notEqual(await drawing.locator(part).textContent(), '', part);
  await page.locator('figure.drivers summary').focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('figure.drivers tbody tr').count(), 5);
  assert.match(await page.locator('figure.drivers').innerText(), /association, not cause/);
  await page.goto(at('/manage/questions/procedure/f_access?lang=en'));
  const apart = page.locator('section[aria-labelledby=h-raters] figure.bar h3');
  const shares = (await apart.allInnerTexts()).map(text => Number(/([0-9.]+)%/.exec(text)[1]));
  assert.equal(shares.length, 2);
  assert.ok(shares[0] < shares[1], `low raters are less satisfied with it: ${shares}`);
  await page.goto(at('/manage/procedures/1.005092?lang=en'));
  assert.equal(await page.locator('section[aria-labelledby=h-raters] table').first().locator('thead th').count(), 3);
  await page.goto(at('/manage?channel=kiosk&lang=en'));
  assert.match(await page.locator('section[aria-labelledby=h-drivers]').innerText(), /all channels together only/);
}, { view: DESK }));

test('a page of figures is at most 60 KiB in at most three requests, and usable at once', () => person(async (page, context) => {
  await signIn(page, account('leader'));
  for (const path of ['/manage', '/manage/units', '/manage/procedures', `/manage/units/${unit()}`, '/manage/procedures/1.005092', '/manage/questions/procedure/f_access', '/manage?indicator=education', '/manage?excluded=with&marked=without&organisation=now&cut_off=15-14']) {
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    let [bytes, requests] = [0, 0];
    session.on('Network.requestWillBeSent', event => { if (!event.request.url.startsWith('data:')) requests += 1; });
    session.on('Network.loadingFinished', event => { bytes += event.encodedDataLength; });
    await page.goto(at(path), { waitUntil: 'networkidle' });
    await session.detach();
    console.log(`# ${path}: ${requests} requests, ${bytes} bytes`);
    assert.ok(requests <= 3, `${path}: ${requests} requests`);
    // A page of one unit is looked at most often, also on a phone; with each month that it stands it has one more to show, up to 25.
    const most = path.startsWith('/manage/units/') ? 54 * 1024 : 60 * 1024;
    assert.ok(bytes > 0 && bytes <= most, `${path}: ${bytes} bytes`);
  }
}, { view: DESK }));

test('the way down and up keeps the period and the filters', () => person(async page => {
  await signIn(page, account('leader'));
  await page.goto(at('/manage'));
  await page.locator('#year').fill('2025');
  await page.locator('#part').selectOption('H2');
  await page.locator('#channel').selectOption('kiosk');
  await page.getByRole('button', { name: 'Xem', exact: true }).click();
  await page.waitForURL(url => url.searchParams.get('channel') === 'kiosk');
  assert.match(await page.locator('.base').innerText(), /6 tháng cuối năm 2025 · kênh: Máy tính bảng tại quầy/);
  await page.locator('table[aria-labelledby=h-units] tbody a').first().click();
  await page.waitForURL(url => url.pathname.startsWith('/manage/units/'));
  assert.match(await page.locator('.base').innerText(), /6 tháng cuối năm 2025 · kênh: Máy tính bảng tại quầy/);
  await page.locator('.crumbs a').first().click();
  await page.waitForURL(url => url.pathname === '/manage');
  const asked = new URL(page.url()).searchParams;
  assert.deepEqual([asked.get('period'), asked.get('channel')], ['2025-H2', 'kiosk']);
  assert.equal(await page.locator('#part').inputValue(), 'H2');
}, { view: DESK, js: false }));

test('every chart has its finding, words, caption and table, and tables sort by links', () => person(async page => {
  await signIn(page, account('leader'));
  await page.goto(at('/manage?year=2025'));
  const charts = await page.locator('main figure').all();
  assert.ok(charts.length >= 4, `${charts.length} charts`);
  for (const chart of charts) {
    assert.notEqual((await chart.locator('h3').innerText()).trim(), '');
    const svg = chart.locator('svg[role=img]');
    assert.equal(await svg.count(), 1);
    for (const id of (await svg.getAttribute('aria-labelledby')).split(' ')) {
      assert.ok((await chart.locator(`[id="${id}"]`).textContent()).length > 3, id);
    }
    assert.ok(await chart.locator('details table tbody tr').count() > 0);
    assert.equal(await chart.locator('details[open]').count(), 0);
  }
  assert.equal(await page.locator('[style]').count(), 0);
  const shares = async () => (await page.locator('table[aria-labelledby=h-units] tbody tr td:nth-child(3)').allInnerTexts())
    .filter(text => text !== '–').map(text => Number(text.replace('%', '').replace(',', '.')));
  await page.locator('table[aria-labelledby=h-units] thead a', { hasText: 'Tỷ lệ' }).click();
  await page.waitForURL(url => url.searchParams.get('sort') === '-share');
  const down = await shares();
  assert.deepEqual(down, [...down].sort((a, b) => b - a));
  assert.equal(await page.locator('th[aria-sort=descending]').count(), 1);
}, { view: DESK }));

test('by keyboard: past the ways, through the filter, into a table and its charts', () => person(async page => {
  await signIn(page, account('leader'));
  await page.goto(at('/manage'));
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  const seen = new Set();
  for (let i = 0; i < 150; i++) {
    await page.keyboard.press('Tab');
    const where = await page.evaluate(() => {
      const here = document.activeElement, style = getComputedStyle(here);
      // The browser itself marks the parts of a date.
      const seen = style.outlineStyle !== 'none' || here.type === 'date' || here.tagName === 'BODY';
      return [here.id || here.tagName + here.className, seen];
    });
    seen.add(where[0]);
    assert.ok(where[1], `no focus is seen on ${where[0]}`);
    if (where[0].startsWith('BODY')) break;
  }
  for (const name of ['year', 'part', 'channel', 'SUMMARY', 'DIVscroll']) assert.ok([...seen].some(id => id.startsWith(name)), name);
  await page.locator('#year').focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('2025');
  await page.keyboard.press('Enter');
  await page.waitForURL(url => url.searchParams.get('year') === '2025');
}, { view: DESK }));

test('on paper everything is open, on A4, and neither ways nor filter are printed', () => person(async page => {
  await signIn(page, account('leader'));
  await page.goto(at('/manage'));
  // Whoever prints the page as it stands, by the browser, gets the tables too.
  const folded = page.locator('figure details:not([open]) table').first();
  const seen = () => folded.evaluate(table => table.checkVisibility());
  assert.equal(await seen(), false);
  await page.emulateMedia({ media: 'print' });
  assert.equal(await seen(), true);
  // Where a list has more pages, paper says so, and has no ways to them.
  assert.match(await page.locator('.pages').innerText(), /^Hiện 1–10 trên \d+/);
  assert.equal(await page.locator('.pages a').first().isVisible(), false);
  await page.emulateMedia({ media: 'screen' });
  await page.getByRole('link', { name: 'In trang này' }).click();
  await page.waitForURL(url => url.searchParams.get('in') === '1');
  assert.equal(await page.locator('details:not([open])').count(), 0);
  await page.emulateMedia({ media: 'print' });
  for (const gone of ['.places', '.crumbs', '.masthead', '.foot']) assert.ok(!await page.locator(gone).first().isVisible(), gone);
  assert.ok(await page.locator('.printed').isVisible());
  await page.setViewportSize({ width: 680, height: 960 });
  const wide = await page.evaluate(() => [...document.querySelectorAll('main table, main svg')].filter(one => one.getBoundingClientRect().right > 690).map(one => one.outerHTML.slice(0, 60)));
  assert.deepEqual(wide, [], 'wider than the paper');
  const pdf = await page.pdf({ preferCSSPageSize: true });
  assert.ok(pdf.length > 10_000);
}, { view: DESK }));

/** How far down its first sheet, of one, a page of figures prints. */
async function filled(page, path) {
  const folder = mkdtempSync(join(tmpdir(), 'hailong-print-'));
  try {
    await page.goto(at(path));
    await page.pdf({ preferCSSPageSize: true, path: join(folder, 'page.pdf') });
    execFileSync('pdftoppm', ['-r', '36', '-png', '-gray', '-f', '1', '-l', '1', '-singlefile', join(folder, 'page.pdf'), join(folder, 'page')], { timeout: 60_000 });
    const { width, height, data } = PNG.sync.read(readFileSync(join(folder, 'page.png')));
    // Below that only the number of the page stands.
    const foot = Math.floor(height * (1 - 16 / 297));
    const inked = y => { for (let x = 0; x < width; x++) if (data[4 * (y * width + x)] < 160) return true; return false; };
    let last = foot;
    while (last > 0 && !inked(last)) last -= 1;
    return last / foot;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('the first sheet of what is printed is used: nothing that could be cut is pushed to the second', () => person(async page => {
  await signIn(page, account('leader'));
  for (const path of ['/manage?year=2026', `/manage/units/${unit()}?year=2026`, '/manage/procedures/1.005092?year=2026', '/manage/questions/procedure/f_access?year=2026']) {
    for (const way of ['', '&in=1']) {
      const share = await filled(page, path + way);
      assert.ok(share > .8, `${path}${way} fills ${Math.round(share * 100)}% of its first sheet`);
    }
  }
}, { view: DESK }));

test('files of a view are fetched from its page', () => person(async page => {
  await signIn(page, account('manager'));
  await page.goto(at(`/manage/units/${unit()}?year=2025`));
  for (const [words, ending, type] of [['CSV', '.csv', /text\/csv/], ['JSON', '.json', /application\/json/]]) {
    const href = await page.locator('.downloads a', { hasText: words }).getAttribute('href');
    const file = await page.request.get(at(href));
    assert.equal(file.status(), 200);
    assert.match(file.headers()['content-type'], type);
    assert.ok(file.headers()['content-disposition'].includes(`${unit()}-2025${ending}`));
  }
}, { view: DESK }));

// Lists of managers' pages; each line has a name, how many answered, which share, and between what.
const lists = () => [['/manage', 'h-units'], ['/manage/units', 'h-units'], ['/manage/procedures', 'h-procedures'],
  ['/manage/procedures/1.005092', 'h-units'], ['/manage/questions/procedure/f_access', 'h-units'],
  [`/manage/units/${unit()}`, 'h-procedures'], [`/manage/units/${unit()}`, 'h-places'], [`/manage/units/${unit()}`, 'h-questions']];
const LEAST = 4;

test('on a phone each line of a list is seen whole, its conclusion too, without a swipe, and stays a line of a table', () => person(async (page, context) => {
  await signIn(page, account('leader'));
  const session = await context.newCDPSession(page);
  for (const [path, id] of lists()) {
    for (const larger of [false, true]) {
      await page.goto(at(path));
      if (larger) await page.addStyleTag({ content: 'html{font-size:200%!important}' });
      const lines = await page.locator(`table[aria-labelledby=${id}] tr`).evaluateAll(rows => rows.map(row => [...row.cells]
        .filter(cell => cell.checkVisibility()).map(cell => {
          const box = cell.getBoundingClientRect();
          return { words: cell.innerText.trim(), seen: box.width > 0 && box.left >= 0 && box.right <= innerWidth && cell.scrollWidth <= cell.clientWidth + 1 };
        })));
      assert.ok(lines.length > 1, `${path} ${id}`);
      for (const line of lines) {
        assert.ok(line.length >= LEAST, `${path} ${id}: ${JSON.stringify(line)}`);
        const hidden = line.filter(cell => !cell.seen || cell.words === '');
        assert.deepEqual(hidden, [], `${path} ${id}, larger text ${larger}`);
      }
    }
    // Laid out otherwise, it is read out as before: a head, and as many cells in each row.
    const { nodes } = await session.send('Accessibility.getFullAXTree');
    const byId = new Map(nodes.map(node => [node.nodeId, node]));
    const inside = (node, role) => node.childIds.map(child => byId.get(child)).filter(Boolean)
      .flatMap(child => child.role?.value === role ? [child] : inside(child, role));
    const name = (await page.locator(`#${id}`).innerText()).trim();
    const table = nodes.find(node => node.role?.value === 'table' && node.name?.value === name);
    assert.ok(table, `${path} ${id} is a table`);
    const rows = inside(table, 'row');
    const [head, ...body] = rows;
    const columns = inside(head, 'columnheader').length;
    assert.ok(columns >= LEAST, `${columns} columns`);
    assert.equal(body.length, await page.locator(`table[aria-labelledby=${id}] tbody tr`).count());
    for (const row of body) {
      assert.equal(inside(row, 'rowheader').length, 1, `${path} ${id}`);
      assert.ok(inside(row, 'cell').length >= LEAST - 1, `${path} ${id}`);
    }
  }
}, { bypassCSP: true }));

test('what is wider than a phone says so without a script, and names stay while numbers pass', () => person(async page => {
  await signIn(page, account('leader'));
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, forcedColors: 'none' });
    await page.goto(at('/manage'));
    const drawing = page.locator('figure.course [role=region][tabindex="0"]');
    const seen = await drawing.evaluate(box => {
      const { backgroundAttachment, backgroundImage } = getComputedStyle(box);
      box.scrollLeft = box.scrollWidth;
      return { wide: box.scrollWidth > box.clientWidth, scrolled: box.scrollLeft > 0, backgroundAttachment, gradients: backgroundImage.split('gradient(').length - 1 };
    });
    assert.deepEqual(seen, { wide: true, scrolled: true, backgroundAttachment: 'local, local, scroll, scroll', gradients: 4 });
    const folded = page.locator('figure.dots details');
    await folded.locator('summary').click();
    const numbers = await folded.evaluate(box => {
      const name = box.querySelector('tbody th');
      const before = name.getBoundingClientRect().left;
      box.scrollLeft = box.scrollWidth;
      const after = name.getBoundingClientRect();
      return { scrolled: box.scrollLeft > 0, stayed: Math.abs(after.left - before) < 2, share: after.width / box.clientWidth, ground: getComputedStyle(name).backgroundColor };
    });
    assert.ok(numbers.scrolled && numbers.stayed, JSON.stringify(numbers));
    assert.ok(numbers.share < .5, `names leave room: ${numbers.share}`);
    assert.doesNotMatch(numbers.ground, /rgba\(.*, 0\)|transparent/, 'numbers do not show through names');
    if (SHOTS) {
      mkdirSync(SHOTS, { recursive: true });
      await drawing.evaluate(box => { box.scrollLeft = 120; box.scrollIntoView(); });
      await page.screenshot({ path: `${SHOTS}/wide-${colorScheme}.png` });
    }
  }
  await page.emulateMedia({ forcedColors: 'active' });
  const edge = await page.locator('figure.course [role=region]').evaluate(box => getComputedStyle(box).borderRightStyle);
  assert.equal(edge, 'solid', 'where shadows are gone there is an edge');
}, { view: PHONE }));
