/**
 * The statistics of a run as tables, one row for each sampled step, one column for each layer. Pure.
 *
 * @import {Overlay} from '../core/document.mjs'
 */

/** Of the farthest values this share lies beyond a signed scale: one spike must not make all else grey. */
const BEYOND = 0.01;

export class RunTable {
  /** @param {number} columns  layers of the run @param {number} generation  of the server's rows */
  constructor(columns, generation) {
    this.columns = columns;
    this.generation = generation;
    this.values = new Float32Array(0);
  }

  get length() {
    return this.columns > 0 ? this.values.length / this.columns : 0;
  }

  /** Put rows at the end. @param {Float32Array} rows */
  add(rows) {
    const values = new Float32Array(this.values.length + rows.length);
    values.set(this.values);
    values.set(rows, this.values.length);
    this.values = values;
  }

  /** One sampled step; all unknown where it is not loaded. @param {number} row */
  row(row) {
    if (row < 0 || row >= this.length) return new Float32Array(this.columns).fill(NaN);
    return this.values.subarray(row * this.columns, (row + 1) * this.columns);
  }
}

/**
 * The range of the colours over a whole run, in round numbers, so that it seldom moves while a run goes on.
 * @param {Overlay} overlay @param {ArrayLike<number>} values @returns {[number, number]}
 */
export function rangeOver(overlay, values) {
  if (overlay.scale === 'share') return [0, 1];
  if (overlay.scale === 'levels') return [0, 3];
  if (overlay.scale === 'signed') return signedRange(values);
  if (overlay.unit === 'B') return extent(values);
  const [low, high] = decades(values);
  if (overlay.scale !== 'band' || !overlay.band) return [low, high];
  // At least two decades on both sides, so that the good middle lies in the middle of the legend.
  return [Math.min(low, overlay.band[0] / 100), Math.max(high, overlay.band[1] * 100)];
}

/** The least and the largest positive number. @param {ArrayLike<number>} values @returns {[number, number]} */
function extent(values) {
  let [low, high] = [Infinity, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!(value > 0 && value < Infinity)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high === 0 ? [1e-3, 1] : [low, high];
}

/** Powers of ten around all positive numbers. @param {ArrayLike<number>} values @returns {[number, number]} */
function decades(values) {
  const [low, high] = extent(values);
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  return [power(from), power(Math.max(to, from + 1))];
}

/** Exactly: 10 ** -5 is 0.000009999999999999999. @param {number} exponent */
function power(exponent) {
  return Number(`1e${exponent}`);
}

/** As far on both sides of 0. @param {ArrayLike<number>} values @returns {[number, number]} */
function signedRange(values) {
  const sizes = Float64Array.from(Array.from(values).filter((value) => Number.isFinite(value) && value !== 0), Math.abs).sort();
  if (sizes.length === 0) return [-1, 1];
  const high = roundUp(sizes[Math.ceil((sizes.length - 1) * (1 - BEYOND))]);
  return [-high, high];
}

/** The next of 1, 2, 5, 10, ... @param {number} value */
function roundUp(value) {
  const unit = power(Math.floor(Math.log10(value)));
  return unit * ([1, 2, 5].find((step) => step * unit >= value) ?? 10);
}

/** The last sampled step that is not behind a step; 0 when all are. @param {number[]} steps rising @param {number} step */
export function rowAt(steps, step) {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle] <= step) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** The sampled step nearest to a step. @param {number[]} steps rising @param {number} step */
export function nearestRow(steps, step) {
  const row = rowAt(steps, step);
  const next = Math.min(row + 1, steps.length - 1);
  return Math.abs(steps[next] - step) < Math.abs(steps[row] - step) ? next : row;
}

/**
 * At most so many points of a line, its peaks among them.
 * @param {(number|null)[]} values @param {number} most @returns {number[]} positions, rising
 */
export function thin(values, most) {
  if (values.length <= most) return values.map((_, i) => i);
  const kept = new Set([0, values.length - 1]);
  const width = (2 * values.length) / most;
  for (let from = 0; from < values.length; from += width) {
    const part = Array.from({ length: Math.min(values.length, Math.floor(from + width)) - Math.floor(from) }, (_, k) => Math.floor(from) + k);
    const known = part.filter((i) => values[i] !== null);
    const chosen = known.length > 0 ? known : part;
    const value = (/** @type {number} */ i) => values[i] ?? 0;
    kept.add(chosen.reduce((a, b) => (value(b) < value(a) ? b : a)));
    kept.add(chosen.reduce((a, b) => (value(b) > value(a) ? b : a)));
  }
  return [...kept].sort((a, b) => a - b);
}
