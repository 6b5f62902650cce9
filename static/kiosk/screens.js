// What citizens see: ask → extra → thanks → ask. Every rating is followed by the same screens for the same time: who
// stands beside the tablet must not be able to tell one from another.
// @ts-check
import { bound, button, el, face, fiveTouches, langNow, otherLangs, said, say, setLang, show } from './dom.js';
import { HELD_MS, ROOM, UNDO_MS, add, count, draw, takeBack } from './queue.js';

/** How long a pressed tile is marked, from the touch on; on a slow tablet, which marks it late, at least so long. */
const MARKED_MS = 150, SEEN_MS = 100;
/** Tiles that have just appeared are not what a finger on its way meant. */
const DEAF_MS = 600;
/** Taps closer than this are one. */
const APART_MS = 700;
/** Without a touch for so long, the person is asked whether more time is needed. */
const QUIET_S = 20;
/** So long that question stands. */
const WARNED_S = 20;
const THANKS_MS = 5_000;

/** @typedef {{ name: string, label: Record<string, string>, choices: { name: string, value: number, label: Record<string, string> }[] }} Question */
/** @typedef {{ unit: string, counter: string, procedure: string | null, form: number, rating: Question, reasons: Question | null, qr: string | null, simulated: boolean, pin: { salt: string, hash: string } }} Setup */

export class Screens {
  /** @param {Setup} setup @param {{ queued: () => void, staff: () => void, idle: () => void }} to */
  constructor(setup, to) {
    this.setup = setup;
    /** What the tablet is to ask from the next person on. @type {Setup | undefined} */
    this.next = undefined;
    this.to = to;
    /** The screen that is up. @type {'ask' | 'pressed' | 'extra' | 'time' | 'thanks' | 'full' | 'away'} */
    this.at = 'away';
    this.shownAt = 0;
    this.tappedAt = -Infinity;
    this.fingersUntil = 0;
    /** @type {ReturnType<typeof setTimeout>[]} */
    this.timers = [];
    /** The rating that can still be taken back. @type {{ id: string, until: number } | undefined} */
    this.last = undefined;
    /** The case that is asked about, and until when. @type {(import('./wake.js').Call & { until: number }) | undefined} */
    this.case = undefined;
    /** The one that waits until nobody is rating. @type {(import('./wake.js').Call & { until: number }) | undefined} */
    this.called = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.over = undefined;
    /** The symbol of the counter, which the browser draws once. @type {HTMLElement | undefined} */
    this.symbol = undefined;
    /** Names of the reasons that are chosen. @type {Set<string>} */
    this.chosen = new Set();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.quiet = undefined;
    addEventListener('touchstart', event => {
      // Two fingers or a palm are not a choice.
      const broad = [...event.touches].some(touch => touch.radiusX > 60 || touch.radiusY > 60);
      if (event.touches.length > 1 || broad) this.fingersUntil = performance.now() + APART_MS;
    }, { passive: true });
    // The second tap of a double one falls on the screen after the tiles, and chooses nothing there.
    addEventListener('click', event => {
      if (this.at === 'extra' && performance.now() - this.tappedAt < APART_MS) event.stopPropagation();
    }, { capture: true });
    addEventListener('pointerdown', () => { if (this.at === 'extra') this.listen(); });
  }

  /** @param {() => void} act @param {number} ms */
  later(act, ms) { this.timers.push(setTimeout(act, ms)); }

  stop() { this.timers.forEach(clearTimeout); this.timers = []; }

  /** Leaves the screen to somebody else. */
  away() { this.stop(); this.at = 'away'; }

  /** The officer is done with a case: it is asked about as soon as nobody is rating.
   * @param {import('./wake.js').Call} call */
  wake(call) {
    this.called = { ...call, until: performance.now() + call.left_ms };
    if (this.at === 'ask') this.reset();
  }

  /** What the tablet asks, or where it stands, may have changed: it shows as soon as nobody is rating.
   * @param {Setup} setup */
  renew(setup) {
    const apart = (/** @type {Setup} */ one) => JSON.stringify({ ...one, version: '' });
    if (apart(setup) === apart(this.next ?? this.setup)) return;
    this.next = setup;
    if (this.at !== 'ask' || this.case) return;
    this.stop();
    this.setup = setup;
    this.symbol = undefined;
    this.next = undefined;
    this.ask();
  }

  /** A new person. */
  reset() {
    this.stop();
    if (this.next) this.symbol = undefined;
    this.setup = this.next ?? this.setup;
    this.next = undefined;
    this.case = this.called && this.called.until > performance.now() ? this.called : undefined;
    this.called = undefined;
    this.last = undefined;
    this.chosen = new Set();
    setLang(this.case?.lang ?? 'vi');
    document.documentElement.classList.remove('large');
    this.ask();
  }

  top() {
    const open = fiveTouches(() => { this.away(); this.to.staff(); });
    const { unit, counter } = this.setup;
    return el('header', {},
      button(counter ? `${unit} · ${counter}` : unit, open, { class: 'unit', lang: 'vi' }),
      el('div', { class: 'tools' },
        button(say('k-larger'), () => this.again(() => document.documentElement.classList.toggle('large')),
          { id: 'larger', 'aria-pressed': document.documentElement.classList.contains('large') }),
        ...otherLangs().map(code => button(say('lang-name', code), () => this.again(() => setLang(code)), { class: 'lang', lang: code }))));
  }

  /** Draws the present screen again after a change of words or size. @param {() => void} change */
  again(change) {
    change();
    if (this.at === 'ask') this.ask();
    else if (this.at === 'extra') this.extra();
  }

  ask() {
    this.at = 'ask';
    this.shownAt = performance.now();
    const { rating, procedure } = this.case ?? this.setup;
    const { simulated } = this.setup;
    clearTimeout(this.over);
    // Nobody came: back to the question that everybody can answer.
    if (this.case) this.over = setTimeout(() => { if (this.at === 'ask') this.reset(); }, this.case.until - performance.now());
    const tiles = rating.choices.map(choice => {
      const id = `k${choice.value}`;
      return el('button', { type: 'button', id, class: 'tile', onclick: (/** @type {Event} */ event) => this.tap(choice.name, id, event.timeStamp) },
        face(choice.value), el('span', {}, bound(said(choice.label))));
    });
    const heading = el('h1', { id: 'hoi' }, procedure ? bound(said(rating.label)) : bound(say('k-ask')));
    show('ask', this.top(), el('main', {},
      heading,
      el('p', { class: 'sub' }, say('k-ask-sub')),
      ...(procedure ? [el('p', { class: 'about', lang: 'vi' }, procedure)] : []),
      el('div', { class: 'tiles' }, ...tiles)),
    ...(simulated ? [el('footer', { class: 'simulated' }, say('simulated'))] : []));
    this.later(() => { heading.className = 'ready'; this.to.idle(); }, DEAF_MS);
  }

  /** @param {string} choice @param {string} id of the tile @param {number} touched when */
  async tap(choice, id, touched) {
    const now = performance.now();
    if (this.at !== 'ask' || now - this.shownAt < DEAF_MS || now - this.tappedAt < APART_MS || now < this.fingersUntil) return;
    this.at = 'pressed';
    this.tappedAt = now;
    const tile = document.getElementById(id);
    tile?.classList.add('pressed');
    const marked = new Promise(done => { setTimeout(done, Math.max(SEEN_MS, MARKED_MS - (now - touched))); });
    const { form, rating } = this.case ?? this.setup;
    const record = { id: draw(), form, at: Date.now(), portrait: matchMedia('(orientation: portrait)').matches, lang: langNow(), ...this.about(),
      answers: /** @type {[string, string][]} */ ([[rating.name, choice]]) };
    try {
      if (await count() >= ROOM) return this.full();
      await add(record, HELD_MS);
    } catch {
      return this.full();
    }
    this.last = { id: record.id, until: now + UNDO_MS };
    this.chosen = new Set();
    this.to.queued();
    // Made while the tile is marked, so that only drawing it is left then.
    const thanks = this.thanks();
    await marked;
    if (this.at !== 'pressed') return;
    this.extra(thanks);
    this.later(() => document.getElementById('undo')?.classList.add('gone'), UNDO_MS - (performance.now() - now));
  }

  /** Which case the answer belongs to, if it was asked about one. */
  about() { return this.case ? { invitation: this.case.invitation } : {}; }

  /** The screen that says thanks and asks what mattered. */
  thanks() {
    const { reasons } = this.case ?? this.setup;
    const { qr } = this.setup;
    if (qr) this.symbol ??= el('img', { src: `data:image/svg+xml,${encodeURIComponent(qr)}`, alt: '', width: 180, height: 180 });
    const more = this.symbol ? [el('figure', { class: 'qr' }, this.symbol, el('figcaption', {}, say('k-more')))] : [];
    const undoable = this.last && performance.now() < this.last.until;
    const heading = el('h1', { id: 'cam-on' }, say('k-saved'));
    return { heading, parts: [this.top(), el('main', {}, heading,
      el('div', { class: 'beside' },
        ...(reasons ? [this.reasons(reasons)] : []), ...more),
      el('div', { class: 'foot' },
        button(say('k-undo'), () => { void this.undo(); }, { id: 'undo', class: undoable ? 'second' : 'second gone' }),
        button(say('k-done'), () => { void this.end(true); }, { id: 'done', class: 'main' })))] };
  }

  extra({ heading, parts } = this.thanks()) {
    this.at = 'extra';
    show('extra', ...parts);
    this.later(() => { heading.className = 'ready'; }, APART_MS - (performance.now() - this.tappedAt));
    this.listen();
  }

  /** @param {Question} reasons */
  reasons(reasons) {
    const boxes = reasons.choices.map((choice, i) => {
      const box = button(said(choice.label), () => {
        const on = !this.chosen.delete(choice.name);
        if (on) this.chosen.add(choice.name);
        box.setAttribute('aria-pressed', String(on));
      }, { id: `a${i + 1}`, class: 'reason', 'aria-pressed': this.chosen.has(choice.name) });
      return box;
    });
    return el('div', { class: 'reasons', role: 'group', 'aria-labelledby': 'why' },
      el('p', { id: 'why' }, say('k-why')), el('div', { class: 'boxes' }, ...boxes));
  }

  /** Waits for a touch, from now on. */
  listen() {
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => this.time(), QUIET_S * 1000);
    this.timers.push(this.quiet);
  }

  /** Does the person need more time? */
  time() {
    if (this.at !== 'extra') return;
    this.at = 'time';
    const bar = /** @type {HTMLProgressElement} */ (el('progress', { max: WARNED_S, value: WARNED_S, 'aria-label': say('k-time') }));
    show('time', el('main', {},
      el('h1', {}, say('k-time')), bar,
      el('div', { class: 'foot' },
        button(say('k-time-new'), () => { void this.end(false); }, { id: 'new', class: 'second' }),
        button(say('k-time-more'), () => { clearInterval(tick); this.extra(); }, { id: 'more', class: 'main' }))));
    let left = WARNED_S;
    const tick = setInterval(() => {
      bar.value = --left;
      if (this.at !== 'time') clearInterval(tick);
      else if (left <= 0) { clearInterval(tick); void this.end(false); }
    }, 1000);
  }

  async undo() {
    const last = this.last;
    if (this.at !== 'extra' || !last || performance.now() >= last.until) return;
    this.at = 'pressed';
    try { await takeBack(last.id); } catch { this.at = 'extra'; return; }
    this.last = undefined;
    this.stop();
    // Whoever takes a rating back is still there.
    if (this.case) this.case.until = Math.max(this.case.until, performance.now() + QUIET_S * 1000);
    this.ask();
  }

  /** Keeps the reasons, if there are any, and makes room for the next person. @param {boolean} thanked */
  async end(thanked) {
    if (this.at !== 'extra' && this.at !== 'time') return;
    this.stop();
    this.at = 'thanks';
    const { reasons, form } = this.case ?? this.setup;
    const chosen = reasons ? reasons.choices.filter(choice => this.chosen.has(choice.name)) : [];
    if (this.last && reasons && chosen.length > 0) {
      const answers = chosen.map(choice => /** @type {[string, string]} */ ([reasons.name, choice.name]));
      // A reason that cannot be kept costs nothing: the rating is safe.
      await add({ id: draw(), first: this.last.id, ...this.about(), form, at: Date.now(), lang: langNow(), answers }, 0).catch(() => {});
      this.to.queued();
    }
    if (!thanked) return this.reset();
    show('thanks', el('main', {}, el('h1', { id: 'cam-on' }, say('k-saved'))));
    const over = () => { removeEventListener('click', over); if (this.at === 'thanks') this.reset(); };
    this.later(over, THANKS_MS);
    // The touch that ended the screen before must not end this one too.
    setTimeout(() => addEventListener('click', over), 0);
  }

  /** No more fits: the telephone is the way. */
  full() {
    this.stop();
    this.at = 'full';
    const { qr } = this.setup;
    show('full', this.top(), el('main', {}, el('h1', { id: 'day' }, say('k-full')),
      ...(qr ? [el('img', { src: `data:image/svg+xml,${encodeURIComponent(qr)}`, alt: '', width: 280, height: 280 })] : [])));
    this.later(async () => { if (await count().catch(() => ROOM) < ROOM) this.reset(); else this.full(); }, THANKS_MS);
  }
}
