// How soon a tablet thanks for a tap, on a processor slowed fourfold, with and without a line. By hand, after
// `cargo build --release` and `npm ci` in this folder:
//
//   HAILONG_BIN=target/release/hailong node tests/web/measure-tap.mjs [TAPS]
//
// From the moment the finger touches the glass, as the browser has it, to the first frame with the thanks drawn. The
// pressed tile is marked for 150 ms of it.
import { closeCounter, openCounter, tablet, waiting } from './kiosk-lib.mjs';

const TAPS = Number(process.argv[2] ?? 100), SLOWED = 4;

/** One person: gives the ms from the touch to the thanks. */
async function tap(page, level) {
  await page.locator('#hoi.ready').waitFor();
  await page.waitForTimeout(200);
  const box = await page.locator(`#k${level}`).boundingBox();
  await page.evaluate(() => {
    globalThis.took = new Promise(done => {
      let from;
      addEventListener('touchstart', event => { from = event.timeStamp; }, { capture: true, once: true, passive: true });
      new MutationObserver((_, self) => {
        if (!document.getElementById('cam-on')) return;
        self.disconnect();
        // A message sent from the frame in which the thanks are drawn arrives after it.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => done(performance.now() - from);
        requestAnimationFrame(() => port2.postMessage(0));
      }).observe(document.getElementById('screen'), { childList: true });
    });
  });
  await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
  const took = await page.evaluate(() => globalThis.took);
  await page.locator('#cam-on.ready').waitFor();
  await page.locator('#done').tap();
  await page.locator('.thanks').tap();
  return took;
}

const office = await openCounter();
const t = await tablet(office.base);
try {
  await t.pair(office);
  const session = await t.context.newCDPSession(t.page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWED });
  console.log(`from the touch to the thanks, processor slowed ${SLOWED} ×, ${TAPS} taps each, in ms`);
  console.log('| line | p50 | p95 | most | waiting at the end |\n|---|---|---|---|---|');
  for (const line of ['online', 'offline']) {
    await t.context.setOffline(line === 'offline');
    const took = [];
    for (let i = 0; i < TAPS; i++) took.push(await tap(t.page, i % 5 + 1));
    took.sort((a, b) => a - b);
    const at = share => took[Math.min(took.length - 1, Math.floor(took.length * share))].toFixed(0);
    console.log(`| ${line} | ${at(0.5)} | ${at(0.95)} | ${at(1)} | ${await waiting(t.page)} |`);
  }
} finally {
  await t.close();
  await closeCounter();
}
