/** Overlays: one value per item shown as a fill on a log scale, with its legend. */

import { alongColors, contrast, mixColors } from './color.mjs';
import { formatValue } from './numbers.mjs';
import { statisticFill, statisticLegend } from './statistic.mjs';
import { familyColor } from './theme.mjs';

/**
 * @import {Doc, Overlay} from './document.mjs'
 * @import {Theme} from './theme.mjs'
 *
 * @typedef {object} Scale
 * @property {Overlay} overlay
 * @property {Theme} theme
 * @property {Float64Array} values  per item
 * @property {number} low           smallest positive value (of all items but the root)
 * @property {number} high          largest value
 * @property {boolean} logarithmic
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
 * @returns {Scale|null}
 */
export function createScale(doc, name, theme) {
  const values = doc.values[name];
  const overlay = doc.overlays.find((entry) => entry.name === name);
  if (!values || !overlay) return null;
  if (overlay.range) return { overlay, theme, values, low: overlay.range[0], high: overlay.range[1], logarithmic: false };
  let low = Infinity;
  let high = -Infinity;
  for (let item = 1; item < doc.n; item++) {
    const value = values[item];
    if (!(value > 0)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (high === -Infinity) low = high = 0;
  return { overlay, theme, values, low, high, logarithmic: high / low >= LOG_FROM };
}

/** Where a value stands on the scale, 0..1. @param {Scale} scale @param {number} value */
export function scalePosition(scale, value) {
  const { low, high } = scale;
  if (!(value > 0) || high === 0) return 0;
  if (low === high) return 1;
  const share = scale.logarithmic ? Math.log(value / low) / Math.log(high / low) : value / high;
  return Math.max(0, Math.min(1, share));
}

/** Colour of a place on the ramp. @param {Theme} theme @param {number} position 0..1 */
export function rampColor(theme, position) {
  return alongColors(theme.ramp, position);
}

/** Fill of an item's box; zero keeps the plain box, unknown has a colour of its own. @param {Scale} scale @param {number} item */
export function overlayFill(scale, item) {
  const value = scale.values[item];
  if (scale.overlay.range) return statisticFill(scale.overlay, scale.theme, value);
  if (Number.isNaN(value)) return scale.theme.unknown;
  return value > 0 ? rampColor(scale.theme, scalePosition(scale, value)) : scale.theme.box;
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

/** @param {Scale} scale @returns {OverlayLegend} */
export function legendOf(scale) {
  const { overlay, theme, low, high, logarithmic } = scale;
  if (overlay.range) return statisticLegend(overlay, theme);
  const stops = theme.ramp.map((color, i) => ({ offset: i / (theme.ramp.length - 1), color }));
  const bottom = logarithmic || low === high ? low : 0;
  const ticks = [{ offset: 0, label: formatValue(overlay, bottom) }];
  if (high > bottom) ticks.push({ offset: 1, label: formatValue(overlay, high) });
  if (logarithmic && high / low > 1000) ticks.splice(1, 0, { offset: 0.5, label: formatValue(overlay, roundLog(Math.sqrt(low * high))) });
  return { title: `${overlay.label} (${logarithmic ? 'log scale' : 'linear scale'})`, stops, ticks, note: 'plain = none' };
}

/** @param {number} value two significant digits */
function roundLog(value) {
  return Number(value.toPrecision(2));
}

/** The families that boxes of a document show, in the document's order. @param {Doc} doc @param {Theme} theme @returns {{name: string, color: string}[]} */
export function familyLegend(doc, theme) {
  const present = new Uint8Array(doc.families.length);
  for (let item = 1; item < doc.n; item++) if (!doc.isScope(item) || doc.familyName(item) !== 'other') present[doc.family[item]] = 1;
  return doc.families.filter((_, f) => present[f] === 1).map((name) => ({ name, color: familyColor(theme, name) }));
}
