/**
 * One card that floats beside what opened it: alerts, menus, colours, keys. The browser's own popover closes it by Escape
 * and by a press elsewhere.
 */

import { make } from '../page/dom.mjs';

const GAP = 6;
const EDGE = 10;
/** A press on the opener first closes the card; the click that follows must not open it again. */
const SAME_PRESS_MS = 300;

/** @type {HTMLElement|null} */
let card = null;
/** @type {Element|null} */
let opener = null;
let closedAt = -Infinity;

/**
 * @param {Element} anchor  what was pressed
 * @param {Node[]} content
 * @param {{label: string, role?: string, kind?: string}} options  kind: a class that says how wide it is
 */
export function openFloating(anchor, content, { label, role = 'dialog', kind = '' }) {
  if (opener === anchor && performance.now() - closedAt < SAME_PRESS_MS) return;
  closeFloating();
  card = make('div', { class: `floating ${kind}`, role, 'aria-label': label, tabindex: '-1', popover: 'auto' }, ...content);
  document.body.append(card);
  card.addEventListener('toggle', (event) => {
    if (/** @type {any} */ (event).newState === 'closed') forget();
  });
  opener = anchor;
  anchor.setAttribute('aria-expanded', 'true');
  card.showPopover();
  place(card, anchor.getBoundingClientRect());
  /** @type {HTMLElement} */ (card.querySelector('[autofocus]') ?? card).focus({ preventScroll: true });
}

export function closeFloating() {
  card?.hidePopover();
  forget();
  closedAt = -Infinity; // not by a press on its opener
}

export function isFloating() {
  return card !== null;
}

function forget() {
  if (!card) return;
  const had = card.contains(document.activeElement) || document.activeElement === document.body;
  card.remove();
  card = null;
  closedAt = performance.now();
  opener?.setAttribute('aria-expanded', 'false');
  if (had && opener instanceof HTMLElement) opener.focus({ preventScroll: true });
}

/** Below the anchor, above it where there is no room, inside the window in any case. @param {HTMLElement} box @param {DOMRect} anchor */
function place(box, anchor) {
  const { offsetWidth: width, offsetHeight: height } = box;
  const left = Math.min(Math.max(anchor.left, EDGE), innerWidth - width - EDGE);
  const below = anchor.bottom + GAP;
  const top = below + height > innerHeight - EDGE ? Math.max(anchor.top - GAP - height, EDGE) : below;
  box.style.left = `${Math.max(left, EDGE)}px`;
  box.style.top = `${top}px`;
}

/**
 * A menu whose items move with the arrow keys.
 * @param {Element} anchor @param {string} label @param {{text: string, hint?: string, act: () => void}[]} items
 */
export function openMenu(anchor, label, items) {
  const buttons = items.map((item, at) => {
    const button = make('button', { type: 'button', role: 'menuitem', tabindex: at ? '-1' : '0', autofocus: at ? undefined : '' },
      make('span', { text: item.text }), make('small', { text: item.hint ?? '' }));
    button.addEventListener('click', () => {
      closeFloating();
      item.act();
    });
    return button;
  });
  openFloating(anchor, buttons, { label, role: 'menu', kind: 'menu' });
  card?.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = buttons.findIndex((button) => button === document.activeElement);
    buttons[(at + step + buttons.length) % buttons.length].focus();
  });
}
