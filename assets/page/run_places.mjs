/**
 * Which boxes show which layer of a run, and what a scope shows of the layers in it. Pure.
 *
 * @import {Doc, Overlay} from '../core/document.mjs'
 */

/** Rows of the run's table of layers, on the items of a document. */
export class RunPlaces {
  /** @param {Doc} doc @param {{items: number[]}[]} layers */
  constructor(doc, layers) {
    this.doc = doc;
    this.layers = layers;
    /** the row of a layer's own box, else -1 */
    this.rows = new Int32Array(doc.n).fill(-1);
    /** rows of the layers inside of an item @type {Map<number, Set<number>>} */
    this.inside = new Map();
    layers.forEach(({ items }, row) => items.forEach((item) => this.place(item, row)));
  }

  /** @param {number} item @param {number} row */
  place(item, row) {
    if (!(item > 0 && item < this.doc.n)) return;
    this.rows[item] = row;
    for (let up = this.doc.parent[item]; up >= 0; up = this.doc.parent[up]) {
      const known = this.inside.get(up);
      if (known) known.add(row);
      else this.inside.set(up, new Set([row]));
    }
  }

  /** The row of the layer that an item is or lies in; -1 outside of all. @param {number} item */
  rowOf(item) {
    for (let at = item; at > 0; at = this.doc.parent[at]) if (this.rows[at] >= 0) return this.rows[at];
    return -1;
  }

  /** The layers inside of an item, in the order in which they are called. @param {number} item @returns {number[]} */
  rowsIn(item) {
    return [...(this.inside.get(item) ?? [])].sort((a, b) => a - b);
  }

  /** Where a layer is shown; -1 when the graph does not show it. @param {number} row */
  itemOf(row) {
    return this.layers[row]?.items[0] ?? -1;
  }

  /**
   * A value for each item from one for each row.
   * @param {ArrayLike<number>} values  NaN where unknown, infinite where not finite @param {Overlay} overlay
   * @returns {Float64Array}
   */
  spread(values, overlay) {
    const found = new Float64Array(this.doc.n).fill(NaN);
    for (const [item, rows] of this.inside) found[item] = foldValues([...rows].map((row) => values[row]), overlay);
    // A layer that calls others shows its own number where it has one.
    this.rows.forEach((row, item) => {
      if (row >= 0 && !Number.isNaN(values[row])) found[item] = values[row];
    });
    return found;
  }
}

/** @param {number[]} values @param {Overlay} overlay @returns {number} NaN when none is known */
export function foldValues(values, overlay) {
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return NaN;
  if (known.some((value) => !Number.isFinite(value))) return Infinity;
  if (overlay.fold === 'mean') return known.reduce((sum, value) => sum + value, 0) / known.length;
  if (overlay.fold === 'smallest') return Math.min(...known);
  if (overlay.fold !== 'farthest' || !overlay.band) return known.reduce((a, b) => Math.max(a, b));
  const [low, high] = overlay.band;
  const strain = (/** @type {number} */ value) => (value > 0 ? Math.abs(Math.log(value / Math.sqrt(low * high))) : Infinity);
  return known.reduce((a, b) => (strain(b) > strain(a) ? b : a));
}
