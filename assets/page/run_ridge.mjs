/** How the numbers of a layer were spread over time: one hill for each of some steps, the newest in front. */

import { make } from './dom.mjs';
import { formatStatistic } from '../core/numbers.mjs';
import { CHART } from './run_chart.mjs';
import { nearestRow } from './run_samples.mjs';
import { makeAxis, makeSvg, makeText, short, tickText } from './run_svg.mjs';

/**
 * @import {Numeral} from './run_client.mjs'
 *
 * @typedef {{steps: number[], edges: Numeral[][], counts: number[][]}} Spread
 * @typedef {{step: number, edges: number[], counts: number[]}} Hill
 */

const HILLS = 14;
const HILL_HEIGHT = 26;
const BETWEEN = 5;
/** The tails that hold less than this share are cut off: one outlier would squeeze all else. */
const TAIL = 0.002;

/** @param {string} title @param {Spread} spread @param {number} step  that is shown @returns {HTMLElement|null} null where nothing was logged */
export function makeRidge(title, spread, step) {
  const hills = chooseHills(spread, step);
  const range = rangeOfHills(hills);
  if (!range) return null;
  const height = HILL_HEIGHT + BETWEEN * (hills.length - 1) + CHART.bottom + 2;
  const x = makeAxis(range, [CHART.left, CHART.width - CHART.right]);
  const now = hills.reduce((a, b) => (Math.abs(b.step - step) < Math.abs(a.step - step) ? b : a));
  const paths = hills.map((hill, k) => drawHill(hill, x, HILL_HEIGHT + 1 + BETWEEN * k, hill === now));
  const floor = height - CHART.bottom;
  const labels = [
    makeText(String(hills[0].step), { class: 'run-tick', x: CHART.left - 5, y: HILL_HEIGHT + 1, 'text-anchor': 'end' }),
    ...(hills.length > 2 ? [makeText(String(hills[hills.length - 1].step), { class: 'run-tick', x: CHART.left - 5, y: floor - 1, 'text-anchor': 'end' })] : []),
    makeText(tickText(range[0]), { class: 'run-tick', x: CHART.left, y: height - 2 }),
    makeText(tickText(range[1]), { class: 'run-tick', x: CHART.width - CHART.right, y: height - 2, 'text-anchor': 'end' }),
  ];
  const [low, high] = spanOf(now);
  const told = `${formatStatistic(low)} to ${formatStatistic(high)} in step ${now.step}`;
  const svg = makeSvg('svg', { class: 'run-chart', viewBox: `0 0 ${CHART.width} ${height}`, 'aria-hidden': 'true' }, ...paths, ...labels);
  const caption = make('figcaption', {}, make('span', { text: title }), make('output', { text: told }));
  return make('figure', { class: 'run-figure', 'aria-label': `${title}: ${told}` }, caption, svg);
}

/** Hills at equal distances, the shown step's among them. @param {Spread} spread @param {number} step @returns {Hill[]} */
export function chooseHills({ steps, edges, counts }, step) {
  if (steps.length === 0) return [];
  const count = Math.min(HILLS, steps.length);
  const chosen = Array.from({ length: count }, (_, k) => Math.round((k * (steps.length - 1)) / Math.max(1, count - 1)));
  const shown = nearestRow(steps, step);
  // It takes the place of the nearest one, so that the number of hills, and with it the height, stays.
  const near = chosen.reduce((a, b) => (Math.abs(b - shown) < Math.abs(a - shown) ? b : a));
  chosen[chosen.indexOf(near)] = shown;
  return [...new Set(chosen)].sort((a, b) => a - b).map((i) => ({ step: steps[i], edges: edges[i].map(Number), counts: counts[i] })).filter((hill) => hill.counts.some((many) => many > 0) && hill.edges.every(Number.isFinite));
}

/** Between what nearly all numbers lie. @param {Hill} hill @returns {[number, number]} */
function spanOf({ edges, counts }) {
  const total = counts.reduce((sum, many) => sum + many, 0);
  const within = (/** @type {number} */ share) => share > TAIL * total;
  let [first, last, below, above] = [0, counts.length - 1, counts[0], counts[counts.length - 1]];
  while (first < last && !within(below)) below += counts[++first];
  while (last > first && !within(above)) above += counts[--last];
  return [edges[first], edges[last + 1]];
}

/** @param {Hill[]} hills @returns {[number, number]|null} */
function rangeOfHills(hills) {
  if (hills.length === 0) return null;
  const spans = hills.map(spanOf);
  const [low, high] = [Math.min(...spans.map(([a]) => a)), Math.max(...spans.map(([, b]) => b))];
  return low < high ? [low, high] : [low - 1, high + 1];
}

/** @param {Hill} hill @param {import('./run_svg.mjs').Axis} x @param {number} floor px @param {boolean} isNow */
function drawHill({ edges, counts }, x, floor, isNow) {
  const [left, right] = [CHART.left, CHART.width - CHART.right];
  // Bins may differ in width: what is drawn is how many there are per width.
  const densities = counts.map((many, k) => many / Math.max(edges[k + 1] - edges[k], Number.MIN_VALUE));
  // Roots, so that the peak of a relu's zeros leaves the rest to be seen.
  const most = Math.sqrt(Math.max(...densities.filter(Number.isFinite))) || 1;
  const points = densities.map((density, k) => {
    const at = Math.max(left, Math.min(right, x((edges[k] + edges[k + 1]) / 2)));
    return `${short(at)} ${short(floor - Math.min(1, Math.sqrt(density) / most) * HILL_HEIGHT)}`;
  });
  const clamp = (/** @type {number} */ at) => short(Math.max(left, Math.min(right, at)));
  const line = `M${left} ${floor}L${clamp(x(edges[0]))} ${floor}L${points.join('L')}L${clamp(x(edges[edges.length - 1]))} ${floor}L${right} ${floor}`;
  return makeSvg('path', { class: isNow ? 'run-hill now' : 'run-hill', d: line });
}
