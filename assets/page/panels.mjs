/** The two side panels: width by dragging, and drawers in narrow windows. */

import { byId, isNarrow } from './dom.mjs';
import { clamp } from './viewport.mjs';

const LEAST_WIDTH = 160;
const MOST_WIDTH = 480;
const WIDTH_STEP_PX = 16;

export function listenToPanels() {
  const shell = byId('shell');
  connect(byId('toggle-outline'), shell, 'no-outline');
  connect(byId('toggle-details'), shell, 'no-details');
  listenToResizer(byId('outline-resizer'), shell);
  const adapt = () => {
    // Drawers would hide the picture, so they start closed in a narrow window.
    setPanel(byId('toggle-outline'), shell, 'no-outline', !isNarrow());
    setPanel(byId('toggle-details'), shell, 'no-details', !isNarrow() || shell.classList.contains('debugging'));
  };
  matchMedia('(max-width: 960px)').addEventListener('change', adapt);
  adapt();
}

/** @param {HTMLElement} button @param {HTMLElement} shell @param {string} name */
function connect(button, shell, name) {
  button.addEventListener('click', () => setPanel(button, shell, name, shell.classList.contains(name)));
}

/** Open the panel at the right, also in a narrow window. */
export function openDetails() {
  setPanel(byId('toggle-details'), byId('shell'), 'no-details', true);
}

/** @param {HTMLElement} button @param {HTMLElement} shell @param {string} name @param {boolean} open */
function setPanel(button, shell, name, open) {
  shell.classList.toggle(name, !open);
  button.setAttribute('aria-expanded', String(open));
}

/** @param {HTMLElement} resizer @param {HTMLElement} shell */
function listenToResizer(resizer, shell) {
  const setWidth = (/** @type {number} */ width) => {
    const clamped = clamp(width, LEAST_WIDTH, MOST_WIDTH);
    shell.style.setProperty('--outline-width', `${clamped}px`);
    resizer.setAttribute('aria-valuenow', String(Math.round(clamped)));
  };
  resizer.setAttribute('aria-valuemin', String(LEAST_WIDTH));
  resizer.setAttribute('aria-valuemax', String(MOST_WIDTH));
  resizer.addEventListener('pointerdown', (event) => resizer.setPointerCapture(event.pointerId));
  resizer.addEventListener('pointermove', (event) => {
    if (resizer.hasPointerCapture(event.pointerId)) setWidth(event.clientX);
  });
  resizer.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -WIDTH_STEP_PX, ArrowRight: WIDTH_STEP_PX }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    setWidth(byId('outline').offsetWidth + step);
  });
}
