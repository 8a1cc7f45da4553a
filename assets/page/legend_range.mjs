/**
 * The ramp of a legend, with a brush: two handles choose a range, by pointer or by keys. A drag on the ramp draws a
 * new range.
 */

import { say } from '../core/language.mjs';
import { formatValue } from '../core/numbers.mjs';
import { scalePosition, valueAt } from '../core/overlay.mjs';
import { make } from './dom.mjs';

/**
 * @import {Brush} from '../core/brush.mjs'
 * @import {OverlayLegend, Scale} from '../core/overlay.mjs'
 * @import {State} from './state.mjs'
 */

/** Of the scale's length. */
const STEP = 0.02;
const LARGE_STEP = 0.1;
/** A range narrower than this was a click. */
const LEAST_RANGE = 0.015;
/** @type {Record<string, (at: number) => number>} */
const KEYS = {
  ArrowLeft: (at) => at - STEP,
  ArrowDown: (at) => at - STEP,
  ArrowRight: (at) => at + STEP,
  ArrowUp: (at) => at + STEP,
  PageDown: (at) => at - LARGE_STEP,
  PageUp: (at) => at + LARGE_STEP,
  Home: () => 0,
  End: () => 1,
};

export class RangeBrush {
  /** @param {State} state @param {Scale} scale @param {OverlayLegend} legend */
  constructor(state, scale, legend) {
    this.state = state;
    this.scale = scale;
    this.range = [0, 1];
    this.shades = [make('i', { class: 'shade' }), make('i', { class: 'shade' })];
    this.handles = [this.makeHandle(0, say('Smallest value shown')), this.makeHandle(1, say('Largest value shown'))];
    const ramp = make('div', { class: 'ramp' });
    ramp.style.background = `linear-gradient(to right, ${legend.stops.map((stop) => `${stop.color} ${stop.offset * 100}%`).join(', ')})`;
    this.element = make('div', { class: 'brush', role: 'group', 'aria-label': say('Range of values shown'), title: say('Drag to choose a range') }, ramp, ...this.shades, ...this.handles);
    this.ends = make('div', { class: 'ends' }, ...legend.ticks.map(tickOf));
    this.listenForDrags();
    this.place();
  }

  /** Show what is chosen. @param {Brush|null} brush */
  mark(brush) {
    const { from, to } = brush ?? {};
    this.range = [from === undefined || from === null ? 0 : scalePosition(this.scale, from), to === undefined || to === null ? 1 : scalePosition(this.scale, to)];
    this.place();
  }

  place() {
    const [low, high] = this.range;
    this.element.classList.toggle('chosen', low > 0 || high < 1);
    this.shades[0].style.width = `${low * 100}%`;
    this.shades[1].style.width = `${(1 - high) * 100}%`;
    this.shades[1].style.left = `${high * 100}%`;
    this.handles.forEach((handle, which) => {
      const at = this.range[which];
      handle.style.left = `${at * 100}%`;
      handle.setAttribute('aria-valuemin', String(which === 0 ? 0 : Math.round(low * 100)));
      handle.setAttribute('aria-valuemax', String(which === 1 ? 100 : Math.round(high * 100)));
      handle.setAttribute('aria-valuenow', String(Math.round(at * 100)));
      handle.setAttribute('aria-valuetext', formatValue(this.scale.overlay, valueAt(this.scale, at)));
    });
  }

  /** @param {number} which @param {string} label */
  makeHandle(which, label) {
    const handle = make('span', { class: 'handle', role: 'slider', tabindex: 0, 'aria-label': label });
    handle.addEventListener('keydown', (event) => {
      const clears = event.key === 'Escape' || event.key === 'Delete';
      const move = KEYS[event.key];
      if ((!move && !clears) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (clears && this.range[0] === 0 && this.range[1] === 1) return;
      event.preventDefault();
      event.stopPropagation();
      if (clears) this.choose(0, 1);
      else this.move(which, move(this.range[which]));
    });
    return handle;
  }

  /** @param {number} which @param {number} to */
  move(which, to) {
    const [low, high] = this.range;
    if (which === 0) this.choose(Math.max(0, Math.min(to, high)), high);
    else this.choose(low, Math.min(1, Math.max(to, low)));
  }

  /** @param {number} low @param {number} high */
  choose(low, high) {
    this.range = [low, high];
    this.place();
    const value = (/** @type {number} */ at, /** @type {number} */ end) => (at === end ? null : valueAt(this.scale, at));
    const [from, to] = [value(low, 0), value(high, 1)];
    this.state.set({ brush: from === null && to === null ? null : { overlay: this.scale.overlay.name, from, to } });
  }

  listenForDrags() {
    const { element } = this;
    /** where a drag began, or which handle it moves @type {{start: number, which: number}|null} */
    let drag = null;
    element.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      element.setPointerCapture(event.pointerId);
      const which = this.handles.findIndex((handle) => handle === event.target);
      this.handles[Math.max(0, which)].focus({ preventScroll: true });
      drag = { start: this.positionOf(event), which };
    });
    element.addEventListener('pointermove', (event) => {
      if (!drag) return;
      const at = this.positionOf(event);
      if (drag.which >= 0) this.move(drag.which, at);
      else if (Math.abs(at - drag.start) >= LEAST_RANGE) this.choose(Math.min(at, drag.start), Math.max(at, drag.start));
    });
    const end = () => (drag = null);
    element.addEventListener('pointerup', end);
    element.addEventListener('pointercancel', end);
    element.addEventListener('dblclick', () => this.choose(0, 1));
  }

  /** @param {MouseEvent} event */
  positionOf(event) {
    const { left, width } = this.element.getBoundingClientRect();
    return Math.max(0, Math.min(1, (event.clientX - left) / width));
  }
}

/** @param {{offset: number, label: string}} tick */
function tickOf(tick) {
  const label = make('span', { text: tick.label });
  label.style.left = `${tick.offset * 100}%`;
  label.className = tick.offset === 0 ? 'low' : tick.offset === 1 ? 'high' : /^[a-z]+$/.test(tick.label) ? 'word' : '';
  return label;
}
