/**
 * Keys that work everywhere on the page, except while typing, and the keys of the canvas.
 *
 * @typedef {Record<string, () => void>} KeyMap  a key as `keyName` writes it -> what it does
 */

import { isTyping } from './dom.mjs';

/** "Shift+E", "f", "ArrowDown". @param {KeyboardEvent} event */
export function keyName(event) {
  const letter = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const isLetter = /^[a-z]$/.test(letter) || letter.length > 1;
  return event.shiftKey && isLetter ? `Shift+${letter.length === 1 ? letter.toUpperCase() : letter}` : letter;
}

/** @param {EventTarget} target @param {KeyMap} keys */
export function listenForKeys(target, keys) {
  target.addEventListener('keydown', (event) => {
    const key = /** @type {KeyboardEvent} */ (event);
    if (key.ctrlKey || key.metaKey || key.altKey || key.defaultPrevented || isTyping(key.target)) return;
    const act = keys[keyName(key)];
    if (!act) return;
    key.preventDefault();
    act();
  });
}

const CHOICES = '[role=radio], [role=tab]';

/**
 * Radio buttons and tabs move with the arrow keys and have one tab stop.
 * @param {HTMLElement} group @param {(button: HTMLElement) => void} choose
 */
export function listenToRadios(group, choose) {
  const buttons = () => /** @type {HTMLElement[]} */ ([...group.querySelectorAll(CHOICES)].filter((choice) => !(/** @type {HTMLElement} */ (choice).hidden)));
  group.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest(CHOICES) : null;
    if (button) choose(/** @type {HTMLElement} */ (button));
  });
  group.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = buttons();
    const at = all.findIndex((button) => button === document.activeElement);
    const next = all[(at + step + all.length) % all.length];
    next.focus();
    choose(next);
  });
}

/** @param {HTMLElement} group @param {(button: HTMLElement) => boolean} isChosen */
export function markRadios(group, isChosen) {
  for (const element of group.querySelectorAll('[role=radio]')) {
    const button = /** @type {HTMLElement} */ (element);
    button.setAttribute('aria-checked', String(isChosen(button)));
    button.tabIndex = isChosen(button) ? 0 : -1;
  }
}
