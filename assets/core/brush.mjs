/**
 * Brushing: a part of an overlay's scale is chosen, and the items outside it fade. What is chosen are values, so that
 * it stays the same when the scale turns from log to linear.
 */

import { categoriesOf } from './categories.mjs';

/**
 * @import {Doc} from './document.mjs'
 *
 * @typedef {object} Brush
 * @property {string} overlay   which it belongs to; with another overlay it does nothing
 * @property {number|null} [from]  the smallest value that is inside; null = no limit
 * @property {number|null} [to]    the largest
 * @property {number[]} [codes]    the categories or families that are inside, instead
 */

/**
 * Which items stay strong: those inside, and the scopes that hold one, so that what is hidden can be found.
 * @param {Doc} doc @param {Brush|null|undefined} brush @param {string} overlay  the one that is shown
 * @returns {Uint8Array|null}  null when nothing is brushed
 */
export function itemsInside(doc, brush, overlay) {
  if (!brush || brush.overlay !== overlay) return null;
  const test = testOf(doc, brush);
  if (!test) return null;
  const inside = new Uint8Array(doc.n);
  for (let item = doc.n - 1; item > 0; item--) {
    if (test(item)) inside[item] = 1;
    if (inside[item]) inside[doc.parent[item]] = 1;
  }
  return inside;
}

/** @param {Doc} doc @param {Brush} brush @returns {((item: number) => boolean)|null} */
function testOf(doc, brush) {
  if (brush.codes) {
    const chosen = new Set(brush.codes);
    const codes = codesOf(doc, brush.overlay);
    return codes && ((item) => chosen.has(codes[item]));
  }
  const values = doc.values[brush.overlay];
  const from = brush.from ?? -Infinity;
  const to = brush.to ?? Infinity;
  // An open end holds also what is not finite; unknown is never inside.
  return values && ((item) => values[item] >= from && values[item] <= to);
}

/** @param {Doc} doc @param {string} name @returns {ArrayLike<number>|null} */
function codesOf(doc, name) {
  if (name === 'type') return doc.family;
  const overlay = doc.overlays.find((each) => each.name === name);
  return overlay ? (categoriesOf(doc, overlay)?.codes ?? null) : null;
}

/** How many nodes are inside, scopes not counted. @param {Doc} doc @param {Uint8Array} inside */
export function countInside(doc, inside) {
  let count = 0;
  for (let item = 1; item < doc.n; item++) if (inside[item] && !doc.isScope(item)) count++;
  return count;
}

/** Whether this says the same as no brush. @param {Brush} brush */
export function isEmptyBrush(brush) {
  return brush.codes ? brush.codes.length === 0 : (brush.from ?? null) === null && (brush.to ?? null) === null;
}
