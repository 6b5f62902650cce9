// Keeps the screen on, and hears when the officer at the counter wakes the tablet for one case.
// @ts-check
import { ask } from './sender.js';

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

/** How often it is asked where no events come through, and when events are tried again. */
const POLL_MS = 2_000, AGAIN_MS = 30_000;

/** Hears what the officer calls up, each call once. The stream ends every so often and the browser comes back by
 * itself; where a network lets no stream through, the same is asked for.
 * @param {(call: Call) => void} told */
export function hear(told) {
  let last = 0, polling = 0;
  /** @param {Call | null} call */
  const take = call => {
    if (!call || call.n <= last) return;
    last = call.n;
    told(call);
  };
  const poll = async () => {
    try {
      const response = await ask('/kiosk/wake');
      if (response.ok) take((await response.json()).wake);
    } catch { /* without a line the tablet asks its general question */ }
  };
  const listen = () => {
    const stream = new EventSource('/kiosk/events');
    let heard = Date.now();
    stream.addEventListener('wake', event => take(JSON.parse(event.data)));
    stream.addEventListener('open', () => { heard = Date.now(); clearInterval(polling); polling = 0; });
    stream.addEventListener('error', () => {
      // A turn that is over comes back within a blink. What stays away for longer is asked for.
      if (!polling && (stream.readyState === EventSource.CLOSED || Date.now() - heard > AGAIN_MS)) polling = setInterval(() => { void poll(); }, POLL_MS);
      if (stream.readyState === EventSource.CLOSED) setTimeout(listen, AGAIN_MS);
    });
  };
  listen();
}
