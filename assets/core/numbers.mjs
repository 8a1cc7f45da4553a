/**
 * Numbers for people: 1.2M, 7.7 G, 24.5 MiB.
 *
 * @import {Overlay} from './document.mjs'
 */

const COUNT_UNITS = ['', 'k', 'M', 'B', 'T'];
const RATE_UNITS = ['', 'k', 'M', 'G', 'T', 'P'];
const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Up to three significant digits, e.g. 25.8M. @param {number} value @returns {string} "" when unknown */
export function formatCount(value) {
  return formatScaled(value, 1000, COUNT_UNITS, '');
}

/** Operations, e.g. "6.59 G". @param {number} value */
export function formatFlops(value) {
  return formatScaled(value, 1000, RATE_UNITS, ' ').trim();
}

/** Bytes in binary units, e.g. "24.5 MiB". @param {number} value */
export function formatBytes(value) {
  return formatScaled(value, 1024, BYTE_UNITS, ' ');
}

/** Times, e.g. "1.2 ms". @param {number} value in seconds */
export function formatSeconds(value) {
  if (!Number.isFinite(value)) return '';
  const size = Math.abs(value);
  const [factor, unit] = size >= 1 || size === 0 ? [1, 's'] : size >= 1e-3 ? [1e3, 'ms'] : size >= 1e-6 ? [1e6, 'µs'] : [1e9, 'ns'];
  return `${Number((value * factor).toPrecision(3))} ${unit}`;
}

/** An overlay's value with the overlay's unit. @param {{name: string, unit?: string, own?: boolean}} overlay @param {number} value */
export function formatValue(overlay, value) {
  if (overlay.unit === 'B') return formatBytes(value);
  if (overlay.unit === 's') return formatSeconds(value);
  if (overlay.own) return [formatStatistic(value), overlay.unit].filter(Boolean).join(' ');
  return overlay.name === 'flops' ? formatFlops(value) : formatCount(value);
}

/** A statistic of a training, with three digits: 0.0312, 4.7e-6. @param {number} value @returns {string} "" when unknown */
export function formatStatistic(value) {
  if (Number.isNaN(value)) return '';
  if (!Number.isFinite(value)) return 'not finite';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return shortExponent(value.toExponential(2));
  return String(Number(value.toPrecision(3)));
}

/** "4.70e-6" -> "4.7e-6". @param {string} text */
function shortExponent(text) {
  return text.replace(/\.?0+e/, 'e').replace('e+', 'e');
}

/** What there is to say of an item's value; "" when nothing. @param {Overlay} overlay @param {number} value */
export function tellValue(overlay, value) {
  if (overlay.scale === 'levels' || overlay.scale === 'category') return '';
  if (overlay.group === 'training' && overlay.unit !== 'B') return formatStatistic(value);
  return value > 0 || (overlay.own && !Number.isNaN(value)) ? formatValue(overlay, value) : '';
}

/** A whole number with separators, e.g. 48,594. @param {number} value */
export function formatInteger(value) {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** @param {number} value @param {number} base @param {string[]} units @param {string} space */
function formatScaled(value, base, units, space) {
  if (!Number.isFinite(value)) return '';
  let scaled = Math.abs(value);
  let unit = 0;
  while (roundsTo(scaled) >= base && unit < units.length - 1) {
    scaled /= base;
    unit++;
  }
  const sign = value < 0 ? '-' : '';
  return `${sign}${shortNumber(scaled)}${space}${units[unit]}`;
}

/** What `shortNumber` will show, so that 999,960 becomes 1M and not 1000k. @param {number} value */
function roundsTo(value) {
  return Number(shortNumber(value));
}

/** @param {number} value not negative */
function shortNumber(value) {
  if (value !== 0 && value < 0.01) return value.toExponential(1);
  if (value >= 100) return String(Math.round(value));
  return String(Number(value.toFixed(value >= 10 ? 1 : 2)));
}
