/** Colours that come with a user's values: a gradient, or steps up to thresholds. */

import { mixColors } from './color.mjs';

/** @import {Scale} from './overlay.mjs' */

/** The colour of a value; null above the last threshold. @param {Scale} scale @param {number} value @returns {string|null} */
export function userFill({ overlay, least, high }, value) {
  if (overlay.gradient) return alongStops(overlay.gradient, high > least ? (value - least) / (high - least) : 0);
  return overlay.thresholds?.find((step) => value <= step.value)?.color ?? null;
}

/** @param {{stop: number, color: string}[]} stops  from 0 to 1 @param {number} position */
function alongStops(stops, position) {
  const after = stops.findIndex(({ stop }) => stop >= position);
  if (after <= 0) return after === 0 ? stops[0].color : stops[stops.length - 1].color;
  const [from, to] = [stops[after - 1], stops[after]];
  return mixColors(from.color, to.color, (position - from.stop) / (to.stop - from.stop));
}

/** The stops of the legend; null where the user gives no colours. @param {Scale} scale @returns {{offset: number, color: string}[]|null} */
export function userStops({ overlay, theme, least, high }) {
  if (overlay.gradient) return overlay.gradient.map(({ stop, color }) => ({ offset: stop, color }));
  if (!overlay.thresholds) return null;
  const place = (/** @type {number} */ value) => (high > least ? Math.max(0, Math.min(1, (value - least) / (high - least))) : 1);
  const steps = [];
  let before = 0;
  for (const { value, color } of overlay.thresholds) {
    const at = place(value);
    steps.push({ offset: before, color }, { offset: at, color });
    before = at;
  }
  if (before < 1) steps.push({ offset: before, color: theme.box }, { offset: 1, color: theme.box });
  return steps;
}
