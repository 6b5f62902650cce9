// From an empty folder to a published figure, as an office goes the first time.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import jsQR from 'jsqr';
import { PNG } from 'pngjs';
import { ROOT, choose, person, place, sendButton, start, thanks } from './lib.mjs';

test('an empty folder, the department, a QR at the counter, two taps, a published figure', async () => {
  const at = place();
  const data = name => join(ROOT, 'tests/data/department', name);
  at.run('import', 'units', data('units.csv'));
  at.run('import', 'procedures', data('procedures.csv'));
  at.run('import', 'questionnaire', data('questionnaires/procedure.xlsx'));
  const issued = JSON.parse(at.run('issue', 'point', '--unit', 'SGD-GL.MC', '--procedure', '1.012944', '--form', 'procedure', '--channel', 'counter', '--label', 'Quầy 1', '--json'));
  const code = issued.url.split('/').pop();
  // The year of the office, whose days begin seven hours before those of UTC.
  at.run('publish', String(new Date(Date.now() + 7 * 3_600_000).getUTCFullYear()), '--live', '--did', 'Đã mở thêm một quầy.');
  const program = await start(at, 'serve', '--release-every', '0s', '--release-min', '5');
  try {
    const scanned = await scan(at, code);
    assert.equal(scanned.svg, scanned.png, 'both files hold the same address');
    assert.match(scanned.svg, new RegExp(`^HTTPS?://[^/]+/Q/${code}$`), 'capitals, so that the symbol is small');
    const form = new URL(new URL(scanned.svg).pathname, program.base).href;

    for (const level of [5, 4, 5, 2]) await answer(form, level);
    await published(program, text => assert.doesNotMatch(text, /75(,0)?\s?%/, 'four answers are not shown'));
    // By hand: 5, 4, 5, 2, 1 — three of five at level 4 or 5 — 60 %.
    await answer(form, 1);
    await published(program, text => assert.match(text, /60(,0)?\s?%/));
    // By hand: with 5, 5, 4, 3, 4 more it is seven of ten — 70 %.
    for (const level of [5, 5, 4, 3, 4]) await answer(form, level);
    await published(program, text => assert.match(text, /70(,0)?\s?%/));
  } finally {
    await program.stop();
    at.remove();
  }
});

const answer = (form, level) => person(async page => {
  await page.goto(form);
  await choose(page, level);
  await sendButton(page).tap();
  await thanks(page);
});

/** Tries the published page until it agrees, for at most 10 s. */
async function published(program, agrees) {
  await person(async page => {
    for (const until = Date.now() + 10_000; ;) {
      await page.goto(new URL('/results', program.base).href);
      const text = await page.locator('body').innerText();
      try { return agrees(text); } catch (error) { if (Date.now() > until) { error.message += `\n${text}`; throw error; } }
      await page.waitForTimeout(250);
    }
  });
}

/** What a phone reads from the SVG on a screen and from the PNG file. */
async function scan(at, code) {
  const [svg, png] = ['svg', 'png'].map(format => join(at.folder, `qr.${format}`));
  at.run('qr', code, '--format', 'svg', '--out', svg);
  at.run('qr', code, '--format', 'png', '--out', png);
  let screen;
  await person(async page => {
    await page.setContent(`<body style="margin:0;background:#fff"><div style="width:600px">${readFileSync(svg, 'utf8').replace(/<\?xml[^>]*>/, '')}</div>`);
    screen = await page.screenshot();
  }, { view: { viewport: { width: 700, height: 700 }, deviceScaleFactor: 1 } });
  return { svg: decode(screen), png: decode(readFileSync(png)) };
}

function decode(bytes) {
  const { data, width, height } = PNG.sync.read(bytes);
  const found = jsQR(new Uint8ClampedArray(data), width, height);
  assert.ok(found, 'a QR symbol that a reader finds');
  return found.data;
}
