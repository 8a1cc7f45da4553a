/** Overlays: one value per item shown as a fill, with the scale and the legend of it. */

import { categoriesOf, categoryColor } from './categories.mjs';
import { alongColors, contrast, mixColors } from './color.mjs';
import { formatValue } from './numbers.mjs';
import { statisticFill, statisticLegend, statisticPosition, statisticValue } from './statistic.mjs';
import { familyColor } from './theme.mjs';
import { userFill, userStops } from './user_colors.mjs';

/**
 * @import {Categories} from './categories.mjs'
 * @import {Doc, Overlay} from './document.mjs'
 * @import {Theme} from './theme.mjs'
 *
 * @typedef {'auto'|'log'|'linear'} ScaleMode  auto: log where values differ much
 *
 * @typedef {object} Scale
 * @property {Overlay} overlay
 * @property {Theme} theme
 * @property {Float64Array} values  per item
 * @property {number} low           smallest positive value (of all items but the root)
 * @property {number} high          largest value
 * @property {number} least         smallest value, which may be negative
 * @property {boolean} logarithmic
 * @property {Categories|null} categories  instead of numbers
 *
 * @typedef {object} OverlayLegend
 * @property {string} title
 * @property {{offset: number, color: string}[]} stops  offset 0..1, from low to high
 * @property {{offset: number, label: string}[]} ticks
 * @property {string} note  what a plain box means
 */

/** Values that span less than this factor are drawn on a linear scale. */
const LOG_FROM = 20;

/**
 * The scale of an overlay over a whole document, so that colours keep their meaning when scopes open.
 * @param {Doc} doc
 * @param {string} name  overlay name; "type" and unknown names have no scale
 * @param {Theme} theme
 * @param {ScaleMode} [mode]
 * @returns {Scale|null}
 */
export function createScale(doc, name, theme, mode = 'auto') {
  const overlay = doc.overlays.find((entry) => entry.name === name);
  if (!overlay) return null;
  const categories = categoriesOf(doc, overlay);
  const values = categories ? categories.codes : doc.values[name];
  if (!values) return null;
  const scale = { overlay, theme, values, categories, low: 0, high: 0, least: 0, logarithmic: false };
  if (categories) return scale;
  if (overlay.range) return { ...scale, low: overlay.range[0], high: overlay.range[1], least: overlay.range[0] };
  const { low, high, least } = extremes(doc, values);
  return { ...scale, low, high, least, logarithmic: canBeLog({ ...scale, low, high, least }) && (mode === 'auto' ? high / low >= LOG_FROM : mode === 'log') };
}

/** @param {Doc} doc @param {Float64Array} values */
function extremes(doc, values) {
  let low = Infinity;
  let high = -Infinity;
  let least = Infinity;
  for (let item = 1; item < doc.n; item++) {
    const value = values[item];
    if (!Number.isFinite(value)) continue;
    least = Math.min(least, value);
    high = Math.max(high, value);
    if (value > 0) low = Math.min(low, value);
  }
  if (high === -Infinity) return { low: 0, high: 0, least: 0 };
  return { low: low === Infinity ? 0 : low, high, least };
}

/** Whether log and linear differ on this scale. @param {Scale} scale */
export function canBeLog({ overlay, categories, low, high, least }) {
  return !categories && !overlay.range && !overlay.thresholds && !overlay.gradient && least >= 0 && low > 0 && high > low;
}

/** Where the scale begins. @param {Scale} scale */
function bottomOf({ overlay, low, high, least, logarithmic }) {
  if (logarithmic || (low === high && least > 0)) return low;
  return overlay.gradient || overlay.thresholds ? least : Math.min(0, least);
}

/** Where a value stands on the scale, 0..1. @param {Scale} scale @param {number} value */
export function scalePosition(scale, value) {
  if (scale.overlay.range) return statisticPosition(scale.overlay, value);
  const { low, high } = scale;
  const bottom = bottomOf(scale);
  if (!(value > bottom) && bottom < high) return 0;
  if (bottom === high) return value > 0 ? 1 : 0;
  const share = scale.logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - bottom) / (high - bottom);
  return Math.max(0, Math.min(1, share));
}

/** The value at a place of the scale. @param {Scale} scale @param {number} position 0..1 */
export function valueAt(scale, position) {
  if (scale.overlay.range) return statisticValue(scale.overlay, position);
  const bottom = bottomOf(scale);
  return scale.logarithmic ? scale.low * (scale.high / scale.low) ** position : bottom + position * (scale.high - bottom);
}

/** Colour of a place on the ramp. @param {Theme} theme @param {number} position 0..1 */
export function rampColor(theme, position) {
  return alongColors(theme.ramp, position);
}

/** Fill of an item's box; zero keeps the plain box, unknown has a colour of its own. @param {Scale} scale @param {number} item */
export function overlayFill(scale, item) {
  const value = scale.values[item];
  const { overlay, theme } = scale;
  const own = overlay.fills?.[item];
  if (own) return own;
  if (scale.categories) return Number.isNaN(value) ? theme.unknown : categoryColor(theme, value);
  if (overlay.range) return statisticFill(overlay, theme, value);
  if (Number.isNaN(value)) return theme.unknown;
  if (overlay.gradient || overlay.thresholds) return userFill(scale, value) ?? theme.box;
  return value > 0 || scale.least < 0 ? rampColor(theme, scalePosition(scale, value)) : theme.box;
}

/** Text on coloured fills: on every colour at least one of the two has a contrast of 4.5. */
const INKS = ['#050609', '#ffffff'];

/** The theme's text colour where it is easily legible, else the better one of black and white. @param {Theme} theme @param {string} fill */
export function textOn(theme, fill) {
  if (contrast(theme.text, fill) >= 7) return theme.text;
  return contrast(INKS[0], fill) >= contrast(INKS[1], fill) ? INKS[0] : INKS[1];
}

/** Text colour of second lines on a fill: muted where that is legible. @param {Theme} theme @param {string} fill */
export function mutedOn(theme, fill) {
  if (contrast(theme.muted, fill) >= 4.5) return theme.muted;
  const strong = textOn(theme, fill);
  const softer = mixColors(strong, fill, 0.2);
  return contrast(softer, fill) >= 4.5 ? softer : strong;
}

/** The legend of a scale of numbers. @param {Scale} scale @returns {OverlayLegend} */
export function legendOf(scale) {
  const { overlay, theme, low, high, logarithmic } = scale;
  if (overlay.range) return statisticLegend(overlay, theme);
  const own = userStops(scale);
  const stops = own ?? theme.ramp.map((color, i) => ({ offset: i / (theme.ramp.length - 1), color }));
  const bottom = bottomOf(scale);
  const ticks = [{ offset: 0, label: formatValue(overlay, bottom) }];
  if (high > bottom) ticks.push({ offset: 1, label: formatValue(overlay, high) });
  if (logarithmic && high / low > 1000) ticks.splice(1, 0, { offset: 0.5, label: formatValue(overlay, roundLog(Math.sqrt(low * high))) });
  const title = own ? overlay.label : `${overlay.label} (${logarithmic ? 'log scale' : 'linear scale'})`;
  return { title, stops, ticks, note: 'plain = none' };
}

/** The categories that items have, with their colours. @param {Scale} scale @returns {{code: number, name: string, color: string, count: number}[]} */
export function categoryLegend({ categories, theme, values }) {
  if (!categories) return [];
  const present = new Set(values);
  return categories.names.map((name, code) => ({ code, name, color: categoryColor(theme, code), count: categories.counts[code] })).filter(({ code }) => present.has(code));
}

/** @param {number} value two significant digits */
function roundLog(value) {
  return Number(value.toPrecision(2));
}

/** The families that boxes of a document show, in the document's order. @param {Doc} doc @param {Theme} theme @returns {{code: number, name: string, color: string}[]} */
export function familyLegend(doc, theme) {
  const present = new Uint8Array(doc.families.length);
  for (let item = 1; item < doc.n; item++) if (!doc.isScope(item) || doc.familyName(item) !== 'other') present[doc.family[item]] = 1;
  return doc.families.map((name, code) => ({ code, name, color: familyColor(theme, name) })).filter(({ code }) => present[code] === 1);
}
