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

/** Keeps a record; in the same step takes back the one it replaces, if any.
 * @param {Item} item @param {number} held until when it is not sent, in unix ms @param {string} [instead] */
export const add = (item, held, instead) => within(['queue'], 'readwrite', tx => {
  const queue = tx.objectStore('queue');
  if (instead) remove(queue, instead);
  queue.add({ item, held });
});

/** Takes a record back that was not sent yet. @param {string} id */
export const takeBack = id => within(['queue'], 'readwrite', tx => remove(tx.objectStore('queue'), id));

/** @param {IDBObjectStore} queue @param {string} id */
function remove(queue, id) {
  const found = queue.index('id').getKey(id);
  found.onsuccess = () => { if (found.result !== undefined) queue.delete(found.result); };
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
  // A clock that was set back must not hold a record for years.
  const holds = entries.findIndex(entry => entry.held > now && entry.held - now <= HELD_MS);
  return holds < 0 ? entries : entries.slice(0, holds);
}

/** Deletes what the server has, and puts aside what it will never take.
 * @param {Entry[]} had @param {Map<string, string>} refused reasons by id */
export const settle = (had, refused) => within(['queue', 'aside'], 'readwrite', tx => {
  for (const entry of had) {
    const reason = refused.get(entry.item.id);
    if (reason) tx.objectStore('aside').put({ item: entry.item, held: 0, aside: reason });
    tx.objectStore('queue').delete(/** @type {number} */ (entry.n));
  }
});
