/** The runs panel: as wide as one likes, and beside or over the charts. */

import { byId } from '../page/dom.mjs';

const STORED = 'graphscope:runs-width';
const NARROWEST = 250;
const LEFT_FOR_CHARTS = 380;
const STEP = 24;

export function connectPanel() {
  const shell = byId('live');
  const resizer = byId('runs-resizer');
  const panel = byId('runs');
  const setWidth = (/** @type {number} */ wanted) => {
    const width = Math.round(Math.max(NARROWEST, Math.min(wanted, innerWidth - LEFT_FOR_CHARTS)));
    shell.style.setProperty('--runs-width', `${width}px`);
    remember(width);
  };
  const before = recall();
  if (before) setWidth(before);
  resizer.addEventListener('pointerdown', (/** @type {PointerEvent} */ event) => resizer.setPointerCapture(event.pointerId));
  resizer.addEventListener('pointermove', (/** @type {PointerEvent} */ event) => {
    if (resizer.hasPointerCapture(event.pointerId)) setWidth(event.clientX);
  });
  resizer.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!direction) return;
    event.preventDefault();
    setWidth(panel.offsetWidth + direction * STEP);
  });
  byId('toggle-runs').addEventListener('click', () => openPanel(!shell.classList.contains('runs-open')));
  byId('main').addEventListener('pointerdown', () => openPanel(false));
}

/** In narrow windows the panel lies over the charts. @param {boolean} open */
export function openPanel(open) {
  byId('live').classList.toggle('runs-open', open);
  byId('toggle-runs').setAttribute('aria-expanded', String(open));
}

/** @param {number} width */
function remember(width) {
  try {
    localStorage.setItem(STORED, String(width));
  } catch {
    return; // storage is switched off in this browser: the panel is as wide as at first next time
  }
}

function recall() {
  try {
    return Number(localStorage.getItem(STORED));
  } catch {
    return 0; // as above
  }
}
