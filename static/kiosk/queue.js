// Answers that wait on the tablet: written first, sent later, deleted only when the server says that it has them.
// @ts-check
import { within } from './store.js';

/** @typedef {import('./store.js').Entry} Entry @typedef {import('./store.js').Item} Item */

/** So long a slip of the finger can be taken back. */
export const UNDO_MS = 10_000;
/** A rating waits so long before it is sent: a little longer, so that nothing is taken back that is on its way. */
export const HELD_MS = UNDO_MS + 1_000;
/** So many records fit. */
export const ROOM = 5_000;

/** 128 random bits as 22 characters. */
export function draw() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
}

/** Until when what was tapped on this page is held, by the page's own clock: that of the tablet may be set meanwhile.
 * @type {Map<string, number>} */
const holds = new Map();

/** Keeps a record, which is held so long before it is sent. @param {Item} item @param {number} ms */
export function add(item, ms) {
  if (ms > 0) holds.set(item.id, performance.now() + ms);
  return within(['queue'], 'readwrite', tx => { tx.objectStore('queue').add({ item, held: item.at + ms }); });
}

/** Takes a record back that is still held. @param {string} id */
export async function takeBack(id) {
  await within(['queue'], 'readwrite', tx => {
    const queue = tx.objectStore('queue');
    const found = queue.index('id').getKey(id);
    found.onsuccess = () => { if (found.result !== undefined) queue.delete(found.result); };
  });
  holds.delete(id);
}

/** How many wait. @returns {Promise<number>} */
export const count = () => within(['queue'], 'readonly', tx => tx.objectStore('queue').count());

/** How many could not be sent. @returns {Promise<number>} */
export const asideCount = () => within(['aside'], 'readonly', tx => tx.objectStore('aside').count());

/** When the oldest one was made, by this clock; undefined when none waits. @returns {Promise<number | undefined>} */
export async function oldest() {
  const first = await within(['queue'], 'readonly', tx => tx.objectStore('queue').getAll(undefined, 1));
  return first[0]?.item.at;
}

/** The oldest that may be sent now. Nothing overtakes: what comes after one that is held waits with it.
 * @param {number} most @param {number} now @returns {Promise<Entry[]>} */
export async function due(most, now) {
  /** @type {Entry[]} */
  const entries = await within(['queue'], 'readonly', tx => tx.objectStore('queue').getAll(undefined, most));
  const held = entries.findIndex(entry => {
    const until = holds.get(entry.item.id);
    // What the page took in before it was loaded again: by a clock that, set back, must not hold a record for years.
    return until === undefined ? entry.held > now && entry.held - now <= HELD_MS : until > performance.now();
  });
  return held < 0 ? entries : entries.slice(0, held);
}

/** Deletes what the server has, and puts aside what it will never take.
 * @param {Entry[]} had @param {Map<string, string>} refused reasons by id */
export async function settle(had, refused) {
  await within(['queue', 'aside'], 'readwrite', tx => {
    for (const entry of had) {
      const reason = refused.get(entry.item.id);
      if (reason) tx.objectStore('aside').put({ item: entry.item, held: 0, aside: reason });
      tx.objectStore('queue').delete(/** @type {number} */ (entry.n));
    }
  });
  for (const entry of had) holds.delete(entry.item.id);
}
