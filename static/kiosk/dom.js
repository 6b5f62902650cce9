// Making elements, and the words on them.
// @ts-check

/** @typedef {Record<string, string>} Words */

/** @type {Record<string, Words>} */
let words = {};
let lang = 'vi';

/** @param {Record<string, Words>} all */
export function setWords(all) { words = all; }

/** @param {string} code */
export function setLang(code) {
  lang = words[code] ? code : 'vi';
  document.documentElement.lang = lang;
  document.title = say('k-title');
}

export const langNow = () => lang;

/** The languages that the screen can have besides the present one. */
export const otherLangs = () => Object.keys(words).filter(code => code !== lang);

/** @param {string} key @param {string} [inLang] */
export const say = (key, inLang = lang) => words[inLang]?.[key] ?? key;

/** Words of a question in the language of the screen. @param {Record<string, string>} texts */
export const said = texts => texts[lang] ?? texts.vi ?? '';

/** Two-syllable words stay on one line in large labels. @param {string} text */
export const bound = text => text.replace(/hài lòng/g, 'hài\u00a0lòng').replace(/Hài lòng/g, 'Hài\u00a0lòng').replace(/Bình thường/g, 'Bình\u00a0thường');

/**
 * @param {string} tag
 * @param {Record<string, any>} [has] attributes; `on…` are listeners
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function el(tag, has = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(has)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/** @param {string} text @param {(event: Event) => void} act @param {Record<string, any>} [has] */
export const button = (text, act, has = {}) => el('button', { type: 'button', onclick: act, ...has }, text);

/** Acts at the fifth touch within four seconds. @param {() => void} act */
export function fiveTouches(act) {
  let touches = 0, since = -Infinity;
  return () => {
    const now = performance.now();
    if (now - since > 4_000) { touches = 0; since = now; }
    if (++touches === 5) { touches = 0; act(); }
  };
}

const MOUTHS = ['M11 26q7-8 14 0M9 12l5-3M27 12l-5-3', 'M12 25q6-4 12 0', 'M12 24h12', 'M12 22q6 5 12 0', 'M10 21h16q-2 8-8 8t-8-8z'];

/** The face of a level from 1 to 5: one ink, the ends differing by more than a curve. @param {number} level */
export function face(level) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 36 36');
  svg.setAttribute('class', 'face');
  svg.setAttribute('aria-hidden', 'true');
  for (const path of ['M18 2a16 16 0 1 0 0 32a16 16 0 1 0 0-32', 'M13 15v2M23 15v2', MOUTHS[level - 1] ?? '']) {
    const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    line.setAttribute('d', path);
    svg.append(line);
  }
  return svg;
}

/** Puts a screen up; the heading takes the focus, so that a screen reader begins there.
 * @param {string} name @param {...(Node | string)} children */
export function show(name, ...children) {
  const screen = /** @type {HTMLElement} */ (document.getElementById('screen'));
  screen.className = `screen ${name}`;
  screen.replaceChildren(...children);
  const heading = /** @type {HTMLElement | null} */ (screen.querySelector('h1'));
  heading?.setAttribute('tabindex', '-1');
  heading?.focus({ preventScroll: true });
}
