/** The numbers in the weights of what is selected, where the server has them: statistics and a histogram of each. */

import { say } from '../core/language.mjs';
import { formatInteger, formatStatistic } from '../core/numbers.mjs';
import { byId, make } from './dom.mjs';

/**
 * @import {Page} from './wiring.mjs'
 *
 * @typedef {object} WeightRow  see graphscope/app/present/weight_values.py
 * @property {string} name
 * @property {number} size
 * @property {string} [error]
 * @property {number} count
 * @property {number|null} low
 * @property {number|null} high
 * @property {number|null} mean
 * @property {number|null} deviation
 * @property {number} zeros
 * @property {number} not_finite
 * @property {number[]} bins
 */

/** A walk by the arrow keys must not ask for every weight on its way. */
const REST_MS = 150;

/** @param {Page} page */
export function connectWeights({ host, state }) {
  if (!host.hasServer) return;
  const element = make('section', { class: 'weights', 'aria-label': say('Values of the weights'), hidden: '' });
  byId('details').append(element);
  let asked = 0;
  let pending = 0;
  const fill = async () => {
    const order = ++asked;
    const { doc, selected } = state.now;
    element.hidden = true;
    if (!doc?.abilities.includes('weights') || selected <= 0 || !(doc.value('parameters', selected) > 0)) return;
    const answer = await fetch(`weights.json?${new URLSearchParams({ call: doc.id(selected) })}`, { credentials: 'same-origin' }).catch(() => null);
    if (order !== asked) return;
    const told = answer?.ok ? await answer.json() : null;
    if (order !== asked) return;
    element.replaceChildren(...describe(told));
    element.hidden = told !== null && told.weights.length === 0;
  };
  state.on(['selected', 'doc'], () => {
    element.hidden = true;
    window.clearTimeout(pending);
    pending = window.setTimeout(() => void fill(), REST_MS);
  });
}

/** @param {{weights: WeightRow[], more: number}|null} told */
function describe(told) {
  const title = make('h3', { class: 'weights-title', text: say('Values of the weights') });
  if (told === null) return [title, make('p', { class: 'gs-end', text: say('The values cannot be read from the server.') })];
  const more = told.more > 0 ? [make('p', { class: 'gs-end', text: say('and {count} more', { count: formatInteger(told.more) }) })] : [];
  return [title, ...told.weights.map(describeWeight), ...more];
}

/** @param {WeightRow} weight */
function describeWeight(weight) {
  const name = make('b', { text: weight.name });
  if (weight.error) return make('div', { class: 'weight' }, name, make('p', { class: 'gs-end', text: say(weight.error) }));
  const parts = [make('div', { class: 'weight-head' }, name, make('span', { text: weight.count < weight.size ? say('sample of {count}', { count: formatInteger(weight.count) }) : '' }))];
  if (weight.not_finite > 0) parts.push(make('p', { class: 'gs-message gs-bad', text: say('{count} values are not finite.', { count: formatInteger(weight.not_finite) }) }));
  if (weight.low !== null && weight.low === weight.high) parts.push(make('p', { class: 'weight-moments', text: say('every finite value is {value}', { value: formatStatistic(weight.low) }) }));
  else if (weight.low !== null && weight.high !== null) parts.push(drawHistogram(weight), drawEnds(weight), tellMoments(weight));
  return make('div', { class: 'weight' }, ...parts);
}

/** @param {WeightRow} weight */
function drawHistogram({ name, bins, low, high }) {
  const most = Math.max(...bins);
  const bars = bins.map((count) => {
    const bar = make('i');
    // The least that is seen: a bin that is not empty must not look empty.
    bar.style.height = count === 0 ? '0' : `max(1.5px, ${((100 * count) / most).toFixed(2)}%)`;
    return bar;
  });
  const label = say('Histogram of {name}, from {low} to {high}', { name, low: formatStatistic(low ?? NaN), high: formatStatistic(high ?? NaN) });
  return make('div', { class: 'histogram', role: 'img', 'aria-label': label }, ...bars);
}

/** @param {WeightRow} weight */
function drawEnds({ low, high }) {
  return make('div', { class: 'histogram-ends' }, make('span', { text: formatStatistic(low ?? NaN) }), make('span', { text: formatStatistic(high ?? NaN) }));
}

/** @param {WeightRow} weight */
function tellMoments({ mean, deviation, zeros, count }) {
  const texts = { mean: formatStatistic(mean ?? NaN) || '?', deviation: formatStatistic(deviation ?? NaN) || '?', zeros: ((100 * zeros) / count).toFixed(zeros > 0 ? 1 : 0) };
  return make('p', { class: 'weight-moments', text: say('mean {mean} · deviation {deviation} · zeros {zeros} %', texts) });
}
