// The page for staff, behind five taps and a PIN. It never shows a rating.
// @ts-check
import { button, el, say, show } from './dom.js';
import { asideCount, count } from './queue.js';
import { recall } from './store.js';

/** @typedef {{ setup: import('./screens.js').Setup | undefined, version: string, back: () => void, send: () => void, leave: () => Promise<void> }} Way */

const pad = (/** @type {number} */ n) => String(n).padStart(2, '0');

/** @param {number | undefined} at */
function written(at) {
  if (!at) return say('k-staff-never');
  const t = new Date(at);
  return `${pad(t.getHours())}:${pad(t.getMinutes())} ${pad(t.getDate())}/${pad(t.getMonth() + 1)}/${t.getFullYear()}`;
}

/** @param {string} text */
async function sha256(text) {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(bytes)].map(byte => byte.toString(16).padStart(2, '0')).join('');
}

/** Asks for the PIN; gives up by itself, for the next person must not find it. @param {Way} way */
export function ask(way) {
  const input = /** @type {HTMLInputElement} */ (el('input', { id: 'pin', type: 'password', inputmode: 'numeric', autocomplete: 'off', maxlength: 6, 'aria-describedby': 'pin-wrong' }));
  const wrong = el('p', { id: 'pin-wrong', class: 'fault', role: 'status' });
  const leave = setTimeout(way.back, 30_000);
  const back = () => { clearTimeout(leave); way.back(); };
  const open = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const pin = way.setup?.pin;
    if (pin && await sha256(pin.salt + input.value) === pin.hash) { clearTimeout(leave); return page(way); }
    input.value = '';
    wrong.textContent = say('k-staff-wrong');
  };
  show('staff', el('main', {}, el('h1', {}, say('k-staff-h1')),
    el('form', { onsubmit: open }, el('label', { for: 'pin' }, say('k-staff-pin')), wrong, input,
      el('div', { class: 'foot' }, button(say('k-staff-back'), back, { class: 'second' }),
        el('button', { type: 'submit', class: 'main' }, say('k-staff-open'))))));
}

/** @param {Way} way */
export async function page(way) {
  const [waiting, aside, sent] = await Promise.all([count(), asideCount(), recall('sent')]);
  const leave = setTimeout(way.back, 60_000);
  /** @param {() => void} act */
  const then = act => () => { clearTimeout(leave); act(); };
  const { setup } = way;
  const place = setup ? [setup.unit, setup.counter].filter(Boolean).join(' · ') : '';
  /** @param {string} key @param {string} value @param {string} id */
  const row = (key, value, id) => [el('dt', {}, say(key)), el('dd', { id }, value)];
  show('staff', el('main', {}, el('h1', {}, say('k-staff-h1')),
    el('dl', {},
      ...(place ? row('k-staff-counter', place, 'counter') : []),
      ...row('k-staff-waiting', String(waiting), 'waiting'),
      ...(aside > 0 ? row('k-staff-aside', String(aside), 'aside') : []),
      ...row('k-staff-sent', written(sent), 'sent'),
      ...row('k-staff-version', way.version, 'version')),
    ...(waiting > 0 ? [el('p', {}, say('k-staff-leave-say'))] : []),
    el('div', { class: 'foot' },
      button(say('k-staff-back'), then(way.back), { class: 'main' }),
      button(say('k-staff-send'), then(() => { way.send(); setTimeout(() => { void page(way); }, 1500); }), { id: 'send', class: 'second' }),
      ...(waiting === 0 ? [button(say('k-staff-leave'), then(() => { void way.leave(); }), { id: 'leave', class: 'second' })] : []))));
}
