/**
 * What may come next in a query: properties, and the values that the document has for them, the most frequent first.
 */

import { numbersOf } from './evaluate.mjs';
import { FIELDS, fieldsOf, findField } from './fields.mjs';
import { dimensionsOf } from './shapes.mjs';

/**
 * @import {Doc} from '../document.mjs'
 * @import {FieldInfo} from './fields.mjs'
 *
 * @typedef {object} Completion
 * @property {string} shown     what is offered
 * @property {string} insert    what stands in the query from `from` to `to` when it is taken
 * @property {number} from
 * @property {number} to
 * @property {string} label     English; what a property is, "" for values
 * @property {number|null} count  nodes that have this value; null for properties
 *
 * @typedef {{text: string, count: number}} Choice
 */

const MOST = 8;
const FIELD_END = /(?:^|[\s(|!-])([A-Za-z_][\w.]*)(?:\[(-?\d+)\])?(!=|>=|<=|:|=|>|<)([^\s"]*)$/;
const KEY_END = /(?:^|[\s(|!-])([A-Za-z_][\w.]*)$/;
/** The kinds that a field looks at. @type {Record<string, string[]>} */
const KINDS_OF = { op: ['op', 'operation'], layer: ['layer', 'node_layer'] };

/** @type {WeakMap<Doc, Map<string, Choice[]>>} */
const choicesOfDocs = new WeakMap();

/** @param {Doc} doc @param {string} query @param {number} caret  characters before the insertion point @returns {Completion[]} */
export function complete(doc, query, caret) {
  const before = query.slice(0, caret);
  const field = FIELD_END.exec(before);
  const info = field ? findField(doc, field[1]) : null;
  if (field && info) return completeValue(doc, info, field, caret);
  const key = KEY_END.exec(before);
  return key ? completeKey(doc, key[1], caret) : [];
}

/** @param {Doc} doc @param {string} begun @param {number} caret @returns {Completion[]} */
function completeKey(doc, begun, caret) {
  const wanted = begun.toLowerCase();
  const fits = fieldsOf(doc).filter((field) => [field.key, ...(field.also ?? [])].some((name) => name.startsWith(wanted)));
  return fits.slice(0, MOST).map((field) => {
    const text = `${field.key}${field.type === 'number' ? '>' : ':'}`;
    return { shown: text, insert: text, from: caret - begun.length, to: caret, label: field.label, count: null };
  });
}

/** @param {Doc} doc @param {FieldInfo} info @param {RegExpExecArray} field @param {number} caret @returns {Completion[]} */
function completeValue(doc, info, field, caret) {
  const [, , index, operator, typed] = field;
  // Alternatives are separated by commas, but a shape holds commas of its own.
  const begun = info.type === 'text' ? typed.slice(typed.lastIndexOf(',') + 1) : typed;
  const wanted = begun.toLowerCase();
  const choices = choicesOf(doc, info, index === undefined ? null : Number(index), operator);
  // What is complete is left alone: Tab must then lead on.
  if (choices.some(({ text }) => text.toLowerCase() === wanted)) return [];
  const starts = choices.filter(({ text }) => text.toLowerCase().startsWith(wanted));
  const holds = wanted === '' ? [] : choices.filter(({ text }) => text.toLowerCase().indexOf(wanted) > 0);
  const found = [...starts, ...holds].slice(0, MOST);
  return found.map(({ text, count }) => ({ shown: text, insert: quoted(text, info), from: caret - begun.length, to: caret, label: '', count }));
}

/** @param {string} text @param {FieldInfo} info */
function quoted(text, { type }) {
  const plain = type === 'text' ? /^[\w.+#:/-]+$/ : /^[^\s",*?]+$|^\(.*\)$/;
  return plain.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** @param {Doc} doc @param {FieldInfo} info @param {number|null} index @param {string} operator @returns {Choice[]} */
function choicesOf(doc, info, index, operator) {
  const ordered = operator === '>' || operator === '>=' ? 'more' : operator === '<' || operator === '<=' ? 'less' : '';
  // What a user's file or a training says may change.
  if (info.overlay !== undefined && !FIELDS.includes(info)) return makeChoices(doc, info, index, ordered);
  let known = choicesOfDocs.get(doc);
  if (!known) choicesOfDocs.set(doc, (known = new Map()));
  const key = `${info.key} ${index} ${ordered}`;
  let choices = known.get(key);
  if (!choices) {
    choices = makeChoices(doc, info, index, ordered);
    known.set(key, choices);
  }
  return choices;
}

/** @param {Doc} doc @param {FieldInfo} info @param {number|null} index @param {'more'|'less'|''} ordered @returns {Choice[]} */
function makeChoices(doc, info, index, ordered) {
  switch (info.type) {
    case 'flag': return [{ text: 'true', count: NaN }, { text: 'false', count: NaN }];
    case 'number': return limits(doc, info, ordered);
    case 'shape': return shapes(doc, info, index);
    case 'path': return scopes(doc);
    case 'trace': return mostFrequent(countTexts(doc, (item) => [doc.name(item)]));
    default: return mostFrequent(countTexts(doc, textsOf(doc, info)));
  }
}

/** @param {Doc} doc @param {FieldInfo} info @returns {(item: number) => string[]} */
function textsOf(doc, { key, overlay, categories }) {
  if (categories) return (item) => [categories[doc.value(overlay ?? '', item)] ?? ''];
  switch (key) {
    case 'op': case 'layer': return (item) => (KINDS_OF[key].includes(doc.kindName(item)) ? [doc.type(item)] : []);
    case 'type': return (item) => [doc.type(item)];
    case 'name': return (item) => [doc.name(item)];
    case 'dtype': return (item) => [doc.dtype(item)];
    case 'kind': return (item) => [doc.kindName(item) === 'node_layer' ? 'layer' : doc.kindName(item)];
    case 'role': return (item) => [doc.roles[doc.role[item]]];
    case 'family': return (item) => [doc.familyName(item)];
    case 'weights': return (item) => (doc.weightsColumn ? doc.strings[doc.weightsColumn[item]].split(', ') : []);
    default: {
      const codes = new Map(doc.notes.map((note) => [note.item, note.code]));
      return (item) => [codes.get(item) ?? ''];
    }
  }
}

/** @param {Doc} doc @param {(item: number) => string[]} textsOfItem @returns {Map<string, number>} */
function countTexts(doc, textsOfItem) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (let item = 1; item < doc.n; item++) for (const text of textsOfItem(item)) if (text !== '') counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

/** @param {Map<string, number>} counts @returns {Choice[]} */
function mostFrequent(counts) {
  return [...counts].map(([text, count]) => ({ text, count })).sort((a, b) => b.count - a.count);
}

/** @param {Doc} doc @param {FieldInfo} info @param {number|null} index @returns {Choice[]} */
function shapes(doc, info, index) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  // Few different shapes, many items: each shape is read once.
  const numbers = countNumbers(info.key === 'in' ? doc.edges.shape : doc.shapeColumn.subarray(1));
  for (const [number, count] of numbers) {
    const dimensions = dimensionsOf(doc.strings[number]);
    const text = !dimensions ? undefined : index === null ? `(${dimensions.join(',')})` : dimensions[index < 0 ? dimensions.length + index : index];
    if (text !== undefined) counts.set(text, (counts.get(text) ?? 0) + count);
  }
  return mostFrequent(counts);
}

/** @param {Int32Array} column @returns {Map<number, number>} */
function countNumbers(column) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const number of column) counts.set(number, (counts.get(number) ?? 0) + 1);
  return counts;
}

/** @param {Doc} doc @returns {Choice[]} */
function scopes(doc) {
  const found = [];
  for (let item = 1; item < doc.n; item++) if (doc.isScope(item)) found.push({ text: doc.id(item), count: doc.leaves[item], depth: doc.depth[item] });
  return found.sort((a, b) => a.depth - b.depth);
}

/** Powers of ten, or of 1024, that divide the nodes. @param {Doc} doc @param {FieldInfo} info @param {'more'|'less'|''} ordered @returns {Choice[]} */
function limits(doc, info, ordered) {
  if (ordered === '') return [];
  const values = numbersOf(doc, info);
  const units = info.unit === 'B' ? BYTE_LIMITS : COUNT_LIMITS;
  const counts = units.map(() => 0);
  for (let item = 1; item < doc.n; item++) {
    const value = values(item);
    for (let u = 0; u < units.length; u++) if (ordered === 'more' ? value > units[u].value : value < units[u].value) counts[u]++;
  }
  const choices = units.map(({ text }, u) => ({ text, count: counts[u] }));
  return choices.filter(({ count }, u) => count > 0 && count !== choices[u + 1]?.count);
}

const COUNT_LIMITS = ['0', '1', '10', '100', '1k', '10k', '100k', '1M', '10M', '100M', '1G', '10G', '100G', '1T'].map((text, power) => ({ text, value: power === 0 ? 0 : 10 ** (power - 1) }));
const BYTE_LIMITS = ['0', '1KiB', '32KiB', '1MiB', '32MiB', '1GiB', '32GiB'].map((text, u) => ({ text, value: u === 0 ? 0 : 2 ** (10 * Math.ceil(u / 2) + (u % 2 === 0 ? 5 : 0)) }));
