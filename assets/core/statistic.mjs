/**
 * Colours of the statistics of a training: a fixed range, so that a colour means the same in every step.
 *
 * Blue and orange part what is too small from what is too large for every kind of colour vision; what is no number
 * has the colour of danger on every scale.
 */

import { alongColors } from './color.mjs';
import { formatBytes, formatStatistic } from './numbers.mjs';

/**
 * @import {Overlay} from './document.mjs'
 * @import {Theme} from './theme.mjs'
 * @import {OverlayLegend} from './overlay.mjs'
 */

/** Shades along a scale: more than can be told apart, few enough to be remembered while one scrubs. */
const SHADES = 240;
/** Between what the legend's gradient is drawn. */
const STOPS = 24;
const LEVELS = ['none', 'info', 'warning', 'error'];

/** Where a finite value stands on the scale, 0..1. @param {Overlay} overlay @param {number} value */
export function statisticPosition(overlay, value) {
  const [low, high] = rangeOf(overlay);
  const clamped = Math.max(low, Math.min(high, value));
  if (high <= low) return 1;
  if (overlay.scale !== 'log' && overlay.scale !== 'band') return (clamped - low) / (high - low);
  return Math.log(clamped / low) / Math.log(high / low);
}

/** Fill of a box. @param {Overlay} overlay @param {Theme} theme @param {number} value  NaN where unknown, infinite where not finite */
export function statisticFill(overlay, theme, value) {
  if (Number.isNaN(value)) return theme.unknown;
  if (!Number.isFinite(value)) return theme.danger;
  if (overlay.scale === 'levels') return theme.levels[value] ?? theme.box;
  if (overlay.scale === 'band') return shade(theme.diverging, bandPosition(overlay, value));
  if (overlay.scale === 'signed') return shade(theme.diverging, statisticPosition(overlay, value));
  if (!(value > 0)) return theme.box;
  return shade(overlay.alarms ? theme.alarm : theme.ramp, statisticPosition(overlay, value));
}

/** @param {string[]} colors @param {number} position 0..1 */
function shade(colors, position) {
  return alongColors(colors, Math.round(position * SHADES) / SHADES);
}

/** 0.5 all over the good middle, 0 and 1 at the ends of the range. @param {Overlay} overlay @param {number} value */
function bandPosition(overlay, value) {
  const [low, high] = overlay.band ?? rangeOf(overlay);
  const at = statisticPosition(overlay, value);
  const [from, to] = [statisticPosition(overlay, low), statisticPosition(overlay, high)];
  if (at < from) return (0.5 * at) / from;
  return at > to ? 0.5 + (0.5 * (at - to)) / (1 - to) : 0.5;
}

/** @param {Overlay} overlay @param {Theme} theme @returns {OverlayLegend} */
export function statisticLegend(overlay, theme) {
  const title = overlay.moment ? `${overlay.label}, ${overlay.moment}` : overlay.label;
  if (overlay.scale === 'levels') return { title, note: '', ...levelSteps(theme) };
  const stops = Array.from({ length: STOPS + 1 }, (_, k) => ({ offset: k / STOPS, color: statisticFill(overlay, theme, statisticValue(overlay, k / STOPS)) }));
  const ticks = tickValues(overlay).map((value) => ({ offset: statisticPosition(overlay, value), label: label(overlay, value) }));
  const isLog = overlay.scale === 'log' || overlay.scale === 'band';
  return { title: isLog ? `${title} (log)` : title, stops, ticks, note: 'plain = none' };
}

/** Four fields beside each other. @param {Theme} theme */
function levelSteps(theme) {
  const stops = theme.levels.flatMap((color, k) => [{ offset: k / 4, color }, { offset: (k + 1) / 4, color }]);
  return { stops, ticks: LEVELS.map((name, k) => ({ offset: (k + 0.5) / 4, label: name })) };
}

/** The value at a place of the scale. @param {Overlay} overlay @param {number} position 0..1 */
export function statisticValue(overlay, position) {
  const [low, high] = rangeOf(overlay);
  const isLog = overlay.scale === 'log' || overlay.scale === 'band';
  return isLog ? low * (high / low) ** position : low + position * (high - low);
}

/** @param {Overlay} overlay */
function tickValues(overlay) {
  const [low, high] = rangeOf(overlay);
  if (overlay.scale === 'band') return [low, ...(overlay.band ?? []), high];
  // Bytes have long names, and no round power of ten.
  if (overlay.scale === 'log') return high / low > 1000 && overlay.unit !== 'B' ? [low, 10 ** Math.round(Math.log10(statisticValue(overlay, 0.5))), high] : [low, high];
  return [low, (low + high) / 2, high];
}

/** @param {Overlay} overlay @param {number} value */
function label(overlay, value) {
  return overlay.unit === 'B' ? formatBytes(value) : formatStatistic(value);
}

/** @param {Overlay} overlay @returns {[number, number]} */
function rangeOf(overlay) {
  return overlay.range ?? [0, 1];
}
