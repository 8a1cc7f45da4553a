/** How the values of axes are written. Pure. */

const MINUTE = 60;
const HOUR = 3600;

/** @typedef {{factor: number, suffix: string, word: string}} XScale  drawn value = value of the server / factor */

/** Seconds become minutes or hours when there are many. @param {string} x @param {number} largest @returns {XScale} */
export function xScale(x, largest) {
  if (x !== 'time') return { factor: 1, suffix: '', word: x };
  if (largest >= 2 * HOUR) return { factor: HOUR, suffix: ' h', word: 'hours' };
  return largest >= 3 * MINUTE ? { factor: MINUTE, suffix: ' min', word: 'minutes' } : { factor: 1, suffix: ' s', word: 'seconds' };
}

/** Plotly's settings for the values of a metric. @param {string} metric */
export function yFormat(metric) {
  if (metric.startsWith('memory/')) return { tickformat: '.3~s', ticksuffix: 'B' };
  if (metric.startsWith('time/')) return { tickformat: '.3~s', ticksuffix: 's' };
  if (metric === 'overhead') return { tickformat: '.2~%', ticksuffix: '' };
  return { tickformat: '', exponentformat: 'e', ticksuffix: '' };
}

/** How a value is written beside the pointer, in d3's language. @param {string} metric */
export function hoverFormat(metric) {
  const { tickformat, ticksuffix } = yFormat(metric);
  return tickformat ? `%{y:${tickformat.replace('.3', '.4')}}${ticksuffix}` : '%{y:.4~g}';
}
