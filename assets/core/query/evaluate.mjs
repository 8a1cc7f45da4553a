/** From the tree of a query to a function that ranks an item. */

import { FLAG } from '../document.mjs';
import { countCrossings, markCrossings } from './crossing.mjs';
import { nearestWord, QueryError } from './errors.mjs';
import { fieldsOf, findField } from './fields.mjs';
import { reach } from './reach.mjs';
import { dimensionsOf, indexTest, shapeTest } from './shapes.mjs';
import { makePattern, numberTest, pathTest, readFlag, textTest } from './values.mjs';
import { HIT, patternRanker, phraseRanker, wordRanker } from './words.mjs';

/**
 * @import {Doc} from '../document.mjs'
 * @import {Tree} from './parser.mjs'
 * @import {Field} from './lexer.mjs'
 * @import {FieldInfo} from './fields.mjs'
 * @import {SearchIndex} from './words.mjs'
 *
 * @typedef {(item: number) => number} Ranker    one of HIT, lower is better
 * @typedef {(item: number) => boolean} ItemTest
 */

/** @param {SearchIndex} index @param {Tree} tree @returns {Ranker} @throws {QueryError} */
export function compile(index, tree) {
  switch (tree.type) {
    case 'all': return all(tree.parts.map((part) => compile(index, part)), phraseOf(index, tree.parts));
    case 'any': return any(tree.parts.map((part) => compile(index, part)));
    case 'none': return none(compile(index, tree.part));
    case 'word': return wordRanker(index, tree.text.toLowerCase());
    case 'pattern': return patternRanker(index, makePattern(tree.source, tree.from, tree.to));
    default: return fromTest(compileField(index.doc, tree));
  }
}

/** @param {Ranker[]} parts @param {ItemTest} isPhrase @returns {Ranker} the worst rank of the parts */
function all(parts, isPhrase) {
  return (item) => {
    let worst = HIT.exact;
    for (const part of parts) {
      const rank = part(item);
      if (rank > worst) worst = rank;
      if (worst === HIT.none) return HIT.none;
    }
    return isPhrase(item) ? HIT.exact : worst;
  };
}

/** A name may hold spaces: words that are together the whole name. @param {SearchIndex} index @param {Tree[]} parts @returns {ItemTest} */
function phraseOf(index, parts) {
  const words = parts.flatMap((part) => (part.type === 'word' ? [part.text.toLowerCase()] : []));
  return words.length === parts.length ? phraseRanker(index, words.join(' ')) : () => false;
}

/** @param {Ranker[]} parts @returns {Ranker} the best rank */
function any(parts) {
  return (item) => {
    let best = HIT.none;
    for (const part of parts) best = Math.min(best, part(item));
    return best;
  };
}

/** @param {Ranker} part @returns {Ranker} */
function none(part) {
  return (item) => (part(item) === HIT.none ? HIT.exact : HIT.none);
}

/** @param {ItemTest} test @returns {Ranker} */
function fromTest(test) {
  return (item) => (test(item) ? HIT.exact : HIT.none);
}

/** @param {Doc} doc @param {Field} field @returns {ItemTest} @throws {QueryError} */
function compileField(doc, field) {
  const info = findField(doc, field.key);
  if (!info) throw unknownField(doc, field);
  if (field.value.text.trim() === '' && field.value.kind !== 'group') throw new QueryError('"{key}" needs a value, as in {example}', { key: field.key, example: info.example }, field.from, field.to);
  if (field.index !== null && info.type !== 'shape') throw new QueryError('Only shapes have dimensions: write shape[-1] or in[0].', {}, field.from, field.to);
  checkOperator(info, field);
  switch (info.type) {
    case 'number': return numberItems(doc, info, field);
    case 'shape': return shapeItems(doc, info, field);
    case 'flag': return flagItems(doc, info, field);
    case 'trace': return tracedItems(doc, info, field);
    default: return negated(field, textItems(doc, info, field));
  }
}

/** @param {FieldInfo} info @param {Field} field */
function checkOperator(info, { operator, index, from, to, key }) {
  const orders = operator === '>' || operator === '<' || operator === '>=' || operator === '<=';
  const ordered = info.type === 'number' || (info.type === 'shape' && index !== null);
  if (orders && !ordered) throw new QueryError('"{key}" has no order; use ":" instead of "{operator}".', { key, operator }, from, to);
}

/** @param {Doc} doc @param {Field} field */
function unknownField(doc, { key, from }) {
  const names = fieldsOf(doc).flatMap((each) => [each.key, ...(each.also ?? [])]);
  const nearest = nearestWord(key.toLowerCase(), names);
  const span = /** @type {const} */ ([from, from + key.length]);
  return nearest
    ? new QueryError('There is no property "{key}"; did you mean "{nearest}"? Put text in quotes to find it as it is.', { key, nearest }, ...span)
    : new QueryError('There is no property "{key}". Put text in quotes to find it as it is.', { key }, ...span);
}

/** @param {Field} field @param {ItemTest} test @returns {ItemTest} */
function negated(field, test) {
  return field.operator === '!=' ? (item) => !test(item) : test;
}

// ---- texts ----

/** @param {Doc} doc @param {FieldInfo} info @param {Field} field @returns {ItemTest} */
function textItems(doc, info, field) {
  if (info.key === 'path') return ofColumn(doc, doc.idColumn, pathTest(field.value));
  const test = textTest(field.value);
  const { kind } = doc;
  if (info.categories) {
    const [column, fits] = [doc.values[info.overlay ?? ''], info.categories.map(test)];
    return (item) => column !== undefined && fits[column[item]] === true;
  }
  switch (info.key) {
    case 'op': return both(ofTable(doc.kinds, kind, (name) => name === 'op' || name === 'operation'), ofColumn(doc, doc.typeColumn, test));
    case 'layer': return both(ofTable(doc.kinds, kind, (name) => name === 'layer' || name === 'node_layer'), ofColumn(doc, doc.typeColumn, test));
    case 'type': return ofColumn(doc, doc.typeColumn, test);
    case 'name': return ofColumn(doc, doc.nameColumn, test);
    case 'dtype': return ofColumn(doc, doc.dtypeColumn, test);
    case 'kind': return ofTable(doc.kinds, kind, (name) => test(name) || (name === 'node_layer' && test('layer')));
    case 'role': return ofTable(doc.roles, doc.role, (name) => name !== '' && test(name));
    case 'family': return ofTable(doc.families, doc.family, test);
    case 'weights': return ofColumn(doc, columnOrComplain(doc.weightsColumn, field), (names) => names !== '' && names.split(', ').some(test));
    default: return noted(doc, test);
  }
}

/** @param {ItemTest} a @param {ItemTest} b @returns {ItemTest} */
function both(a, b) {
  return (item) => a(item) && b(item);
}

/** A test of a column of strings, each different string tested once. @param {Doc} doc @param {Int32Array} column @param {(text: string) => boolean} test @returns {ItemTest} */
function ofColumn(doc, column, test) {
  const fits = perString(doc, test);
  return (item) => fits(column[item]);
}

/** @param {Doc} doc @param {(text: string) => boolean} test @returns {(stringNumber: number) => boolean} */
function perString(doc, test) {
  const answers = new Uint8Array(doc.strings.length);
  return (number) => (answers[number] ||= test(doc.strings[number]) ? 2 : 1) === 2;
}

/** @param {string[]} names @param {Uint8Array} column @param {(name: string) => boolean} test @returns {ItemTest} */
function ofTable(names, column, test) {
  const answers = names.map(test);
  return (item) => answers[column[item]] === true;
}

/** @param {Doc} doc @param {(text: string) => boolean} test @returns {ItemTest} */
function noted(doc, test) {
  const items = new Set(doc.notes.filter((note) => note.item > 0 && test(note.code)).map((note) => note.item));
  return (item) => items.has(item);
}

/** @template T @param {T|null} column @param {Field} field @returns {T} */
function columnOrComplain(column, { key, from, to }) {
  if (column) return column;
  throw new QueryError('This document does not tell "{key}"; make it anew.', { key }, from, to);
}

// ---- numbers, shapes, flags, traces ----

/** @param {Doc} doc @param {FieldInfo} info @param {Field} field @returns {ItemTest} */
function numberItems(doc, info, field) {
  const values = numbersOf(doc, info);
  if (/^(unknown|\?)$/i.test(field.value.text)) return negated(field, (item) => Number.isNaN(values(item)));
  const test = numberTest(field.operator, field.value, info.unit ?? '');
  return (item) => test(values(item));
}

/** The numbers that a field asks for. @param {Doc} doc @param {FieldInfo} info @returns {(item: number) => number} NaN = unknown */
export function numbersOf(doc, info) {
  if (info.overlay !== undefined) {
    const column = doc.values[info.overlay];
    return (item) => (column ? column[item] : NaN);
  }
  switch (info.key) {
    case 'depth': return (item) => doc.depth[item] - 1;
    case 'nodes': return (item) => doc.leaves[item];
    case 'count': return (item) => doc.count[item];
    case 'rank': {
      /** @type {number[]} */
      const ranks = [];
      return (item) => (ranks[doc.shapeColumn[item]] ??= dimensionsOf(doc.shape(item))?.length ?? NaN);
    }
    default: {
      const counts = countCrossings(doc, info.key === 'inputs' ? 'in' : 'out');
      return (item) => counts[item];
    }
  }
}

/** @param {Doc} doc @param {FieldInfo} info @param {Field} field @returns {ItemTest} */
function shapeItems(doc, info, field) {
  const test = field.index === null ? shapeTest(field.value) : indexTest(field.index, field.operator, field.value);
  const fits = perString(doc, test);
  const crossing = markCrossings(doc, info.key === 'in' ? 'in' : 'out', fits);
  /** @type {ItemTest} */
  const found = info.key === 'in' ? (item) => crossing[item] === 1 : (item) => fits(doc.shapeColumn[item]) || crossing[item] === 1;
  return field.index === null ? negated(field, found) : found;
}

/** @param {Doc} doc @param {FieldInfo} info @param {Field} field @returns {ItemTest} */
function flagItems(doc, info, field) {
  const wanted = readFlag(field.operator, field.value);
  const flags = columnOrComplain(doc.flags, field);
  if (info.key === 'unowned') return (item) => ((flags[item] & FLAG.unowned) !== 0) === wanted;
  if (info.key === 'code') return (item) => ((flags[item] & (FLAG.code | FLAG.custom)) !== 0) === wanted;
  // Without weights there is nothing to train: neither true nor false.
  return wanted ? (item) => (flags[item] & FLAG.trained) !== 0 : (item) => (flags[item] & (FLAG.trained | FLAG.frozen)) === FLAG.frozen;
}

/** @param {Doc} doc @param {FieldInfo} info @param {Field} field @returns {ItemTest} */
function tracedItems(doc, info, field) {
  const starts = traceStarts(doc, field);
  if (starts.length === 0) throw new QueryError('No node is called "{name}".', { name: field.value.text }, field.value.from, field.value.to);
  const { items } = reach(doc, starts, info.key === 'upstream' ? 'upstream' : 'downstream');
  return negated(field, (item) => items[item] === 1);
}

/** Items with this id, else with this name. @param {Doc} doc @param {Field} field */
function traceStarts(doc, { value }) {
  const exact = doc.indexOf(value.text);
  if (exact > 0) return [exact];
  for (const [column, test] of /** @type {const} */ ([[doc.nameColumn, textTest(value)], [doc.idColumn, pathTest(value)]])) {
    const fits = ofColumn(doc, column, test);
    const found = [];
    for (let item = 1; item < doc.n; item++) if (fits(item)) found.push(item);
    if (found.length > 0) return found;
  }
  return [];
}
