// The line between a tablet and the program, its power, its clock and its version: whatever happens to them, every rating
// that was thanked for is stored once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PORTRAIT, atTheDesk, closeCounter, fill, line, openCounter, rate, tablet, until, waiting } from './kiosk-lib.mjs';

const N = Number(process.env.KIOSK_N ?? 20);
/** So many tablets stand side by side while lines are cut: they mostly wait. */
const SIDE_BY_SIDE = Number(process.env.KIOSK_SIDE_BY_SIDE ?? 4);
let office;
before(async () => { office = await openCounter(); });
after(closeCounter);

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

/** One of the ways, from the first tap to the last record that the program took. */
async function cutOff(name) {
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
    for (let i = 0; i < N; i++) {
      await rate(t.page, i % 5 + 1, { twice: name === 'doubletap' ? 40 + i % 4 * 80 : 0 });
      if (i === Math.floor(N / 2) && name === 'reload') await t.page.reload({ waitUntil: 'domcontentloaded' });
      if (i === Math.floor(N / 2) && name === 'restart') {
        await t.kill();
        await t.open();
        await t.context.setOffline(true);
        await t.goto();
      }
    }
    if (!['lost', 'doubletap'].includes(name)) {
      assert.equal(wire.storedOnce(), 0, 'while the line is cut');
      assert.equal(await waiting(t.page), N);
    }
    wire.mode = 'up';
    if (name === 'hang') wire.cut();
    if (known) await t.context.setOffline(false);
    await until('all are sent', async () => await waiting(t.page) === 0, 180_000);
    await t.page.waitForTimeout(1500);
    assert.equal(wire.storedOnce(), N, `${wire.lost} answers were lost on the way`);
    assert.equal(wire.told.size, N, 'nothing else was sent');
    if (name === 'lost') assert.equal(wire.lost, 3);
  } finally { await t.close(); await wire.close(); }
}

test(`a line that is cut in seven ways, ${N} ratings each: all stored, none lost, none twice`, { concurrency: SIDE_BY_SIDE }, async t => {
  const was = await office.stored();
  await Promise.all(Object.entries(CASES).map(([name, what]) => t.test(`${name}: ${what}`, () => cutOff(name))));
  assert.equal(await office.stored() - was, N * Object.keys(CASES).length, 'the program counts the same');
});

test('the power goes ten times at any moment: nothing that was thanked for is lost, nothing is stored twice', async () => {
  const wire = await line(office.base);
  const t = await tablet(wire.base);
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
      // By turns while the rating is being kept, and at any moment of its life: held, on its way, told, deleted.
      const dies = new Promise(done => setTimeout(done, Math.random() * (cut % 2 ? 13_000 : 400))).then(() => t.kill());
      tapped++;
      await t.page.touchscreen.tap(box.x + 50, box.y + 50).catch(() => {});
      await Promise.all([seen, dies]);
      await t.open();
      await t.goto();
    }
    await until('all are sent', async () => await waiting(t.page) === 0);
    await t.page.waitForTimeout(500);
    const stored = wire.storedOnce();
    assert.ok(stored >= thanked && stored <= tapped, `${thanked} thanked, ${tapped} tapped, ${stored} stored`);
    assert.equal(await office.stored() - was, stored, 'the program counts the same');
  } finally { await t.close(); await wire.close(); }
});

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
  atTheDesk(office, 'admin', async desk => {
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
      assert.match(await desk.locator('dt:has-text("để riêng cho người giám sát") + dd').innerText(), /^3\s+\d{2}\/\d{2}\/\d{4}: 3$/, 'how many, and on which day');
      await t.page.reload();
      await t.page.getByText('Máy này đã được ngừng dùng').waitFor();
      // Staff find their page as from the question, and as often as they like.
      for (let times = 0; times < 2; times++) {
        for (let i = 0; i < 5; i++) await t.page.locator('.unit').tap();
        await t.page.locator('#pin').waitFor();
        await t.page.getByRole('button', { name: 'Quay lại màn hình đánh giá' }).tap();
        await t.page.getByText('Máy này đã được ngừng dùng').waitFor();
      }
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
      await atTheDesk(office, 'inspector', async desk => {
        await desk.goto(new URL('/admin/kiosks', office.base).href);
        await desk.getByText(at === 0 ? /Chậm \d{5,} phút/ : /Nhanh \d{5,} phút/).first().waitFor();
      });
    } finally { await t.close(); }
  });
}

test('the clock is set while a rating can still be taken back: it is not sent before, and only the second choice is stored', async () => {
  const wire = await line(office.base);
  const t = await tablet(wire.base);
  try {
    await t.pair(office);
    for (const step of [24 * 3600_000, -24 * 3600_000]) {
      await t.page.locator('#hoi.ready').waitFor();
      await t.page.waitForTimeout(100);
      await t.page.locator('#k1').tap();
      await t.page.locator('#cam-on').waitFor();
      await t.page.evaluate(by => { const now = Date.now.bind(Date); Date.now = () => now() + by; }, step);
      await t.page.waitForTimeout(4_000);
      await t.page.locator('#undo').tap();
      await t.page.locator('#hoi.ready').waitFor();
      assert.equal(await waiting(t.page), 0);
      await rate(t.page, 5);
      await until('all are sent', async () => await waiting(t.page) === 0);
    }
    assert.equal(wire.storedOnce(), 2);
    assert.equal(wire.told.size, 2, 'what was taken back was never sent');
  } finally { await t.close(); await wire.close(); }
});

test('a record that the program will never take is put aside, does not hold up the others, and the office is told', async () => {
  const wire = await line(office.base);
  const t = await tablet(wire.base);
  try {
    await t.pair(office);
    await t.context.route('**/kiosk/batch', route => route.abort());
    await fill(t.page, 1, 60_000, '9');
    await rate(t.page, 4);
    await t.context.unroute('**/kiosk/batch');
    await until('all are settled', async () => await waiting(t.page) === 0);
    assert.equal(wire.storedOnce(), 1);
    // The number goes out with the next word of the tablet.
    await rate(t.page, 2);
    await until('the second is stored', async () => await waiting(t.page) === 0);
    await atTheDesk(office, 'inspector', async desk => {
      await desk.goto(new URL(office.pageOf(t.code), office.base).href);
      assert.equal(await desk.locator('dt:has-text("còn giữ trên máy") + dd').innerText(), '1');
    });
  } finally { await t.close(); await wire.close(); }
});

test('a tablet that is put at another counter shows it as soon as nobody is rating', async () => {
  const t = await tablet(office.base);
  try {
    await office.newCounter('Quầy dời');
    await t.pair(office);
    assert.doesNotMatch(await t.page.locator('.unit').innerText(), /Quầy dời/);
    await t.page.evaluate(() => { globalThis.same = true; });
    await office.move(t.code, 'Quầy dời');
    // What the tablet asks for by itself every ten minutes.
    await t.page.evaluate(() => new Promise((done, fail) => {
      const open = indexedDB.open('hailong-kiosk', 1);
      open.onerror = () => fail(open.error);
      open.onsuccess = () => {
        const tx = open.result.transaction('kept', 'readwrite');
        tx.objectStore('kept').put(0, 'setup-at');
        tx.oncomplete = () => { open.result.close(); done(); };
      };
    }));
    await t.page.locator('.unit', { hasText: 'Quầy dời' }).waitFor({ timeout: 40_000 });
    assert.ok(await t.page.evaluate(() => globalThis.same), 'the page was not loaded again');
    await rate(t.page, 3);
  } finally { await t.close(); }
});

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
    await t.page.locator('#cam-on.ready').waitFor();
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
