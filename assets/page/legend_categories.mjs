/** The colours of families and categories; each entry is a switch that lets the others fade. */

import { say } from '../core/language.mjs';
import { formatInteger } from '../core/numbers.mjs';
import { make } from './dom.mjs';

/**
 * @import {Brush} from '../core/brush.mjs'
 * @import {State} from './state.mjs'
 *
 * @typedef {{code: number, name: string, color: string, count?: number}} Entry
 */

/** More would fill the window; the rest is told as a number. */
const MOST_ENTRIES = 24;

export class CategoryBrush {
  /** @param {State} state @param {Entry[]} entries @param {'bar'|'box'} shape @param {string} title */
  constructor(state, entries, shape, title) {
    this.state = state;
    /** @type {Map<number, HTMLElement>} */
    this.buttons = new Map();
    const shown = entries.slice(0, MOST_ENTRIES);
    const rows = shown.map((entry) => make('li', {}, this.makeButton(entry, shape)));
    if (entries.length > shown.length) rows.push(make('li', { class: 'more', text: say('{n} more', { n: formatInteger(entries.length - shown.length) }) }));
    if (rows.length === 0) rows.push(make('li', { class: 'more', text: say('No node has a known value.') }));
    this.element = make('ul', { 'aria-label': title }, ...rows);
  }

  /** @param {Entry} entry @param {'bar'|'box'} shape */
  makeButton({ code, name, color, count }, shape) {
    const swatch = make('i', { class: shape, 'aria-hidden': 'true' });
    swatch.style.setProperty('--family', color);
    const parts = [swatch, make('span', { text: say(name), title: say(name) })];
    if (count) parts.push(make('em', { text: formatInteger(count) }));
    const button = make('button', { type: 'button', 'aria-pressed': 'false' }, ...parts);
    button.addEventListener('click', () => this.toggle(code));
    this.buttons.set(code, button);
    return button;
  }

  /** @param {number} code */
  toggle(code) {
    const { overlay, brush } = this.state.now;
    const codes = brush?.overlay === overlay ? (brush.codes ?? []) : [];
    const chosen = codes.includes(code) ? codes.filter((each) => each !== code) : [...codes, code];
    this.state.set({ brush: chosen.length > 0 ? { overlay, codes: chosen } : null });
  }

  /** Show what is chosen. @param {Brush|null} brush */
  mark(brush) {
    const codes = brush?.codes ?? [];
    for (const [code, button] of this.buttons) {
      button.setAttribute('aria-pressed', String(codes.includes(code)));
      button.classList.toggle('off', codes.length > 0 && !codes.includes(code));
    }
  }
}
