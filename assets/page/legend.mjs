/** The card that says what the colours mean. */

import { createScale, familyLegend, legendOf } from '../core/overlay.mjs';
import { themeOf } from '../core/theme.mjs';
import { byId, make } from './dom.mjs';

/**
 * @import {State, PageState} from './state.mjs'
 */

/** @param {State} state */
export function showLegend(state) {
  const card = byId('legend');
  const draw = (/** @type {PageState} */ now) => {
    if (!now.doc) return;
    const theme = themeOf(now.theme);
    const scale = createScale(now.doc, now.overlay, theme);
    card.className = scale ? 'legend' : 'legend swatches';
    card.replaceChildren(...(scale ? makeRamp(legendOf(scale), scale.high > 0) : makeSwatches(familyLegend(now.doc, theme))));
    card.hidden = false;
  };
  state.on(['doc', 'overlay', 'theme', 'painted'], draw);
}

/** @param {import('../core/overlay.mjs').OverlayLegend} legend @param {boolean} known @returns {Node[]} */
function makeRamp(legend, known) {
  if (!known) return [make('h3', { text: legend.title }), make('p', { class: 'ends', text: 'No node has a known value.' })];
  const ramp = make('div', { class: 'ramp' });
  ramp.style.background = `linear-gradient(to right, ${legend.stops.map((stop) => `${stop.color} ${stop.offset * 100}%`).join(', ')})`;
  const ends = legend.ticks.map((tick) => {
    const label = make('span', { text: tick.label });
    label.style.left = `${tick.offset * 100}%`;
    label.className = tick.offset === 0 ? 'low' : tick.offset === 1 ? 'high' : /^[a-z]+$/.test(tick.label) ? 'word' : '';
    return label;
  });
  return [make('h3', { text: legend.title }), ramp, make('div', { class: 'ends' }, ...ends)];
}

/** @param {{name: string, color: string}[]} families @returns {Node[]} */
function makeSwatches(families) {
  const entries = families.map(({ name, color }) => {
    const swatch = make('i');
    swatch.style.setProperty('--family', color);
    return make('li', {}, swatch, make('span', { text: name }));
  });
  return [make('h3', { text: 'Type' }), make('ul', {}, ...entries)];
}
