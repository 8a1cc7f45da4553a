/** The table of runs as data: columns, rows, cells. Pure. */

import { count, formatAgo, formatConfig, formatDuration, formatMetric, formatPercent } from './format.mjs';
import { formatCount, formatInteger } from '../core/numbers.mjs';
import { VALIDATION } from './types.mjs';

/**
 * @import {LiveState, Run, Scalar} from './types.mjs'
 *
 * @typedef {object} Column
 * @property {string} id          what the address calls it
 * @property {string} label
 * @property {string} title
 * @property {boolean} isNumber
 * @property {(run: Run) => unknown} value   what rows are sorted by
 * @property {(run: Run, now: number) => {main: string, second?: string, isBad?: boolean}} cell
 */

const MOST_METRICS = 3;
const MOST_DIFFERING = 6;

/** @param {LiveState} live @returns {Column[]} */
export function columnsOf(live) {
  // The settings come early: they are why one looks at the metric before them.
  const columns = tellingMetrics(live).map(metricColumn);
  return [
    makeColumn('run', 'Run', 'Name and status', (run) => run.name.toLowerCase(), (run, now) => ({ main: run.name, second: describeStatus(run, now) })),
    makeColumn('step', 'Step', 'Steps and epochs done', (run) => run.step, describeProgress),
    ...columns.slice(0, 1),
    ...live.differing.slice(0, MOST_DIFFERING).map(configColumn),
    ...columns.slice(1),
    makeColumn('duration', 'Time', 'How long the run took, and since when it goes', (run) => run.duration, (run, now) => ({
      main: formatDuration(run.duration),
      second: formatAgo(now - run.started),
    })),
    makeColumn('speed', 'Speed', 'Samples per second lately, and what watching costs', (run) => run.speed, (run) => ({
      main: run.speed === null ? '' : `${formatCount(run.speed)}/s`,
      second: run.overhead === null ? '' : `+${formatPercent(run.overhead)}`,
    })),
  ];
}

/** @param {string} id @param {string} label @param {string} title @param {Column['value']} value @param {Column['cell']} cell @returns {Column} */
function makeColumn(id, label, title, value, cell) {
  return { id, label, title, isNumber: id !== 'run', value, cell };
}

/** @param {Run} run */
function describeProgress(run) {
  const epochs = run.planned_epochs ? `epoch ${run.epochs}/${run.planned_epochs}` : run.epochs ? count(run.epochs, 'epoch') : '';
  return { main: formatInteger(run.step), second: epochs };
}

/** @param {Run} run @param {number} now */
export function describeStatus(run, now) {
  if (run.status === 'running') return now - run.updated > 30 ? `running · silent ${formatDuration(now - run.updated)}` : 'running';
  return `${run.status} · ${formatAgo(now - run.updated)}`;
}

/** @param {string} metric @returns {Column} */
function metricColumn(metric) {
  const valueOf = (/** @type {Run} */ run) => run.metrics[metric]?.best ?? run.metrics[metric]?.last ?? null;
  return makeColumn(metric, metric, `${metric}: last value, and the best below it`, valueOf, (run) => {
    const facts = run.metrics[metric];
    if (!facts) return { main: '' };
    const best = formatMetric(metric, facts.best);
    return { main: formatMetric(metric, facts.last), second: best && `best ${best}`, isBad: typeof facts.last === 'string' };
  });
}

/** @param {string} path @returns {Column} */
function configColumn(path) {
  const parts = path.split('.');
  const name = parts.pop() ?? path;
  // "optimizer.class" says it by its parent, "optimizer.beta_1" by itself.
  const label = name === 'class' && parts.length ? parts[parts.length - 1] : name;
  return makeColumn(`config:${path}`, label, path, (run) => run.config[path], (run) => ({ main: formatConfig(run.config[path]) }));
}

/** The metrics that runs are judged by: of validation where there are such, the loss first. @param {LiveState} live */
function tellingMetrics(live) {
  const names = new Set(live.metrics.map((metric) => metric.name));
  const judged = live.metrics.filter((metric) => metric.direction !== null && !names.has(VALIDATION + metric.name)).map((metric) => metric.name);
  return judged.sort((a, b) => Number(/loss$/.test(b)) - Number(/loss$/.test(a))).slice(0, MOST_METRICS);
}

/** Runs that fit the text, sorted; without a wish the newest first. @param {LiveState} live @param {string} find @param {string} sort @returns {Run[]} */
export function rowsOf(live, find, sort) {
  const found = live.runs.filter((run) => fits(run, live.differing, find));
  const descending = sort.startsWith('-');
  const column = columnsOf(live).find(({ id }) => id === sort.replace(/^-/, ''));
  if (!column) return found.sort((a, b) => b.started - a.started);
  return found.sort((a, b) => compareValues(column.value(a), column.value(b), descending) || b.started - a.started);
}

/** Whatever is unknown or no number comes last, in both directions. @param {unknown} a @param {unknown} b @param {boolean} descending */
function compareValues(a, b, descending) {
  const [hasA, hasB] = [isComparable(a), isComparable(b)];
  if (!hasA || !hasB) return Number(hasB) - Number(hasA);
  const order = typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en', { numeric: true });
  return descending ? -order : order;
}

/** @param {unknown} value */
function isComparable(value) {
  return value !== null && value !== undefined && !/^(NaN|-?Infinity)$/.test(String(value));
}

/** Each word must be part of the run's name, status or differing configuration ("learning_rate=0.01"). @param {Run} run @param {string[]} differing @param {string} find */
function fits(run, differing, find) {
  const words = find.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const text = [run.name, run.status, ...differing.map((path) => `${path}=${formatConfig(run.config[path])}`)].join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}

/** What a press on a column's title sorts by next: up, down, as at first. @param {string} sort @param {string} id */
export function nextSort(sort, id) {
  if (sort === id) return `-${id}`;
  return sort === `-${id}` ? '' : id;
}
