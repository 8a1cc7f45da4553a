/**
 * Shapes in queries: `(?,128,*)` and single dimensions, `out[-1]=768`.
 *
 * @import {Value, Operator} from './lexer.mjs'
 *
 * @typedef {(dimensions: string[]) => boolean} ShapeTest
 */

import { QueryError } from './errors.mjs';
import { compare, makePattern, toNumber } from './values.mjs';

/**
 * The dimensions of a shape as the document prints it.
 * @param {string} text  "B×26×32 +1" (a second output) @returns {string[]|null} null where even the rank is unknown
 */
export function dimensionsOf(text) {
  const shape = text.replace(/ \+\d+$/, '');
  if (shape === '' || shape === '?') return null;
  return shape === 'scalar' ? [] : splitOutside(shape, /×/);
}

/**
 * Of a whole shape. `?` is any one dimension, `*` any number of them, `>=64` any as large; else a size or a name.
 * @param {Value} value @returns {(text: string) => boolean}
 */
export function shapeTest(value) {
  if (value.kind === 'pattern') {
    const pattern = makePattern(value.text, value.from, value.to);
    return (text) => pattern.test(text);
  }
  const text = value.text.trim().toLowerCase();
  if (value.kind === 'text' && text === 'unknown') return (shape) => shape !== '' && shape.includes('?');
  const wanted = text === 'scalar' || text === '' ? [] : splitOutside(text, /[,×]|(?<=[\d?*])x(?=[\d?*])/).map((part) => part.trim());
  if (text === '' && value.kind !== 'group') throw new QueryError('A shape is missing: write it as (?,128,*).', {}, value.from, value.to);
  if (wanted.some((part) => part === '')) throw new QueryError('A dimension is missing in this shape; `?` is any one dimension, `*` any number of them.', {}, value.from, value.to);
  const tests = wanted.map((part) => (part === '*' || part === '...' || part === '…' ? null : dimensionTest(part)));
  return (shape) => {
    const dimensions = dimensionsOf(shape);
    return dimensions !== null && matchAll(tests, dimensions);
  };
}

/** @param {string} part @returns {(dimension: string) => boolean} */
function dimensionTest(part) {
  if (part === '?' || part === 'none') return () => true;
  const bound = /^(>=|<=|!=|>|<)\s*(.+)$/.exec(part);
  const number = bound ? toNumber(bound[2], '') : null;
  if (bound && number !== null) {
    const test = compare(/** @type {Operator} */ (bound[1]), number);
    return (dimension) => /^\d+$/.test(dimension) && test(Number(dimension));
  }
  return (dimension) => plain(dimension) === part;
}

/** "(T+1)" -> "t+1". @param {string} dimension */
function plain(dimension) {
  return dimension.replace(/^\((.*)\)$/, '$1').toLowerCase();
}

/** Match with stars in time proportional to the product of the lengths. @param {(((dimension: string) => boolean)|null)[]} tests @param {string[]} dimensions */
function matchAll(tests, dimensions) {
  let [at, d, star, back] = [0, 0, -1, 0];
  while (d < dimensions.length) {
    const test = tests[at];
    if (at < tests.length && test !== null && test(dimensions[d])) {
      at++;
      d++;
    } else if (at < tests.length && test === null) {
      star = at++;
      back = d;
    } else if (star >= 0) {
      at = star + 1;
      d = ++back;
    } else return false;
  }
  while (at < tests.length && tests[at] === null) at++;
  return at === tests.length;
}

/**
 * Of one dimension; a negative index counts from the end.
 * @param {number} index @param {Operator} operator @param {Value} value @returns {(text: string) => boolean}
 */
export function indexTest(index, operator, value) {
  const number = toNumber(value.text.trim(), '');
  const text = value.text.trim().toLowerCase();
  if (text === '') throw new QueryError('A value is missing.', {}, value.from, value.to);
  const compares = operator === '>' || operator === '>=' || operator === '<' || operator === '<=';
  if (compares && number === null) throw new QueryError('"{text}" is not a number; write 1000, 1.5M or {example}.', { text, example: '128' }, value.from, value.to);
  const test = number === null ? null : compare(operator, number);
  return (shape) => {
    const dimensions = dimensionsOf(shape);
    const dimension = dimensions?.[index < 0 ? dimensions.length + index : index];
    if (dimension === undefined) return false;
    if (test && /^\d+$/.test(dimension)) return test(Number(dimension));
    if (compares) return false;
    return (plain(dimension) === text) !== (operator === '!=');
  };
}

/** Split at separators that stand in no parentheses of a dimension. @param {string} text @param {RegExp} separator @returns {string[]} */
function splitOutside(text, separator) {
  if (!/[(⌈⌊]/.test(text)) return text.split(separator);
  const parts = [''];
  let depth = 0;
  for (const letter of text) {
    if ('(⌈⌊'.includes(letter)) depth++;
    if (')⌉⌋'.includes(letter)) depth--;
    if (depth === 0 && (letter === '×' || (letter === ',' && separator.test(',')))) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts;
}
