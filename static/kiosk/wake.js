// Keeps the screen on, and is the place where the office can wake the tablet for one case.
// @ts-check

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
 * What the counter says about the case at hand.
 * @typedef {{ procedure?: string, name?: string, visit?: string }} Call
 */

/** @type {((call: Call | null) => void)[]} */
const listeners = [];

/** Whoever shows the question is told when it is about a case, and with null when it is about none again.
 * @param {(call: Call | null) => void} listener */
export function onCall(listener) { listeners.push(listener); }

/** Tells them. @param {Call | null} call */
export function call(call) { listeners.forEach(listener => listener(call)); }
