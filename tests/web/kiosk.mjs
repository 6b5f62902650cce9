// The screens of a tablet at a counter: nobody beside it can tell what was rated, everybody can use them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { LONG, clipped, sideways, violations } from './lib.mjs';
import { LANDSCAPE, PORTRAIT, SMALL, atTheDesk, called, closeCounter, fill, openCounter, rate, tablet, until, waiting } from './kiosk-lib.mjs';

let office;
before(async () => { office = await openCounter(); });
after(closeCounter);

/** Adds a kiosk as the administrator; gives its page and its code. */
async function addKiosk(page, name) {
  await page.goto(new URL('/admin/kiosks/new', office.base).href);
  await page.locator('#label').fill(name);
  await page.locator('#counter').selectOption({ index: 1 });
  await page.locator('main button[type=submit]').click();
  const code = (await page.locator('#pairing-code').innerText()).trim();
  return { at: new URL(page.url()).pathname, code };
}

test('an administrator adds a tablet, sees its number, confirms it; staff open its page with a PIN and see no rating', () =>
  atTheDesk(office, 'admin', async desk => {
    const { at, code } = await addKiosk(desk, 'Máy thử ghép');
    const t = await tablet(office.base);
    try {
      await t.goto();
      await t.page.locator('#code').fill('12');
      await t.page.locator('#pair').click();
      await t.page.getByText('Mã không đúng hoặc đã quá 10 phút').waitFor();
      await t.page.locator('#code').fill(code);
      await t.page.locator('#pair').click();
      const number = await t.page.locator('#check-number').innerText();
      assert.match(await t.page.locator('#place').innerText(), /Quầy 3, Văn phòng Sở/);
      await t.page.locator('#yes').click();
      await t.page.getByText('Đang chờ quản trị viên').waitFor();
      await desk.goto(new URL(at, office.base).href);
      const pin = await desk.locator('dt:has-text("PIN") + dd').innerText();
      await desk.getByRole('link', { name: 'Xác nhận máy' }).click();
      assert.equal(await desk.locator('#check-number').innerText(), number);
      await desk.getByRole('button', { name: 'Xác nhận máy' }).click();
      await t.page.locator('#hoi.ready').waitFor();
      await rate(t.page, 1, { reason: 2 });
      await t.page.locator('#hoi.ready').waitFor();
      for (let i = 0; i < 5; i++) await t.page.locator('.unit').tap();
      await t.page.locator('#pin').fill(pin === '000000' ? '000001' : '000000');
      await t.page.keyboard.press('Enter');
      await t.page.getByText('Mã PIN chưa đúng').waitFor();
      await t.page.locator('#pin').fill(pin);
      await t.page.keyboard.press('Enter');
      assert.equal(await t.page.locator('#waiting').innerText(), '2');
      const text = await t.page.locator('main').innerText();
      assert.ok(!/hài lòng|Hướng dẫn/i.test(text), text);
      await until('the rating and its reason are sent', async () => await waiting(t.page) === 0);
      await t.page.locator('#send').tap();
      await t.page.locator('#leave').tap();
      await t.page.locator('#code').waitFor();
      await desk.goto(new URL(at, office.base).href);
      await desk.getByText('Ngừng dùng từ').waitFor();
    } finally { await t.close(); }
  }));

test('a slip of the finger is taken back within ten seconds, and only the second choice is stored', async () => {
  const t = await tablet(office.base);
  try {
    await t.pair(office);
    const was = await office.stored();
    await t.page.locator('#k1').tap();
    await t.page.locator('#cam-on.ready').waitFor();
    await t.page.locator('#undo').tap();
    await t.page.locator('#hoi.ready').waitFor();
    assert.equal(await waiting(t.page), 0);
    await t.page.waitForTimeout(100);
    await t.page.locator('#k5').tap();
    await t.page.locator('#cam-on').waitFor();
    await t.page.waitForTimeout(10_200);
    assert.ok(await t.page.locator('#undo').isHidden());
    // Twenty seconds without a touch: a question, and twenty more until it is the next person's turn.
    await t.page.getByText('Quý vị cần thêm thời gian không?').waitFor({ timeout: 15_000 });
    await t.page.locator('#more').tap();
    await t.page.locator('#a1').tap();
    await t.page.getByText('Quý vị cần thêm thời gian không?').waitFor({ timeout: 25_000 });
    await t.page.locator('#hoi').waitFor({ timeout: 25_000 });
    await until('all are sent', async () => await waiting(t.page) === 0);
    assert.equal(await office.stored() - was, 2, 'the rating, and the reason that was chosen');
  } finally { await t.close(); }
});

test('nobody can tell a 1 from a 5: the screens after it are the same to the pixel and come at the same time', async () => {
  const t = await tablet(office.base);
  try {
    await t.pair(office);
    // The browser paints a screen a hair differently the first time.
    await rate(t.page, 3);
    const seen = {};
    for (let round = 0; round < 4; round++) {
      for (const level of [1, 5]) {
        await t.page.locator('#hoi.ready').waitFor();
        await t.page.waitForTimeout(100);
        const took = t.page.evaluate(id => new Promise(done => {
          let from;
          document.getElementById(id).addEventListener('click', () => { from = performance.now(); }, { capture: true });
          const marks = [];
          const watch = () => {
            if (from && document.querySelector('.pressed')) marks.push(performance.now());
            if (document.getElementById('cam-on')) done([performance.now() - from, marks.length ? marks.at(-1) - marks[0] : 0]);
            else requestAnimationFrame(watch);
          };
          watch();
        }), `k${level}`);
        await t.page.locator(`#k${level}`).tap();
        const [whole, marked] = await took;
        await t.page.locator('#cam-on.ready').waitFor();
        const extra = await t.page.screenshot();
        await t.page.locator('#done').tap();
        await t.page.locator('.thanks').waitFor();
        const thanks = await t.page.screenshot();
        await t.page.locator('.thanks').tap();
        (seen[level] ??= []).push({ whole, marked, extra, thanks });
      }
    }
    for (const at of ['extra', 'thanks']) {
      for (const one of [...seen[1], ...seen[5]]) assert.ok(one[at].equals(seen[1][0][at]), `${at} is the same after every rating`);
    }
    const median = (level, what) => seen[level].map(one => one[what]).sort((a, b) => a - b)[2];
    assert.ok(Math.abs(median(1, 'whole') - median(5, 'whole')) < 50, `${median(1, 'whole')} and ${median(5, 'whole')} ms`);
    for (const level of [1, 5]) assert.ok(median(level, 'marked') < 250, `marked for ${median(level, 'marked')} ms`);
    const [low, high] = [await course(t.page, 1), await course(t.page, 5)];
    assert.deepEqual(low.changes, high.changes, 'nothing else on the screen changes, from the tap to the next person');
    assert.ok(low.changes[0] === 'class of the tile' && low.changes.includes('screen ask'), low.changes.join(', '));
    assert.ok(Math.abs(low.thanks - high.thanks) < 150, `thanks for ${low.thanks} and ${high.thanks} ms`);
  } finally { await t.close(); }
});

/** Everything that changes on the screen from a tap on a level to the next person, and how long the thanks stand. */
async function course(page, level) {
  await page.locator('#hoi.ready').waitFor();
  await page.waitForTimeout(100);
  const took = page.evaluate(id => new Promise(done => {
    const changes = [], screen = document.getElementById('screen');
    let thanked;
    new MutationObserver((all, self) => {
      for (const { type, attributeName, target } of all) {
        if (type === 'attributes') changes.push(`${attributeName} of ${target.id === id ? 'the tile' : target.id || target.tagName}`);
        else if (target === screen) changes.push(screen.className);
      }
      if (screen.className.endsWith('thanks')) thanked ??= performance.now();
      if (!thanked || !screen.className.endsWith('ask')) return;
      self.disconnect();
      done({ changes, thanks: performance.now() - thanked });
    }).observe(screen, { attributes: true, childList: true, characterData: true, subtree: true });
  }), `k${level}`);
  await page.locator(`#k${level}`).tap();
  await page.locator('#cam-on.ready').waitFor();
  await page.locator('#done').tap();
  return took;
}

/** The least width and height of a tile for a rating (a row of five across, or five rows of the whole width). */
const TILES = { landscape: [227, 280], portrait: [740, 150], small: [150, 220] };

for (const [name, view] of [['landscape', LANDSCAPE], ['portrait', PORTRAIT], ['small', SMALL]]) {
  test(`every screen ${name}: no accessibility fault, nothing cut off, targets as large as fingers`, async () => {
    const t = await tablet(office.base, view, { bypassCSP: true });
    const smallest = view === SMALL ? 68 : 72;
    const look = async what => {
      assert.deepEqual(await violations(t.page), [], what);
      assert.deepEqual(await clipped(t.page), [], what);
      assert.equal(await sideways(t.page), 0, what);
      const small = await t.page.evaluate(least => [...document.querySelectorAll('button, input')].filter(one => getComputedStyle(one).visibility !== 'hidden')
        .map(one => [one.textContent || one.id, Math.round(one.getBoundingClientRect().height)]).filter(([, high]) => high < least), smallest);
      assert.deepEqual(small, [], what);
    };
    try {
      await t.goto();
      await t.page.locator('#code').waitFor();
      await look('pairing');
      await t.page.locator('#code').fill('1');
      await t.page.locator('#pair').click();
      await t.page.locator('#fault:not(:empty)').waitFor();
      await look('a wrong code');
      const code = await office.code();
      await t.page.locator('#code').fill(code);
      await t.page.locator('#pair').click();
      await t.page.locator('#yes').waitFor();
      await look('the check');
      await t.page.locator('#yes').click();
      await t.page.getByText('Đang chờ quản trị viên').waitFor();
      await look('waiting for the administrator');
      await office.confirm(code);
      t.code = code;
      for (const lang of ['vi', 'en']) {
        for (const size of ['', 'large']) {
          await t.page.locator('#hoi.ready').waitFor();
          if (lang === 'en') await t.page.getByText('English').tap();
          if (size) await t.page.locator('#larger').tap();
          await t.page.locator('#hoi.ready').waitFor();
          await look(`asking ${lang} ${size}`);
          const tiles = await t.page.locator('.tile').evaluateAll(all => all.map(one => one.getBoundingClientRect()).map(box => [box.width, box.height]));
          const [least, tall] = TILES[name];
          for (const [wide, high] of tiles) assert.ok(wide >= (size ? 118 : least) && high >= (size ? 118 : tall), `${wide} × ${high}`);
          const gaps = await t.page.evaluate(() => [...document.querySelectorAll('.tile')].map(one => one.getBoundingClientRect())
            .map((box, i, all) => i ? Math.max(box.left - all[i - 1].right, box.top - all[i - 1].bottom) : 16));
          for (const gap of gaps) assert.ok(gap >= 15.5, `${gap} px apart`);
          if (!size) assert.equal(await t.page.evaluate(() => document.documentElement.scrollHeight - innerHeight), 0, 'on one screen');
          await t.page.waitForTimeout(100);
          await t.page.locator('#k5').tap();
          await t.page.locator('#cam-on.ready').waitFor();
          await look(`what mattered ${lang} ${size}`);
          await t.page.locator('#done').tap();
          await t.page.locator('.thanks').waitFor();
          await look(`thanks ${lang} ${size}`);
          await t.page.locator('.thanks').tap();
        }
      }
      await t.page.locator('#hoi.ready').waitFor();
      await t.page.waitForTimeout(100);
      await t.page.locator('#k5').tap();
      await t.page.getByText('Quý vị cần thêm thời gian không?').waitFor({ timeout: 25_000 });
      await look('more time');
      await t.page.locator('#new').tap();
      await t.page.locator('#hoi.ready').waitFor();
      for (let i = 0; i < 5; i++) await t.page.locator('.unit').tap();
      await t.page.locator('#pin').waitFor();
      await look('the PIN');
      await t.page.locator('#pin').fill('1');
      await t.page.keyboard.press('Enter');
      await t.page.getByText('Mã PIN chưa đúng').waitFor();
      await look('a wrong PIN');
      await t.page.locator('#pin').fill(await office.pin(code));
      await t.page.keyboard.press('Enter');
      await t.page.locator('#waiting').waitFor();
      await look('the page for staff');
      await seldom(t, look);
    } finally { await t.close(); }
  });
}

/** What a screen shows seldom: a case, no line, too much that waits, no room, switched off, too old a browser. */
async function seldom(t, look) {
  const again = async () => { await t.page.reload(); await t.page.locator('#hoi.ready').waitFor(); };
  for (const lang of ['vi', 'en']) {
    await called(t, { n: Date.now(), lang, procedure: LONG });
    await again();
    await t.page.locator('.about').waitFor();
    await t.page.locator('#hoi.ready').waitFor();
    await look(`asking about a case ${lang}`);
    await t.context.unroute('**/kiosk/events');
  }
  await t.context.setOffline(true);
  await again();
  await t.page.locator('#state').getByText('Chưa kết nối').waitFor();
  await look('without a line');
  await t.context.setOffline(false);
  await t.context.route('**/kiosk/batch', route => route.abort());
  await fill(t.page, 1, 8 * 24 * 3600_000);
  await again();
  await t.page.locator('#state').getByText('quá 7 ngày').waitFor();
  await look('something old waits');
  await t.page.evaluate(() => { IDBObjectStore.prototype.add = () => { throw new Error('no room'); }; });
  await t.page.waitForTimeout(100);
  await t.page.locator('#k1').tap();
  await t.page.locator('#day').waitFor();
  await look('no room');
  await t.context.unroute('**/kiosk/batch');
  await office.revoke(t.code);
  await t.page.reload();
  await t.page.getByText('Máy này đã được ngừng dùng').waitFor();
  await look('switched off');
  await t.context.addInitScript(() => { Object.defineProperty(window, 'indexedDB', { value: undefined }); });
  await t.page.reload();
  await t.page.getByText('Trình duyệt này chưa lưu được đánh giá khi mất mạng.').waitFor();
  await look('too old a browser');
}

test('the whole program of the tablet is light, and a browser that cannot keep ratings is told so', async () => {
  let bytes = 0;
  for (const name of ['', '/kiosk.css', '/main.js', '/screens.js', '/queue.js', '/sender.js', '/store.js', '/staff.js', '/dom.js', '/wake.js', '/sw.js', '/words.json', '/kiosk.webmanifest', '/icon.svg']) {
    const response = await fetch(new URL(`/kiosk${name}`, office.base));
    assert.equal(response.status, 200, name);
    assert.ok(!/unsafe/.test(response.headers.get('content-security-policy')), name);
    bytes += gzipSync(Buffer.from(await response.arrayBuffer())).length;
  }
  assert.ok(bytes < 25 * 1024, `${bytes} bytes`);
  const t = await tablet(office.base);
  try {
    await t.context.addInitScript(() => { Object.defineProperty(window, 'indexedDB', { value: undefined }); });
    await t.goto();
    await t.page.getByText('Trình duyệt này chưa lưu được đánh giá khi mất mạng.').waitFor();
  } finally { await t.close(); }
});
