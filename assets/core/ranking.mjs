/** The items with the largest values of an overlay. */

/**
 * @import {Doc, Overlay} from './document.mjs'
 *
 * @typedef {object} Rank
 * @property {number} item   the first of equal ones
 * @property {number} value  of each
 * @property {number} times  how many equal ones there are
 */

const LAYERS = ['layer', 'node_layer'];

/**
 * The largest values: of innermost layer calls, and of operations outside of all layers. Equal calls (the same work in
 * the same shapes with the same value) are one entry.
 * @param {Doc} doc @param {Overlay} overlay @param {number} [most]
 * @returns {Rank[]}  largest first; what is not finite before all
 */
export function rankItems(doc, overlay, most = 10) {
  const values = doc.values[overlay.name];
  if (!values || overlay.scale === 'category') return [];
  const units = unitsOf(doc);
  /** @type {Map<string, Rank>} */
  const ranks = new Map();
  for (let item = 1; item < doc.n; item++) {
    const value = values[item];
    if (!units[item] || Number.isNaN(value) || value === 0) continue;
    const key = `${doc.signature[item]} ${value}`;
    const known = ranks.get(key);
    if (known) known.times++;
    else ranks.set(key, { item, value, times: 1 });
  }
  return [...ranks.values()].sort((a, b) => strength(b.value) - strength(a.value) || a.item - b.item).slice(0, most);
}

/** @param {number} value */
function strength(value) {
  return Number.isFinite(value) ? value : Number.MAX_VALUE;
}

/** Marks what is ranked. @param {Doc} doc */
function unitsOf(doc) {
  const isLayer = (/** @type {number} */ item) => LAYERS.includes(doc.kindName(item));
  const holds = new Uint8Array(doc.n);
  const within = new Uint8Array(doc.n);
  const units = new Uint8Array(doc.n);
  for (let item = doc.n - 1; item > 0; item--) if (holds[item] || isLayer(item)) holds[doc.parent[item]] = 1;
  for (let item = 1; item < doc.n; item++) {
    const unit = !within[doc.parent[item]] && !holds[item] && (isLayer(item) || !doc.isScope(item));
    units[item] = unit ? 1 : 0;
    within[item] = unit || within[doc.parent[item]] ? 1 : 0;
  }
  return units;
}
