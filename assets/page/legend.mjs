/** The card that says what the colours mean, and where a part of the scale is chosen. */

import { itemsInside, countInside, isEmptyBrush } from '../core/brush.mjs';
import { say } from '../core/language.mjs';
import { formatInteger } from '../core/numbers.mjs';
import { canBeLog, categoryLegend, createScale, familyLegend, legendOf } from '../core/overlay.mjs';
import { themeOf } from '../core/theme.mjs';
import { byId, make, setText } from './dom.mjs';
import { CategoryBrush } from './legend_categories.mjs';
import { RangeBrush } from './legend_range.mjs';
import { ScaleSwitch } from './legend_switch.mjs';
import { TopList } from './legend_top.mjs';

/**
 * @import {Brush} from '../core/brush.mjs'
 * @import {Scale} from '../core/overlay.mjs'
 * @import {State, PageState} from './state.mjs'
 */

/** @param {State} state @param {(item: number) => void} reveal */
export function showLegend(state, reveal) {
  new Legend(byId('legend'), state, reveal);
}

class Legend {
  /** @param {HTMLElement} card @param {State} state @param {(item: number) => void} reveal */
  constructor(card, state, reveal) {
    this.card = card;
    this.state = state;
    this.top = new TopList(state, reveal);
    /** what is shown, so that nothing that is in use is built anew @type {string} */
    this.shown = '';
    /** @type {{mark: (brush: Brush|null) => void}|null} */
    this.brush = null;
    this.status = make('span', { role: 'status' });
    const clear = make('button', { type: 'button', class: 'link', text: say('Show all') });
    clear.addEventListener('click', () => state.set({ brush: null }));
    this.told = make('p', { class: 'inside', hidden: '' }, this.status, clear);
    state.on(['doc', 'overlay', 'theme', 'painted', 'scaleMode'], (now) => this.draw(now));
    state.on(['brush', 'doc', 'overlay', 'painted'], (now) => this.tell(now));
  }

  /** @param {PageState} now */
  draw(now) {
    if (!now.doc) return;
    const theme = themeOf(now.theme);
    const scale = createScale(now.doc, now.overlay, theme, now.scaleMode);
    const families = scale ? [] : familyLegend(now.doc, theme);
    const waits = !scale && now.overlay !== 'type';
    const shown = JSON.stringify([now.overlay, waits, families, scale && [legendOf(scale), categoryLegend(scale), scale.high, scale.logarithmic]]);
    this.top.draw(scale);
    if (shown === this.shown) return;
    this.shown = shown;
    this.card.className = scale && !scale.categories ? 'legend' : 'legend swatches';
    this.card.replaceChildren(...(waits ? waiting(now) : scale ? this.makeScale(now, scale) : this.makeSwatches(say('Type'), families, 'bar')));
    this.card.hidden = false;
    this.brush?.mark(now.brush);
  }

  /** @param {PageState} now @param {Scale} scale @returns {Node[]} */
  makeScale(now, scale) {
    this.brush = null;
    const { overlay } = scale;
    if (scale.categories) return this.makeSwatches(say(overlay.label), categoryLegend(scale), 'box');
    const legend = legendOf(scale);
    if (!(scale.high > scale.least || scale.high > 0)) return [make('h3', { text: say(overlay.label) }), make('p', { class: 'ends', text: say('No node has a known value.') })];
    const turns = canBeLog(scale);
    const head = turns ? make('div', { class: 'legend-head' }, make('h3', { text: say(overlay.label) }), new ScaleSwitch(this.state, scale).element) : make('h3', { text: legend.title });
    const range = new RangeBrush(this.state, scale, legend);
    this.brush = range;
    return [head, range.element, range.ends, this.told, this.top.element];
  }

  /** @param {string} title @param {{code: number, name: string, color: string, count?: number}[]} entries @param {'bar'|'box'} shape @returns {Node[]} */
  makeSwatches(title, entries, shape) {
    const choice = new CategoryBrush(this.state, entries, shape, title);
    this.brush = choice;
    return [make('h3', { text: title }), choice.element, this.told];
  }

  /** How much is inside what is chosen. @param {PageState} now */
  tell({ doc, brush, overlay }) {
    if (brush && (brush.overlay !== overlay || isEmptyBrush(brush))) {
      this.state.set({ brush: null });
      return;
    }
    this.brush?.mark(brush);
    const inside = doc && itemsInside(doc, brush, overlay);
    this.told.hidden = !inside;
    setText(this.status, inside && doc ? count(countInside(doc, inside)) : '');
  }
}

/** @param {number} n */
function count(n) {
  return say(n === 1 ? '1 node inside' : '{n} nodes inside', { n: formatInteger(n) });
}

/** The values are on their way. @param {PageState} now */
function waiting({ doc, overlay }) {
  const label = doc?.overlays.find((each) => each.name === overlay)?.label ?? '';
  return [make('h3', { text: say(label) }), make('p', { class: 'ends', text: say('The values are on their way.') })];
}
