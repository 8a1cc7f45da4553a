/** Small charts of one layer over the steps of a run. */

import { say } from '../core/language.mjs';
import { formatStatistic } from '../core/numbers.mjs';
import { make } from './dom.mjs';
import { thin } from './run_samples.mjs';
import { areaPath, domainOf, linePath, makeAxis, makeSvg, makeText, tickText } from './run_svg.mjs';

/**
 * @import {Numeral} from './run_client.mjs'
 * @import {Axis} from './run_svg.mjs'
 *
 * @typedef {object} ChartLine
 * @property {string} label
 * @property {Numeral[]} values  one for each step
 * @property {Numeral[]} [spread]  as far above and below it an area is drawn
 * @property {boolean} [quiet]  drawn thinner, beside the main line
 * @property {boolean} [dashed]
 *
 * @typedef {object} ChartPlan
 * @property {string} title
 * @property {ChartLine[]} lines   the first one's value stands beside the title
 * @property {boolean} [logarithmic]
 * @property {[number, number]} [domain]
 * @property {[number, number]} [band]  as it should be
 */

export const CHART = { width: 284, height: 62, left: 42, right: 4, top: 4, bottom: 13 };
const MOST_POINTS = 320;

/** @param {ChartPlan} plan @param {number[]} steps @param {number} row  whose values are told @returns {HTMLElement} */
export function makeChart(plan, steps, row) {
  const x = stepAxis(steps);
  const y = valueAxis(plan);
  const content = y ? [...drawGround(steps), ...drawBand(plan, y), ...plan.lines.flatMap((line) => drawLine(line, steps, x, y, plan)), ...drawTicks(y), ...drawCursor(plan, steps, row, x, y.at)] : [];
  const svg = makeSvg('svg', { class: 'run-chart', viewBox: `0 0 ${CHART.width} ${CHART.height}`, 'aria-hidden': 'true' }, ...content);
  const told = plan.lines.map((line) => `${plan.lines.length > 1 && line.quiet ? `${line.label} ` : ''}${numeralText(line.values[row])}${line.spread ? ` ± ${numeralText(line.spread[row])}` : ''}`);
  const caption = make('figcaption', {}, make('span', { text: plan.title }), make('output', { text: told.join(' · ') }));
  return make('figure', { class: 'run-figure', 'aria-label': `${plan.title}: ${told.join(', ')}` }, caption, svg);
}

/** @param {number[]} steps @returns {Axis} */
export function stepAxis(steps) {
  return makeAxis([steps[0] ?? 0, steps[steps.length - 1] ?? 1], [CHART.left, CHART.width - CHART.right]);
}

/** @param {Numeral|undefined} value */
export function numeralText(value) {
  if (value === undefined || value === null) return 'unknown';
  return value === 'inf' ? say('not finite') : formatStatistic(value);
}

/** @param {ChartPlan} plan @returns {{at: Axis, domain: [number, number], ticks: number[]}|null} null where no number is known */
function valueAxis(plan) {
  const values = plan.lines.flatMap(({ values: line, spread }) => line.flatMap((value, i) => {
    const number = finite(value);
    const wide = finite(spread?.[i]);
    return number === null || wide === null ? [number] : [number - wide, number + wide];
  }));
  const known = domainOf(values, plan.logarithmic === true);
  if (!known) return null;
  const domain = plan.domain ?? known;
  const first = values.find((value) => value !== null);
  const isLevel = !plan.domain && values.every((value) => value === null || value === first);
  const ticks = isLevel && typeof first === 'number' ? [first] : [domain[1], domain[0]];
  return { at: makeAxis(domain, [CHART.height - CHART.bottom, CHART.top], plan.logarithmic), domain, ticks };
}

/** @param {Numeral|undefined} value */
function finite(value) {
  return typeof value === 'number' ? value : null;
}

/** The axis of steps with its ends. @param {number[]} steps @returns {Node[]} */
export function drawGround(steps) {
  const floor = CHART.height - CHART.bottom + 0.5;
  return [
    makeSvg('path', { class: 'run-ground', d: `M${CHART.left} ${floor}H${CHART.width - CHART.right}` }),
    makeText(String(steps[0] ?? ''), { class: 'run-tick', x: CHART.left, y: CHART.height - 2 }),
    makeText(String(steps[steps.length - 1] ?? ''), { class: 'run-tick', x: CHART.width - CHART.right, y: CHART.height - 2, 'text-anchor': 'end' }),
  ];
}

/** The ends, or the one number that all values are. @param {{at: Axis, ticks: number[]}} y @returns {Node[]} */
function drawTicks({ at, ticks }) {
  const [top, bottom] = [CHART.top + 7, CHART.height - CHART.bottom];
  return ticks.map((value) => makeText(tickText(value), { class: 'run-tick', x: CHART.left - 5, y: Math.max(top, Math.min(bottom, at(value) + 3.5)), 'text-anchor': 'end' }));
}

/** @param {ChartPlan} plan @param {{at: Axis, domain: [number, number]}} y @returns {Node[]} */
function drawBand({ band }, { at, domain }) {
  if (!band) return [];
  const [low, high] = [Math.max(band[0], domain[0]), Math.min(band[1], domain[1])];
  if (low >= high) return [];
  return [makeSvg('rect', { class: 'run-band', x: CHART.left, y: at(high), width: CHART.width - CHART.right - CHART.left, height: at(low) - at(high) })];
}

/** @param {ChartLine} line @param {number[]} steps @param {Axis} x @param {{at: Axis}} y @param {ChartPlan} plan @returns {Node[]} */
function drawLine({ values, spread, quiet, dashed }, steps, x, { at }, { logarithmic }) {
  const numbers = values.map((value) => (logarithmic && !(typeof value === 'number' && value > 0) ? null : finite(value)));
  const kept = thin(numbers, MOST_POINTS);
  const xs = kept.map((i) => x(steps[i]));
  const px = (/** @type {number|null} */ value) => (value === null ? null : at(value));
  const parts = [];
  if (spread) {
    const edge = (/** @type {number} */ sign) => kept.map((i) => {
      const [number, wide] = [numbers[i], finite(spread[i])];
      return number === null || wide === null ? null : at(number + sign * wide);
    });
    parts.push(makeSvg('path', { class: 'run-area', d: areaPath(xs, edge(1), edge(-1)) }));
  }
  parts.push(makeSvg('path', { class: quiet ? 'run-path quiet' : 'run-path', 'stroke-dasharray': dashed ? '3 3' : undefined, d: linePath(xs, kept.map((i) => px(numbers[i]))) }));
  const broken = values.flatMap((value, i) => (value === 'inf' ? [x(steps[i])] : []));
  if (broken.length > 0) parts.push(makeSvg('path', { class: 'run-broken', d: broken.slice(0, MOST_POINTS).map((left) => `M${left.toFixed(1)} ${CHART.top}v4`).join('') }));
  return parts;
}

/** Where the slider stands. @param {ChartPlan} plan @param {number[]} steps @param {number} row @param {Axis} x @param {Axis} y @returns {Node[]} */
function drawCursor({ lines, logarithmic }, steps, row, x, y) {
  if (row < 0 || row >= steps.length) return [];
  const left = x(steps[row]);
  const parts = [makeSvg('path', { class: 'run-cursor', d: `M${left.toFixed(1)} ${CHART.top}V${CHART.height - CHART.bottom}` })];
  const value = finite(lines[0].values[row]);
  if (value !== null && (!logarithmic || value > 0)) parts.push(makeSvg('circle', { class: 'run-dot', cx: left, cy: y(value), r: 2.6 }));
  return parts;
}
