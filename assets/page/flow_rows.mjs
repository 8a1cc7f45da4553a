/**
 * Who makes a tensor and who takes it, as rows of a table. Pure, and in columns: a large model has a hundred thousand.
 *
 * @import {Doc} from '../core/document.mjs'
 *
 * @typedef {'producer'|'consumer'|'shape'|'dtype'|'bytes'|'kind'} FlowColumn
 *
 * @typedef {object} FlowRows  columns of equal length
 * @property {number} length
 * @property {Int32Array} source  items
 * @property {Int32Array} target
 * @property {Int32Array} edge    of the document: what the row tells about
 */

import { liftTo, openLayers } from './layers.mjs';

/** @type {ReadonlyArray<FlowColumn>} */
export const FLOW_COLUMNS = ['producer', 'consumer', 'shape', 'dtype', 'bytes', 'kind'];
const KINDS = ['data', 'mask', 'state', 'control'];

/** One row for each tensor that flows from an operation to another. @param {Doc} doc @returns {FlowRows} */
export function operationRows({ edges }) {
  const { length, source, target } = edges;
  return { length, source, target, edge: Int32Array.from({ length }, (_, e) => e) };
}

/** One row for each tensor that flows from a layer to another; what flows inside a layer is left out. @param {Doc} doc @returns {FlowRows} */
export function layerRows(doc) {
  const { edges } = doc;
  const open = openLayers(doc);
  /** @type {Map<number, number>} */
  const lifted = new Map();
  const lift = (/** @type {number} */ item) => {
    const shown = lifted.get(item) ?? liftTo(doc, open, item);
    lifted.set(item, shown);
    return shown;
  };
  const seen = new Set();
  const [source, target, edge] = [[], [], []].map((empty) => /** @type {number[]} */ (empty));
  for (let e = 0; e < edges.length; e++) {
    const [from, to] = [lift(edges.source[e]), lift(edges.target[e])];
    const key = `${edges.source[e]}.${edges.port[e]} ${to} ${edges.kind[e]}`;
    if (from === to || seen.has(key)) continue;
    seen.add(key);
    source.push(from);
    target.push(to);
    edge.push(e);
  }
  return { length: edge.length, source: Int32Array.from(source), target: Int32Array.from(target), edge: Int32Array.from(edge) };
}

/** What a cell shows; "" where it is unknown. @param {Doc} doc @param {FlowRows} rows @param {number} row @param {FlowColumn} column @returns {string|number} */
export function cell(doc, rows, row, column) {
  const e = rows.edge[row];
  switch (column) {
    case 'producer': return doc.id(rows.source[row]);
    case 'consumer': return doc.id(rows.target[row]);
    case 'shape': return doc.strings[doc.edges.shape[e]];
    case 'dtype': return hasOneOutput(doc, e) ? doc.dtype(doc.edges.source[e]) : '';
    case 'bytes': return bytesOf(doc, e);
    case 'kind': return KINDS[doc.edges.kind[e]] ?? '';
  }
}

/** The document tells dtype and bytes of all outputs of an item together. @param {Doc} doc @param {number} edge */
function hasOneOutput(doc, edge) {
  const source = doc.edges.source[edge];
  return doc.shape(source) === doc.strings[doc.edges.shape[edge]];
}

/** @param {Doc} doc @param {number} edge @returns {string|number} */
function bytesOf(doc, edge) {
  const bytes = hasOneOutput(doc, edge) ? doc.value('output_bytes', doc.edges.source[edge]) : NaN;
  return Number.isFinite(bytes) ? bytes : '';
}

/**
 * The rows that hold all words, in any cell.
 * @param {Doc} doc @param {FlowRows} rows @param {string} text @returns {Int32Array}
 */
export function filterRows(doc, rows, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const kept = [];
  for (let row = 0; row < rows.length; row++) {
    if (words.length === 0 || holdsAll(doc, rows, row, words)) kept.push(row);
  }
  return Int32Array.from(kept);
}

/** @param {Doc} doc @param {FlowRows} rows @param {number} row @param {string[]} words */
function holdsAll(doc, rows, row, words) {
  const all = FLOW_COLUMNS.map((column) => cell(doc, rows, row, column)).join('\n').toLowerCase();
  return words.every((word) => all.includes(word));
}

/** The rows at whose ends an item, or something in it, stands. @param {Doc} doc @param {FlowRows} rows @param {Int32Array} shown @param {number} item @returns {Int32Array} */
export function rowsAround(doc, rows, shown, item) {
  const touches = (/** @type {number} */ end) => end >= item && end < doc.end[item];
  return shown.filter((row) => {
    const e = rows.edge[row];
    return touches(doc.edges.source[e]) !== touches(doc.edges.target[e]) || rows.source[row] === item || rows.target[row] === item;
  });
}

/**
 * In the order of a column; equal ones stay in the order of the program, unknown ones come last.
 * @param {Doc} doc @param {FlowRows} rows @param {Int32Array} shown @param {FlowColumn} column @param {1|-1} direction @returns {Int32Array}
 */
export function sortRows(doc, rows, shown, column, direction) {
  const keys = new Map(Array.from(shown, (row) => [row, sortKey(doc, rows, row, column)]));
  const compare = (/** @type {number} */ a, /** @type {number} */ b) => {
    const [x, y] = [keys.get(a) ?? '', keys.get(b) ?? ''];
    if (x === y) return a - b;
    if (x === '' || y === '') return x === '' ? 1 : -1;
    return x < y ? -direction : direction;
  };
  return Int32Array.from(shown).sort(compare);
}

/** Producers and consumers stand in the order of the program, which is the one of the document. @param {Doc} doc @param {FlowRows} rows @param {number} row @param {FlowColumn} column */
function sortKey(doc, rows, row, column) {
  if (column === 'producer') return rows.source[row];
  if (column === 'consumer') return rows.target[row];
  return cell(doc, rows, row, column);
}

/** @param {Doc} doc @param {FlowRows} rows @param {Int32Array} shown @param {string[]} head  titles of the columns */
export function rowsAsCsv(doc, rows, shown, head) {
  const lines = [head.map(csvCell).join(',')];
  for (const row of shown) lines.push(FLOW_COLUMNS.map((column) => csvCell(cell(doc, rows, row, column))).join(','));
  return lines.join('\r\n') + '\r\n';
}

/**
 * A cell by RFC 4180. What a spreadsheet would take for a formula gets an apostrophe before it: names in a model are
 * written by strangers (OWASP, "CSV injection"). Some spreadsheets begin a cell at every separator that they know, or
 * leave out blanks before a formula.
 * @param {string|number} value
 */
export function csvCell(value) {
  const text = typeof value === 'string' ? withoutFormulas(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** @param {string} text */
function withoutFormulas(text) {
  const safe = text.replace(/((?:^|[,;|\t\r\n])(?:[^\S\t\r\n]|["'])*)(?=[=+\-@＝＋－＠])/g, "$1'");
  return /^[\t\r\n]/.test(safe) ? `'${safe}` : safe;
}
