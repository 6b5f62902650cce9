// An officer wakes a tablet whose network is not what it should be, or that nobody touches.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DESK, person, signIn, violations } from './lib.mjs';
import { called, closeCounter, line, openCounter, rate, tablet } from './kiosk-lib.mjs';

let office;
before(async () => { office = await openCounter(); });
after(closeCounter);

let cases = 2000;
/** An officer with the code of a case that nobody has entered before. */
const officer = act => person(async page => {
  await signIn(page, office.ready.accounts.officer, office.base);
  await page.goto(new URL('/desk?procedure=1.005092&event=finished', office.base).href);
  await page.locator('#case').fill(`000.00.12.H21-261124-${++cases}`);
  await page.keyboard.press('Enter');
  await page.locator('.typed').waitFor();
  await act(page);
}, { view: DESK, bypassCSP: true });

/** Wakes the tablet of a counter; gives when. */
async function wake(page, counter) {
  const choice = page.locator('#tablet');
  if (await choice.count()) await choice.selectOption({ label: counter });
  const from = Date.now();
  await page.getByRole('button', { name: 'Mời đánh giá trên máy tính bảng' }).click();
  await page.getByText('Đã mời.').waitFor();
  return from;
}

const about = t => t.page.locator('.about');

/** Each with a tablet at a counter of its own. */
const NETWORKS = {
  'events that are gathered on their way: the tablet asks instead, and hears within seconds': async counter => {
    const wire = await line(office.base);
    const t = await tablet(wire.base);
    try {
      await t.pair(office, counter);
      await t.page.waitForTimeout(6_000);
      await officer(async page => {
        const from = await wake(page, counter);
        await about(t).waitFor();
        assert.ok(Date.now() - from < 5_000, `woken after ${Date.now() - from} ms`);
        assert.deepEqual(await violations(page), [], 'the desk after a call');
      });
    } finally { await t.close(); await wire.close(); }
  },
  'events that are refused on their way: the tablet asks instead': async counter => {
    const t = await tablet(office.base);
    try {
      await t.pair(office, counter);
      await t.context.route('**/kiosk/events', route => route.fulfill({ status: 503, body: '' }));
      await t.page.reload();
      await t.page.locator('#hoi.ready').waitFor();
      await officer(async page => {
        const from = await wake(page, counter);
        await about(t).waitFor();
        assert.ok(Date.now() - from < 5_000, `woken after ${Date.now() - from} ms`);
      });
    } finally { await t.close(); }
  },
  'woken without a line the tablet stays with its general question, and does not ask late': async counter => {
    const wire = await line(office.base);
    const t = await tablet(wire.base);
    try {
      await t.pair(office, counter);
      wire.mode = 'down'; wire.cut();
      await officer(async page => {
        const from = await wake(page, counter);
        await t.page.waitForTimeout(5_000);
        assert.equal(await about(t).count(), 0);
        assert.match(await t.page.locator('#hoi').innerText(), /Quý vị hài/);
        await t.page.waitForTimeout(from + 62_000 - Date.now());
        wire.mode = 'up';
        const end = Date.now() + 8_000;
        while (Date.now() < end) {
          assert.equal(await about(t).count(), 0, 'its minute was over');
          await t.page.waitForTimeout(200);
        }
        await wake(page, counter);
        await about(t).waitFor();
      });
    } finally { await t.close(); await wire.close(); }
  },
  'unused for a minute the tablet goes back to its general question': async counter => {
    const t = await tablet(office.base);
    try {
      await t.pair(office, counter);
      await officer(async page => {
        const from = await wake(page, counter);
        await about(t).waitFor();
        await about(t).waitFor({ state: 'detached', timeout: 70_000 });
        const took = Date.now() - from;
        assert.ok(took > 59_000 && took < 63_000, `back after ${took} ms`);
        assert.equal(await t.page.locator('#hoi').count(), 1);
      });
    } finally { await t.close(); }
  },
};

test('a tablet is woken over networks of every kind', { concurrency: true }, async t => {
  const counters = Object.entries(NETWORKS).map(([name, act], i) => ({ name, act, counter: `Quầy gọi ${i + 1}` }));
  for (const { counter } of counters) await office.newCounter(counter);
  // Everybody comes back with this session.
  await person(page => signIn(page, office.ready.accounts.officer, office.base), { view: DESK });
  await Promise.all(counters.map(({ name, act, counter }) => t.test(name, () => act(counter))));
});

test('a case is asked about once: not again when the page is loaded again, nor when its time is over', async () => {
  const t = await tablet(office.base);
  const again = async () => {
    await t.page.reload();
    await t.page.locator('#hoi.ready').waitFor();
    await t.page.waitForTimeout(500);
  };
  try {
    await t.pair(office);
    await called(t, { n: 7 });
    await again();
    await about(t).waitFor();
    await rate(t.page, 2);
    assert.equal(await about(t).count(), 0, 'the next person gets the general question');
    await again();
    assert.equal(await about(t).count(), 0, 'nor after the page was loaded again');
    await called(t, { n: 8, left_ms: 0 });
    await again();
    assert.equal(await about(t).count(), 0, 'nor what is over');
    await called(t, { n: 9 });
    await again();
    await about(t).waitFor();
  } finally { await t.close(); }
});
