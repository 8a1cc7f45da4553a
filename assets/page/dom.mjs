/** Small helpers for the DOM. Text always goes through textContent: names in a model are written by strangers. */

/** The element with this id of index.html. @param {string} id @returns {any} */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no element with the id "${id}": index.html and the page modules differ.`);
  return element;
}

/**
 * @param {string} tag @param {{text?: string, class?: string, [attribute: string]: string|number|undefined}} [options]
 * @param {...Node} children
 * @returns {HTMLElement}
 */
export function make(tag, options = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (name === 'text') element.textContent = String(value);
    else element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/** Set the text only when it differs, so that live regions and the layout stay quiet. @param {HTMLElement} element @param {string} text */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {string} query */
function matches(query) {
  return matchMedia(query).matches;
}

export function prefersReducedMotion() {
  return matches('(prefers-reduced-motion: reduce)');
}

export function isNarrow() {
  return matches('(max-width: 960px)');
}

/** When the header may have no room for a row of buttons: by itself, and beside tabs of models. */
export const TIGHT = '(max-width: 1100px)';
export const TIGHT_WITH_TABS = '(max-width: 1500px)';

export function isTight() {
  return matches(TIGHT) || (matches(TIGHT_WITH_TABS) && document.querySelector('.has-tabs') !== null);
}

/** Whether a key press belongs to a field the user types in. @param {EventTarget|null} target */
export function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Resolves in the next frame. */
export function nextFrame() {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}
