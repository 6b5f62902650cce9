// Keeps the screen on, and hears when the officer at the counter wakes the tablet for one case.
// @ts-check
import { ask } from './sender.js';
import { keep, recall } from './store.js';

/** Asks for the screen to stay on, and again whenever the page is seen again. */
export function stayAwake() {
  const ask = () => {
    // @ts-ignore Not in every browser; the device's own setting stands beside it.
    if (document.visibilityState === 'visible') navigator.wakeLock?.request('screen').catch(() => {});
  };
  document.addEventListener('visibilitychange', ask);
  ask();
}

/**
 * The case that the officer at the counter is done with: what to ask, and how long to wait for an answer.
 * @typedef {{ n: number, invitation: string, form: number, rating: import('./screens.js').Question, reasons: import('./screens.js').Question | null, procedure: string | null, lang: string, left_ms: number }} Call
 */

/** How soon the tablet comes back to events whose turn is over, how often it asks where none come through, and when
 * events are tried again. */
const BACK_MS = 50, POLL_MS = 2_000, AGAIN_MS = 30_000;
/** A stream that has not begun by then is being gathered on its way, one that ends before it lasted is cut off there,
 * and one that has not ended by then is dead. */
const BEGINS_MS = 5_000, LASTS_MS = 1_000, ENDS_MS = 30_000;
/** A call is repeated only as long as it lasts. After that a number may come again: when a backup was restored. */
const REPEATED_MS = 120_000;

/** Hears what the officer calls up, each call once, even if the page is loaded again meanwhile. A stream ends every so
 * often; where a network lets none through, the same is asked for.
 * @param {(call: Call) => void} told */
export async function hear(told) {
  /** @type {{ n: number, at: number }} */
  let last = await recall('woken').catch(() => undefined) ?? { n: 0, at: 0 };
  let tried = 0;
  /** @param {Call | null} call */
  const take = call => {
    if (!call?.rating || call.left_ms <= 0) return;
    if (call.n <= last.n && Math.abs(Date.now() - last.at) < REPEATED_MS) return;
    last = { n: call.n, at: Date.now() };
    keep('woken', last).catch(() => { /* then a page that is loaded again asks once more */ });
    told(call);
  };
  const poll = async () => {
    let heard = false;
    try {
      const response = await ask('/kiosk/wake');
      // A tablet that was switched off is not called any more.
      if ([401, 403, 404].includes(response.status)) return;
      heard = response.ok;
      if (heard) take((await response.json()).wake);
    } catch { /* without a line the tablet asks its general question */ }
    const events = heard && performance.now() - tried > AGAIN_MS;
    setTimeout(() => { if (events) listen(); else void poll(); }, POLL_MS);
  };
  const listen = () => {
    tried = performance.now();
    const stream = new EventSource('/kiosk/events');
    let begun = false, ended = false;
    const end = () => {
      if (ended) return;
      ended = true;
      clearTimeout(limit);
      stream.close();
      if (begun && performance.now() - tried > LASTS_MS) setTimeout(listen, BACK_MS); else void poll();
    };
    let limit = setTimeout(end, BEGINS_MS);
    stream.addEventListener('wake', event => take(JSON.parse(event.data)));
    stream.addEventListener('open', () => { begun = true; clearTimeout(limit); limit = setTimeout(end, ENDS_MS); });
    // The browser would come back by itself at once and for ever; a line that is down is not to be hurried.
    stream.addEventListener('error', end);
  };
  listen();
}
