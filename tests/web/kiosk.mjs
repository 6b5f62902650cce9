// The tablet at a counter: whatever happens to the line, the power or the clock, every rating that was thanked for is
// stored once, and nobody beside it can tell what it was.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { CHROME, DESK, FLAGS, clipped, sideways, signIn, violations } from './lib.mjs';
import { LANDSCAPE, PORTRAIT, SMALL, counter, line, rate, tablet, until, waiting } from './kiosk-lib.mjs';

const N = Number(process.env.KIOSK_N ?? 6);
let office;
before(async () => { office = await counter(); });
after(async () => {
  const log = office?.log();
  await office?.stop();
  assert.ok(!log?.includes('panicked'), log);
});

/** A person of the office with a browser of their own. */
async function atTheDesk(role, act) {
  const browser = await chromium.launch({ executablePath: CHROME, args: FLAGS });
  try {
    const page = await (await browser.newContext({ ...DESK, locale: 'vi-VN' })).newPage();
    page.setDefaultTimeout(10_000);
    await signIn(page, office.ready.accounts[role], office.base);
    return await act(page);
  } finally { await browser.close(); }
}

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
  atTheDesk('admin', async desk => {
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

// ---- The line

const CASES = {
  offline: 'the browser knows that it is offline',
  liefi: 'the browser thinks it is online, connections die',
  hang: 'the server never answers',
  lost: 'the answers are lost after they were stored',
  reload: 'offline, and the page is loaded again half way',
  restart: 'offline, and the browser is killed and opened again half way',
  doubletap: 'each tap is two',
};

for (const [name, what] of Object.entries(CASES)) {
  test(`${name}: ${what}: ${N} ratings, each stored once`, async () => {
    const wire = await line(office.base);
    const t = await tablet(wire.base);
    try {
      await t.pair(office);
      if (name === 'restart') await t.settle();
      const known = ['offline', 'reload', 'restart'].includes(name);
      if (name === 'hang') wire.mode = 'hang';
      else if (name === 'lost') wire.loseNext = 3;
      else if (name !== 'doubletap') { wire.mode = 'down'; wire.cut(); }
      if (known) await t.context.setOffline(true);
      const was = await office.stored();
      for (let i = 0; i < N; i++) {
        await rate(t.page, i % 5 + 1, { twice: name === 'doubletap' });
        if (i === Math.floor(N / 2) && name === 'reload') await t.page.reload({ waitUntil: 'domcontentloaded' });
        if (i === Math.floor(N / 2) && name === 'restart') {
          await t.kill();
          await t.open();
          await t.context.setOffline(true);
          await t.goto();
        }
      }
      if (!['lost', 'doubletap'].includes(name)) {
        assert.equal(await office.stored() - was, 0, 'while the line is cut');
        assert.equal(await waiting(t.page), N);
      }
      wire.mode = 'up';
      if (name === 'hang') wire.cut();
      if (known) await t.context.setOffline(false);
      await until('all are sent', async () => await waiting(t.page) === 0, 120_000);
      await t.page.waitForTimeout(1500);
      assert.equal(await office.stored() - was, N, `${wire.lost} answers were lost on the way`);
      if (name === 'lost') assert.equal(wire.lost, 3);
    } finally { await t.close(); await wire.close(); }
  });
}

test('the power goes ten times at any moment: nothing that was thanked for is lost, nothing is stored twice', async () => {
  const t = await tablet(office.base);
  try {
    await t.pair(office);
    await t.settle();
    const was = await office.stored();
    let thanked = 0, tapped = 0;
    for (let cut = 0; cut < 10; cut++) {
      await t.page.locator('#hoi.ready').waitFor();
      await t.page.waitForTimeout(100);
      const box = await t.page.locator('#k3').boundingBox();
      const seen = t.page.locator('#cam-on').waitFor({ timeout: 5000 }).then(() => { thanked++; }, () => {});
      const dies = new Promise(done => setTimeout(done, Math.random() * 400)).then(() => t.kill());
      tapped++;
      await t.page.touchscreen.tap(box.x + 50, box.y + 50).catch(() => {});
      await Promise.all([seen, dies]);
      await t.open();
      await t.goto();
    }
    await until('all are sent', async () => await waiting(t.page) === 0);
    await t.page.waitForTimeout(500);
    const stored = await office.stored() - was;
    assert.ok(stored >= thanked && stored <= tapped, `${thanked} thanked, ${tapped} tapped, ${stored} stored`);
  } finally { await t.close(); }
});

/** Fills the queue with ratings of so long ago, as a counter without a line would. */
const fill = (page, many, ago = 60_000) => page.evaluate(async ([n, back]) => {
  const setup = await (await fetch('/kiosk/setup')).json();
  const base = await new Promise(done => { const open = indexedDB.open('hailong-kiosk', 1); open.onsuccess = () => done(open.result); });
  const tx = base.transaction('queue', 'readwrite');
  for (let i = 0; i < n; i++) {
    const id = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16)))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
    tx.objectStore('queue').add({ item: { id, form: setup.form, at: Date.now() - back, lang: 'vi', answers: [['overall', String(i % 5 + 1)]] }, held: 0 });
  }
  await new Promise(done => { tx.oncomplete = done; });
  base.close();
}, [many, ago]);

test('a full tablet warns staff, points citizens to their phones, and hands in all 5,000 when the line is back', async () => {
  const wire = await line(office.base);
  const t = await tablet(wire.base);
  try {
    await t.pair(office);
    const was = await office.stored();
    await t.context.route('**/kiosk/batch', route => route.abort());
    const warned = async words => { await t.page.reload(); await t.page.locator('#hoi.ready').waitFor(); await t.page.locator('#state').getByText(words).waitFor(); };
    await fill(t.page, 10, 8 * 24 * 3600_000);
    await warned('quá 7 ngày');
    await fill(t.page, 1_990);
    await warned('Hơn 2.000');
    await fill(t.page, 2_500);
    await warned('sắp đầy');
    await fill(t.page, 499);
    await rate(t.page, 2);
    assert.equal(await waiting(t.page), 5_000);
    await t.page.locator('#hoi.ready').waitFor();
    await t.page.waitForTimeout(100);
    await t.page.locator('#k2').tap();
    await t.page.locator('#day').waitFor();
    assert.equal(await waiting(t.page), 5_000, 'what was not kept was not thanked for');
    await t.context.unroute('**/kiosk/batch');
    await t.page.reload();
    await until('all are sent', async () => await waiting(t.page) === 0, 240_000);
    assert.equal(await office.stored() - was, 5_000);
    await t.page.locator('#hoi.ready').waitFor();
  } finally { await t.close(); await wire.close(); }
});

test('a tablet revoked while answers wait: they are put aside, nothing enters the results, the screen says so', () =>
  atTheDesk('admin', async desk => {
    const wire = await line(office.base);
    const t = await tablet(wire.base);
    try {
      await t.pair(office);
      wire.mode = 'down'; wire.cut();
      const was = await office.stored();
      for (let i = 0; i < 3; i++) await rate(t.page, 1);
      await desk.goto(new URL(office.pageOf(t.code), office.base).href);
      await desk.getByRole('link', { name: 'Ngừng dùng máy' }).click();
      await desk.getByRole('button', { name: 'Ngừng dùng máy' }).click();
      await desk.getByText('Ngừng dùng từ').waitFor();
      wire.mode = 'up';
      await t.page.getByText('Máy này đã được ngừng dùng. Liên hệ quản trị viên.').waitFor({ timeout: 60_000 });
      await until('what waited is handed over', async () => await waiting(t.page) === 0);
      assert.equal(await office.stored(), was);
      await desk.goto(new URL(office.pageOf(t.code), office.base).href);
      assert.equal(await desk.locator('dt:has-text("để riêng cho người giám sát") + dd').innerText(), '3');
      await t.page.reload();
      await t.page.getByText('Máy này đã được ngừng dùng').waitFor();
    } finally { await t.close(); await wire.close(); }
  }));

for (const [year, at] of [[1970, 0], [2099, Date.UTC(2099, 0, 1)]]) {
  test(`a tablet that thinks it is ${year}: its ratings are stored, and its clock is pointed out`, async () => {
    const t = await tablet(office.base);
    try {
      await t.pair(office);
      await t.context.addInitScript(shift => {
        const now = Date.now.bind(Date), real = Date;
        Date.now = () => now() + shift;
        window.Date = class extends real { constructor(...of) { super(...(of.length ? of : [real.now()])); } };
      }, at - Date.now());
      await t.page.reload();
      const was = await office.stored();
      for (let i = 0; i < 3; i++) await rate(t.page, 4);
      await until('all are sent', async () => await waiting(t.page) === 0);
      assert.equal(await office.stored() - was, 3);
      await atTheDesk('inspector', async desk => {
        await desk.goto(new URL('/admin/kiosks', office.base).href);
        await desk.getByText(at === 0 ? /Chậm \d{5,} phút/ : /Nhanh \d{5,} phút/).first().waitFor();
      });
    } finally { await t.close(); }
  });
}

test('two tablets at one counter: all of both, each once', async () => {
  const both = await Promise.all([tablet(office.base), tablet(office.base, PORTRAIT)]);
  try {
    for (const t of both) await t.pair(office);
    const was = await office.stored();
    await Promise.all(both.map(async (t, which) => { for (let i = 0; i < 5; i++) await rate(t.page, which + 1); }));
    for (const t of both) await until('all are sent', async () => await waiting(t.page) === 0);
    assert.equal(await office.stored() - was, 10);
  } finally { for (const t of both) await t.close(); }
});

test('a new version comes while answers wait: it is put in place at an empty screen, and nothing is lost', async () => {
  const wire = await line(office.base);
  const t = await tablet(wire.base);
  try {
    await t.pair(office);
    await t.page.reload();
    const was = await office.stored();
    await t.context.route('**/kiosk/batch', route => route.abort());
    await rate(t.page, 5);
    await t.page.locator('#hoi.ready').waitFor();
    await t.page.waitForTimeout(100);
    await t.page.locator('#k1').tap();
    await t.page.locator('#cam-on').waitFor();
    wire.edit = (path, body) => /\.js$/.test(path) ? body.replace(/VERSION = '[0-9a-z]+'/, "VERSION = 'newer'") : body;
    await t.page.evaluate(async () => { window.old = true; await (await navigator.serviceWorker.getRegistration('/kiosk')).update(); });
    await t.page.waitForTimeout(3000);
    assert.ok(await t.page.evaluate(() => window.old), 'not while somebody is rating');
    await t.page.locator('#done').tap();
    await t.page.locator('.thanks').tap();
    await until('the new version is in place', async () => await t.page.evaluate(() => !window.old).catch(() => false));
    await t.page.locator('#hoi.ready').waitFor();
    assert.deepEqual(await t.page.evaluate(() => caches.keys()), ['kiosk-newer'], 'the old version is gone');
    assert.equal(await waiting(t.page), 2);
    await t.context.unroute('**/kiosk/batch');
    await until('all are sent', async () => await waiting(t.page) === 0);
    assert.equal(await office.stored() - was, 2);
  } finally { await t.close(); await wire.close(); }
});

test('a slip of the finger is taken back within ten seconds, and only the second choice is stored', async () => {
  const t = await tablet(office.base);
  try {
    await t.pair(office);
    const was = await office.stored();
    await t.page.locator('#k1').tap();
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
  } finally { await t.close(); }
});

for (const [name, view] of [['landscape', LANDSCAPE], ['portrait', PORTRAIT], ['small', SMALL]]) {
  test(`every screen ${name}: no accessibility fault, nothing cut off, targets as large as fingers`, async () => {
    const t = await tablet(office.base, view, { bypassCSP: true });
    const look = async what => {
      assert.deepEqual(await violations(t.page), [], what);
      assert.deepEqual(await clipped(t.page), [], what);
      assert.equal(await sideways(t.page), 0, what);
      const small = await t.page.evaluate(() => [...document.querySelectorAll('button, input')].filter(one => getComputedStyle(one).visibility !== 'hidden')
        .map(one => [one.textContent || one.id, Math.round(one.getBoundingClientRect().height)]).filter(([, high]) => high < 56));
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
      await office.confirm(code);
      for (const lang of ['vi', 'en']) {
        for (const size of ['', 'large']) {
          await t.page.locator('#hoi.ready').waitFor();
          if (lang === 'en') await t.page.getByText('English').tap();
          if (size) await t.page.locator('#larger').tap();
          await t.page.locator('#hoi.ready').waitFor();
          await look(`asking ${lang} ${size}`);
          const tiles = await t.page.locator('.tile').evaluateAll(all => all.map(one => one.getBoundingClientRect()).map(box => [box.width, box.height]));
          for (const [wide, high] of tiles) assert.ok(wide >= 118 && high >= 118, `${wide} × ${high}`);
          if (!size) assert.equal(await t.page.evaluate(() => document.documentElement.scrollHeight - innerHeight), 0, 'on one screen');
          await t.page.waitForTimeout(100);
          await t.page.locator('#k5').tap();
          await t.page.locator('#cam-on').waitFor();
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
    } finally { await t.close(); }
  });
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
