// The tablet's own store. Writes are strict: they count once they are on the tablet's disk.
// @ts-check

/**
 * A tap, or what was added to one. Ratings are held a while before they may be sent; after the first try a record never
 * changes.
 * @typedef {{ id: string, first?: string, invitation?: string, form: number, at: number, portrait?: boolean, lang: string, answers: [string, string][] }} Item
 * @typedef {{ n?: number, item: Item, held: number, aside?: string }} Entry
 */

/** @type {Promise<IDBDatabase> | undefined} */
let opened;

/** @returns {Promise<IDBDatabase>} */
function database() {
  opened ??= new Promise((done, fail) => {
    const request = indexedDB.open('hailong-kiosk', 1);
    request.onupgradeneeded = () => {
      const queue = request.result.createObjectStore('queue', { keyPath: 'n', autoIncrement: true });
      queue.createIndex('id', 'item.id', { unique: true });
      request.result.createObjectStore('aside', { keyPath: 'item.id' });
      request.result.createObjectStore('kept');
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => { request.result.close(); opened = undefined; };
      request.result.onclose = () => { opened = undefined; };
      done(request.result);
    };
    request.onerror = () => { opened = undefined; fail(request.error); };
  });
  return opened;
}

/**
 * Runs one transaction; resolves once it is complete, with what `act` asked for.
 * @template T
 * @param {string[]} stores @param {IDBTransactionMode} mode
 * @param {(tx: IDBTransaction) => IDBRequest<T> | void} act
 * @returns {Promise<T>}
 */
export async function within(stores, mode, act) {
  const base = await database();
  return new Promise((done, fail) => {
    // @ts-ignore Browsers that do not know the option are refused before.
    const tx = base.transaction(stores, mode, { durability: 'strict' });
    const request = act(tx);
    tx.oncomplete = () => done(/** @type {T} */ (request?.result));
    tx.onerror = () => fail(tx.error);
    tx.onabort = () => fail(tx.error);
  });
}

/** @param {string} name @returns {Promise<any>} */
export const recall = name => within(['kept'], 'readonly', tx => tx.objectStore('kept').get(name));

/** @param {string} name @param {any} value */
export const keep = (name, value) => within(['kept'], 'readwrite', tx => { tx.objectStore('kept').put(value, name); });
