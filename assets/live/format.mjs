/** Numbers of runs as people read them. Pure. */

import { formatBytes, formatCount, formatInteger } from '../core/numbers.mjs';

/** @import {Scalar} from './types.mjs' */

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;

/** "0.2134", "1.2e-5", "NaN"; "" when unknown. @param {Scalar|undefined} value */
export function formatScalar(value) {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value.replace('Infinity', '∞').replace('-', '−');
  return formatNumber(value);
}

/** Four significant digits. @param {number} value */
function formatNumber(value) {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2).replace(/\.?0+e/, 'e').replace('e+', 'e');
  if (Number.isInteger(value)) return formatInteger(size).replace(/^/, value < 0 ? '-' : '');
  return String(Number(value.toPrecision(4)));
}

/** A value of a metric with the unit that its name tells. @param {string} metric @param {Scalar|undefined} value */
export function formatMetric(metric, value) {
  if (typeof value !== 'number') return formatScalar(value);
  if (metric.startsWith('memory/')) return formatBytes(value);
  if (metric.startsWith('time/')) return formatSeconds(value);
  if (metric === 'overhead') return formatPercent(value);
  if (metric.endsWith('_per_second')) return `${formatCount(value)}/s`;
  return formatNumber(value);
}

/** A short time: "9.1 ms". @param {number} seconds */
export function formatSeconds(seconds) {
  const size = Math.abs(seconds);
  if (size >= MINUTE) return formatDuration(seconds);
  if (size >= 1 || size === 0) return `${Number(seconds.toPrecision(3))} s`;
  return size >= 1e-3 ? `${Number((seconds * 1e3).toPrecision(3))} ms` : `${Number((seconds * 1e6).toPrecision(3))} µs`;
}

/** How long a run took: "42 s", "12 min 5 s", "3 h 20 min", "2 d 4 h". @param {number|null} seconds */
export function formatDuration(seconds) {
  if (seconds === null || !Number.isFinite(seconds)) return '';
  const whole = Math.round(Math.max(seconds, 0));
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return two(whole, MINUTE, 'min', 1, 's');
  return whole < DAY ? two(whole, HOUR, 'h', MINUTE, 'min') : two(whole, DAY, 'd', HOUR, 'h');
}

/** @param {number} whole @param {number} large @param {string} largeName @param {number} small @param {string} smallName */
function two(whole, large, largeName, small, smallName) {
  const rest = Math.floor((whole % large) / small);
  return `${Math.floor(whole / large)} ${largeName}${rest ? ` ${rest} ${smallName}` : ''}`;
}

/** How long ago something was: "now", "3 min ago". @param {number} seconds */
export function formatAgo(seconds) {
  if (seconds < 5) return 'now';
  if (seconds < MINUTE) return `${Math.floor(seconds)} s ago`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min ago`;
  return seconds < DAY ? `${Math.floor(seconds / HOUR)} h ago` : `${Math.floor(seconds / DAY)} d ago`;
}

/** @param {number} part  0 to 1 */
export function formatPercent(part) {
  return `${Number((part * 100).toPrecision(2))} %`;
}

/** A value of a configuration. @param {unknown} value */
export function formatConfig(value) {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number') return formatNumber(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** "1 run", "3 runs". @param {number} number @param {string} word */
export function count(number, word) {
  return `${formatInteger(number)} ${word}${number === 1 ? '' : 's'}`;
}
