/**
 * Values that a user brings along: read from JSON and laid onto the items of a document as an overlay.
 *
 * Two forms are read. Ours: `{"name": "Score", "unit": "ms", "values": {"encoder/dense": 0.93, ...}}`. And the node
 * data of Model Explorer: `{"results": {"encoder/dense": {"value": 0.93}}, "thresholds": [...], "gradient": [...]}`,
 * alone or by the ids of its graphs.
 */

import { parseColor } from './css_color.mjs';

/**
 * @import {Doc, Overlay} from './document.mjs'
 *
 * @typedef {'sum'|'mean'|'largest'|'smallest'|'none'} Fold  what a scope without a value of its own shows
 *
 * @typedef {object} NodeData
 * @property {string} name
 * @property {string} label
 * @property {string} unit
 * @property {Fold} fold
 * @property {boolean} quiet  not shown before it is chosen
 * @property {[string, number|string|null, string|null][]} rows  key, value, colour
 * @property {{stop: number, color: string}[]|null} gradient
 * @property {{value: number, color: string}[]|null} thresholds
 */

/** @type {Record<Fold, (values: number[]) => number>} */
const FOLDS = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  mean: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  largest: (values) => values.reduce((most, value) => Math.max(most, value), -Infinity),
  smallest: (values) => values.reduce((least, value) => Math.min(least, value), Infinity),
  none: () => NaN,
};
/** What a scope shows whose nodes are of several kinds. */
const MIXED = 'mixed';
const MOST_TEXT = 80;
/** Names shown in a complaint. */
const MOST_TOLD = 3;

/**
 * Add overlays for a user's values to a document. What cannot be laid onto it becomes a note.
 * @param {Doc} doc @param {unknown} raw  parsed JSON @param {string} source  name of the file, for the overlay and for notes
 * @returns {string[]}  names of the new overlays
 * @throws {Error} one sentence that says what is wrong with the data
 */
export function addNodeData(doc, raw, source) {
  return readNodeData(raw, source).map((data) => addOverlay(doc, data, source));
}

/**
 * Check a user's values without a document.
 * @param {unknown} raw @param {string} source
 * @returns {NodeData[]}
 * @throws {Error} one sentence that says what is wrong
 */
export function readNodeData(raw, source) {
  const stem = source.replace(/^.*[\\/]/, '').replace(/\.json$/i, '') || 'values';
  if (!isObject(raw)) throw new Error(`${source} holds no JSON object.`);
  if (isObject(raw.values)) return [readOwn(raw, stem, source)];
  if (isObject(raw.results)) return [readResults(raw, stem, source)];
  const graphs = Object.entries(raw);
  if (graphs.length === 0 || !graphs.every(([, graph]) => isObject(graph) && isObject(graph.results))) {
    throw new Error(`${source} has neither "values" (graphscope) nor "results" (Model Explorer).`);
  }
  return graphs.map(([id, graph]) => readResults(graph, graphs.length === 1 ? stem : `${stem} (${id})`, source));
}

/** @param {any} raw @param {string} stem @param {string} source @returns {NodeData} */
function readOwn(raw, stem, source) {
  const label = shorten(typeof raw.name === 'string' && raw.name.trim() !== '' ? raw.name.trim() : stem);
  const fold = raw.fold ?? 'largest';
  if (!Object.hasOwn(FOLDS, fold)) throw new Error(`${source}: the fold ${JSON.stringify(fold)} is unknown; known are ${Object.keys(FOLDS).join(', ')}.`);
  const rows = Object.entries(raw.values).map(([key, value]) => rowOf(key, value, null, source));
  return { name: nameOf(label), label, unit: typeof raw.unit === 'string' ? shorten(raw.unit) : '', fold, quiet: raw.quiet === true, rows, ...colorsOf(raw, source) };
}

/** @param {any} raw @param {string} label @param {string} source @returns {NodeData} */
function readResults(raw, label, source) {
  const rows = Object.entries(raw.results).map(([key, result]) => {
    if (!isObject(result)) throw new Error(`${source}: the result of ${JSON.stringify(key)} is no object with a "value".`);
    return rowOf(key, result.value, result.bgColor, source);
  });
  return { name: nameOf(label), label: shorten(label), unit: '', fold: 'largest', quiet: false, rows, ...colorsOf(raw, source) };
}

/** @param {string} key @param {unknown} value @param {unknown} color @param {string} source @returns {[string, number|string|null, string|null]} */
function rowOf(key, value, color, source) {
  const known = typeof value === 'boolean' ? String(value) : (value ?? null);
  if (known !== null && typeof known !== 'string' && typeof known !== 'number') throw new Error(`${source}: the value of ${JSON.stringify(key)} is neither a number nor a text.`);
  return [key, typeof known === 'string' ? shorten(known) : known, color === undefined || color === null ? null : colorOf(color, source)];
}

/** @param {any} raw @param {string} source */
function colorsOf(raw, source) {
  const gradient = listOf(raw.gradient, source).filter((entry) => entry.bgColor ?? entry.color).map((entry) => ({ stop: numberOf(entry.stop, 'stop', source), color: colorOf(entry.bgColor ?? entry.color, source) }));
  const thresholds = listOf(raw.thresholds, source).map((entry) => ({ value: numberOf(entry.value, 'threshold', source), color: colorOf(entry.bgColor ?? entry.color, source) }));
  gradient.sort((a, b) => a.stop - b.stop);
  thresholds.sort((a, b) => a.value - b.value);
  // The gradient takes precedence, as it does in Model Explorer.
  return { gradient: gradient.length > 1 ? gradient : null, thresholds: gradient.length > 1 || thresholds.length === 0 ? null : thresholds };
}

/** @param {unknown} list @param {string} source @returns {any[]} */
function listOf(list, source) {
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list) || !list.every(isObject)) throw new Error(`${source}: "gradient" and "thresholds" are lists of objects.`);
  return list;
}

/** @param {unknown} value @param {string} what @param {string} source @returns {number} */
function numberOf(value, what, source) {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Error(`${source}: a ${what} is ${JSON.stringify(value ?? null)}, which is no number.`);
  return value;
}

/** @param {unknown} color @param {string} source @returns {string} */
function colorOf(color, source) {
  const found = parseColor(color);
  if (!found) throw new Error(`${source}: ${JSON.stringify(color ?? null)} is no colour; write "#aabbcc" or a name like "tomato".`);
  return found;
}

/** @param {Doc} doc @param {NodeData} data @param {string} source */
function addOverlay(doc, data, source) {
  const places = placesOf(doc, data);
  const isCategory = data.rows.some(([, value]) => typeof value === 'string');
  const name = freeName(doc, data.name);
  /** @type {Overlay} */
  const overlay = { name, label: data.label, unit: data.unit, own: true };
  if (data.quiet) overlay.quiet = true;
  if (data.gradient) overlay.gradient = data.gradient;
  if (data.thresholds) overlay.thresholds = data.thresholds;
  if (data.rows.some(([, , color]) => color)) {
    overlay.fills = [];
    data.rows.forEach(([, , color], row) => places[row].forEach((item) => color && (/** @type {any} */ (overlay.fills)[item] = color)));
  }
  if (isCategory) overlay.scale = 'category';
  doc.values[name] = isCategory ? categoryColumn(doc, data, places, overlay) : numberColumn(doc, data, places);
  doc.overlays.push(overlay);
  noteMissing(doc, data.rows.filter((_, row) => places[row].length === 0).map(([key]) => key), source, data.rows.length);
  return name;
}

/** Per row the items that its key means: an id, else a name that all calls of one layer have. @param {Doc} doc @param {NodeData} data @returns {number[][]} */
function placesOf(doc, { rows }) {
  /** @type {Map<string, number[]>|null} */
  let named = null;
  return rows.map(([key]) => {
    for (const id of [key, key.replace(/:\d+$/, ''), key.replace(/^\/+|\/+$/g, '')]) {
      const item = doc.indexOf(id);
      if (item >= 0) return [item];
    }
    named ??= namesOf(doc);
    const found = named.get(key) ?? [];
    return new Set(found.map((item) => doc.type(item))).size === 1 ? found : [];
  });
}

/** Layer calls by name. @param {Doc} doc */
function namesOf(doc) {
  /** @type {Map<string, number[]>} */
  const named = new Map();
  for (let item = 1; item < doc.n; item++) {
    if (!['layer', 'node_layer'].includes(doc.kindName(item))) continue;
    const known = named.get(doc.name(item));
    if (known) known.push(item);
    else named.set(doc.name(item), [item]);
  }
  return named;
}

/** @param {Doc} doc @param {NodeData} data @param {number[][]} places */
function numberColumn(doc, data, places) {
  const values = new Float64Array(doc.n).fill(NaN);
  data.rows.forEach(([, value], row) => places[row].forEach((item) => (values[item] = typeof value === 'number' ? value : NaN)));
  foldUp(doc, values, (inside) => FOLDS[data.fold](inside));
  return values;
}

/** @param {Doc} doc @param {NodeData} data @param {number[][]} places @param {Overlay} overlay */
function categoryColumn(doc, data, places, overlay) {
  const names = [...new Set(data.rows.flatMap(([, value]) => (value === null ? [] : [String(value)])))].sort();
  const codes = new Map(names.map((name, code) => [name, code]));
  const values = new Float64Array(doc.n).fill(NaN);
  data.rows.forEach(([, value], row) => places[row].forEach((item) => (values[item] = value === null ? NaN : (codes.get(String(value)) ?? NaN))));
  const mixed = codes.get(MIXED) ?? names.length;
  foldUp(doc, values, (inside) => (inside.every((code) => code === inside[0]) ? inside[0] : mixed));
  if (values.includes(mixed) && mixed === names.length) names.push(MIXED);
  overlay.categories = names;
  return values;
}

/** Give scopes without a value what the values inside them make. @param {Doc} doc @param {Float64Array} values @param {(inside: number[]) => number} fold */
function foldUp(doc, values, fold) {
  for (let item = doc.n - 1; item >= 0; item--) {
    if (!doc.isScope(item) || !Number.isNaN(values[item])) continue;
    const inside = [];
    for (let child = item + 1; child < doc.end[item]; child = doc.end[child]) if (!Number.isNaN(values[child])) inside.push(values[child]);
    if (inside.length > 0) values[item] = fold(inside);
  }
}

/** @param {Doc} doc @param {string[]} missing @param {string} source @param {number} all */
function noteMissing(doc, missing, source, all) {
  if (missing.length === 0) return;
  const told = missing.slice(0, MOST_TOLD).map((key) => JSON.stringify(shorten(key))).join(', ');
  const more = missing.length > MOST_TOLD ? ', ...' : '';
  doc.notes.push({ code: 'overlay-unmatched', message: `${source}: ${missing.length} of ${all} values belong to no node of this graph: ${told}${more}`, item: -1 });
}

/** @param {string} label */
function nameOf(label) {
  return `data-${label.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '') || 'values'}`;
}

/** @param {Doc} doc @param {string} wanted */
function freeName(doc, wanted) {
  const taken = new Set(doc.overlays.map((overlay) => overlay.name));
  let name = wanted;
  for (let k = 2; taken.has(name); k++) name = `${wanted}-${k}`;
  return name;
}

/** @param {string} text */
function shorten(text) {
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT - 1)}…` : text;
}

/** @param {unknown} value @returns {value is Record<string, any>} */
function isObject(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
