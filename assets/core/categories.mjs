/**
 * Overlays that name a kind instead of a number: dtype, trainable, device, words of a user.
 *
 * What the document knows anyway (dtype, flags) is read from there, so that such an overlay adds nothing to it.
 */

import { tellValue } from './numbers.mjs';

/**
 * @import {Doc, Overlay} from './document.mjs'
 * @import {Theme} from './theme.mjs'
 *
 * @typedef {object} Categories
 * @property {string[]} names        the most frequent first, where they have no order of their own
 * @property {Float64Array} codes    per item an index into `names`; NaN where there is none
 * @property {number[]} counts       nodes of each, without scopes
 */

const TRAINED = 1;
const FROZEN = 2;
const TRAINING = ['trained', 'frozen', 'trained and frozen'];

/** @type {WeakMap<Doc, Map<string, {column: unknown, found: Categories}>>} */
const knownCategories = new WeakMap();

/** The categories of an overlay, or null when it has numbers. @param {Doc} doc @param {Overlay} overlay @returns {Categories|null} */
export function categoriesOf(doc, overlay) {
  if (overlay.scale !== 'category') return null;
  let known = knownCategories.get(doc);
  if (!known) knownCategories.set(doc, (known = new Map()));
  const column = doc.values[overlay.name];
  const before = known.get(overlay.name);
  if (before && before.column === column) return before.found;
  const found = column ? counted(doc, overlay.categories ?? [], column) : derived(doc, overlay.name);
  known.set(overlay.name, { column, found });
  return found;
}

/** @param {Doc} doc @param {string} name */
function derived(doc, name) {
  if (name === 'trainable') return counted(doc, TRAINING, Float64Array.from(doc.flags ?? [], (flags) => (flags & (TRAINED | FROZEN) ? (flags & (TRAINED | FROZEN)) - 1 : NaN)));
  return name === 'dtype' ? byFrequency(doc, doc.dtypeColumn) : counted(doc, [], new Float64Array(doc.n).fill(NaN));
}

/** Number the strings of a column, the most frequent first. @param {Doc} doc @param {Int32Array} column  0 = none @returns {Categories} */
function byFrequency(doc, column) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (let item = 1; item < doc.n; item++) if (column[item] !== 0) counts.set(column[item], (counts.get(column[item]) ?? 0) + (doc.isScope(item) ? 0 : 1));
  const order = [...counts.keys()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || (doc.strings[a] < doc.strings[b] ? -1 : 1));
  const places = new Map(order.map((string, place) => [string, place]));
  const codes = Float64Array.from(column, (string) => places.get(string) ?? NaN);
  return { names: order.map((string) => doc.strings[string]), codes, counts: order.map((string) => counts.get(string) ?? 0) };
}

/** @param {Doc} doc @param {string[]} names @param {Float64Array} codes @returns {Categories} */
function counted(doc, names, codes) {
  const counts = names.map(() => 0);
  for (let item = 1; item < codes.length; item++) if (!doc.isScope(item) && codes[item] >= 0) counts[codes[item]]++;
  return { names, codes, counts };
}

/** Fill of a category; those beyond the last colour share one. @param {Theme} theme @param {number} code */
export function categoryColor(theme, code) {
  if (!(code >= 0)) return theme.box;
  return theme.categories[Math.min(code, theme.categories.length - 1)];
}

/** The name of an item's category; "" when it has none. @param {Doc} doc @param {Overlay} overlay @param {number} item */
export function categoryName(doc, overlay, item) {
  const found = categoriesOf(doc, overlay);
  const code = found ? found.codes[item] : NaN;
  return found && code >= 0 ? found.names[code] : '';
}

/** What an overlay says of an item, in words; "" when nothing. @param {Doc} doc @param {Overlay} overlay @param {number} item */
export function tellItem(doc, overlay, item) {
  // What a file of the user says is shown with every item; dtype and trainable have places of their own.
  if (overlay.scale === 'category') return overlay.own ? categoryName(doc, overlay, item) : '';
  return tellValue(overlay, doc.value(overlay.name, item));
}
