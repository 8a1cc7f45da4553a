/** A bar between two panes, to be dragged or moved by the arrow keys. */

import { make } from './dom.mjs';
import { clamp } from './viewport.mjs';

const LEAST_PERCENT = 15;
const MOST_PERCENT = 80;
const STEP_PERCENT = 2;

/**
 * @param {string} label  in the language of the page
 * @param {HTMLElement} holder  of the variable
 * @param {string} variable  the width of what lies left of the bar, as a share of the bar's parent and what is left of it
 */
export function makeSplitter(label, holder, variable) {
  const bar = make('div', { class: 'splitter', role: 'separator', 'aria-orientation': 'vertical', 'aria-label': label, tabindex: 0, 'aria-valuemin': LEAST_PERCENT, 'aria-valuemax': MOST_PERCENT });
  const read = () => Number.parseFloat(getComputedStyle(holder).getPropertyValue(variable)) || 50;
  const set = (/** @type {number} */ percent) => {
    const share = clamp(percent, LEAST_PERCENT, MOST_PERCENT);
    holder.style.setProperty(variable, `${share}%`);
    bar.setAttribute('aria-valuenow', String(Math.round(share)));
  };
  bar.addEventListener('focus', () => bar.setAttribute('aria-valuenow', String(Math.round(read()))));
  bar.addEventListener('pointerdown', (event) => bar.setPointerCapture(event.pointerId));
  bar.addEventListener('pointermove', (event) => {
    if (!bar.hasPointerCapture(event.pointerId)) return;
    const { left, right } = rangeOf(bar, read());
    set(((event.clientX - left) / (right - left)) * 100);
  });
  bar.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -STEP_PERCENT, ArrowRight: STEP_PERCENT }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    set(read() + step);
  });
  return bar;
}

/** From where to where the bar can go: its parent, or from as much before it as its share says. @param {HTMLElement} bar @param {number} percent */
function rangeOf(bar, percent) {
  const parent = /** @type {HTMLElement} */ (bar.parentElement).getBoundingClientRect();
  const isFirst = bar === bar.parentElement?.firstElementChild;
  if (!isFirst) return parent;
  const whole = parent.width / (1 - percent / 100);
  return { left: parent.right - whole, right: parent.right };
}
