// Hands waiting answers in: one sender at a time, the oldest first, again and again until the server says it has them.
// @ts-check
import { keep } from './store.js';
import { asideCount, count, due, settle } from './queue.js';

const BATCH = 20;
const TIMEOUT_MS = 10_000;
const LONGEST_WAIT_MS = 300_000;
/** Even with nothing to send the office hears from the tablet this often. */
const HEARTBEAT_MS = 60_000;

/** @typedef {'sent' | 'later' | 'stopped' | 'nothing'} Ended */

/** @typedef {{ online: (is: boolean) => void, revoked: () => void, version: (v: string) => void }} Listener */

/** @param {string} path @param {any} [body] @returns {Promise<Response>} */
export async function ask(path, body) {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), TIMEOUT_MS);
  try {
    const sent = body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(path, { ...sent, cache: 'no-store', credentials: 'same-origin', signal: giveUp.signal });
    // The body is part of the answer: a line that dies in it has not answered.
    const text = await response.text();
    return new Response(text, { status: response.status, headers: response.headers });
  } finally { clearTimeout(timer); }
}

export class Sender {
  /** @param {string} version @param {Listener} listener */
  constructor(version, listener) {
    this.version = version;
    this.listener = listener;
    this.wait = 0;
    this.spoke = 0;
    this.stopped = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    addEventListener('online', () => this.soon(0));
  }

  /** Tries again after so long, unless it is to try sooner anyway. @param {number} ms */
  soon(ms) {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { void this.run(); }, ms);
  }

  async run() {
    const ended = await navigator.locks.request('hailong-kiosk-sender', { ifAvailable: true }, async lock => lock ? this.drain() : 'nothing');
    if (ended === 'later') {
      this.wait = Math.min(LONGEST_WAIT_MS, Math.max(1000, this.wait * 2));
      this.soon(this.wait * (0.75 + Math.random() / 2));
    } else if (ended !== 'stopped') {
      this.soon(1000);
    }
  }

  /** Sends until nothing is due. @returns {Promise<Ended>} */
  async drain() {
    for (;;) {
      const entries = await due(BATCH, Date.now());
      if (entries.length === 0 && Date.now() - this.spoke < HEARTBEAT_MS && this.spoke <= Date.now()) return 'nothing';
      const ended = await this.batch(entries);
      if (ended !== 'sent') return ended;
      if (entries.length === 0) return 'nothing';
    }
  }

  /** @param {import('./store.js').Entry[]} entries @returns {Promise<Ended>} */
  async batch(entries) {
    let response;
    try {
      const [waiting, aside] = await Promise.all([count(), asideCount()]);
      const items = entries.map(entry => entry.item);
      response = await ask('/kiosk/batch', { device_now: Date.now(), waiting, aside, version: this.version, items });
    } catch { return this.later(); }
    if (response.status === 401 || response.status === 403) {
      this.stopped = true;
      this.listener.revoked();
      return 'stopped';
    }
    if (response.status === 408 || response.status === 429 || response.status >= 500) return this.later();
    let told;
    try { told = await response.json(); } catch { return this.later(); }
    if (response.status !== 200) {
      // The server will never take this batch as it is: singly, so that one record does not hold up the others.
      if (entries.length === 0) return this.later();
      if (entries.length > 1) {
        for (const entry of entries) {
          const ended = await this.batch([entry]);
          if (ended !== 'sent') return ended;
        }
        return 'sent';
      }
      await settle(entries, new Map([[entries[0].item.id, String(response.status)]]));
      return 'sent';
    }
    const settled = await this.take(entries, told.results ?? []);
    // An answer that names none of them is no answer to this batch.
    if (entries.length > 0 && settled === 0) return this.later();
    this.wait = 0;
    this.spoke = Date.now();
    this.listener.online(true);
    if (told.version) this.listener.version(told.version);
    if (told.state === 'revoked') this.listener.revoked();
    return 'sent';
  }

  /** Only what the server named is settled. @param {import('./store.js').Entry[]} entries
   * @param {{ id: string, result: string, reason?: string }[]} results */
  async take(entries, results) {
    const byId = new Map(results.map(one => [one.id, one]));
    const refused = new Map();
    const had = entries.filter(entry => {
      const one = byId.get(entry.item.id);
      if (one && (one.result === 'rejected' || one.result === 'conflict')) refused.set(one.id, one.reason ?? one.result);
      return one && ['stored', 'duplicate', 'quarantined', 'rejected', 'conflict'].includes(one.result);
    });
    if (had.length > 0) {
      await settle(had, refused);
      await keep('sent', Date.now());
    }
    return had.length;
  }

  /** @returns {Ended} */
  later() {
    this.listener.online(false);
    return 'later';
  }
}
