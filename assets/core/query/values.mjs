/** What the values of a query mean: texts with wildcards, numbers with units, shapes. */

import { QueryError } from './errors.mjs';

/**
 * @import {Value, Operator} from './lexer.mjs'
 *
 * @typedef {(text: string) => boolean} TextTest
 * @typedef {(value: number) => boolean} NumberTest  NaN (unknown) never passes
 */

const DECIMAL = { k: 1e3, m: 1e6, g: 1e9, b: 1e9, t: 1e12, p: 1e15 };
const BYTES = { b: 1, k: 1e3, kb: 1e3, kib: 2 ** 10, m: 1e6, mb: 1e6, mib: 2 ** 20, g: 1e9, gb: 1e9, gib: 2 ** 30, t: 1e12, tb: 1e12, tib: 2 ** 40, p: 1e15, pb: 1e15, pib: 2 ** 50 };
const SECONDS = { ns: 1e-9, us: 1e-6, 'µs': 1e-6, ms: 1e-3, s: 1 };
const NUMBER = /^([+-]?(?:\d[\d_]*\.?[\d_]*|\.\d+)(?:e[+-]?\d+)?)\s*([a-zµ]*)$/i;

// ---- texts ----

/**
 * A text as a whole, in any letter case; `*` is any text, `?` any character, `,` separates alternatives.
 * @param {Value} value @returns {TextTest}
 */
export function textTest(value) {
  if (value.kind === 'pattern') return patternTest(value);
  if (value.kind === 'quoted') {
    const whole = value.text.toLowerCase();
    return (text) => text.toLowerCase() === whole;
  }
  const choices = alternatives(value).map((choice) => wildcardPattern(choice, '.*'));
  return (text) => choices.some((choice) => choice.test(text));
}

/**
 * A path: its parts one after another somewhere in it, and with wildcards the whole of it. `*` stays within a part,
 * `**` is any number of parts, none included.
 * @param {Value} value @returns {TextTest}
 */
export function pathTest(value) {
  if (value.kind === 'pattern') return patternTest(value);
  const quoted = value.kind === 'quoted';
  const choices = (quoted ? [value.text] : alternatives(value)).map((choice) => onePathTest(trimSlashes(choice), quoted));
  return (text) => choices.some((choice) => choice(text));
}

/** @param {string} choice @param {boolean} quoted @returns {TextTest} */
function onePathTest(choice, quoted) {
  if (!quoted && /[*?]/.test(choice)) {
    const pattern = wildcardPattern(choice, '[^/]*');
    return (text) => pattern.test(trimSlashes(text));
  }
  const parts = `/${choice.toLowerCase()}/`;
  return (text) => `/${trimSlashes(text).toLowerCase()}/`.includes(parts);
}

/** @param {string} text */
function trimSlashes(text) {
  return text.startsWith('/') || text.endsWith('/') ? text.replace(/^\/+|\/+$/g, '') : text;
}

/** @param {Value} value */
function alternatives(value) {
  const choices = value.text.split(',').map((choice) => choice.trim()).filter((choice) => choice !== '');
  if (choices.length === 0) throw new QueryError('A value is missing.', {}, value.from, value.to);
  return choices;
}

/** @param {Value} value @returns {TextTest} */
function patternTest(value) {
  const pattern = makePattern(value.text, value.from, value.to);
  return (text) => pattern.test(text);
}

/** @param {string} source @param {number} from @param {number} to @returns {RegExp} in any letter case */
export function makePattern(source, from, to) {
  try {
    return new RegExp(source, 'i');
  } catch (error) {
    throw new QueryError('Not a regular expression: {reason}', { reason: /** @type {Error} */ (error).message }, from, to);
  }
}

/** @param {string} text @param {string} star  what one `*` stands for */
function wildcardPattern(text, star) {
  const source = text.replace(/\/\*\*\/|^\*\*\/|\/\*\*$|\*+|\?|[\\^$.|+()[\]{}]/g, (part) => {
    switch (part) {
      case '/**/': return '/(?:.*/)?';
      case '**/': return '(?:.*/)?';
      case '/**': return '/.*';
      case '?': return star === '.*' ? '.' : '[^/]';
      default: return part[0] === '*' ? (part.length > 1 ? '.*' : star) : `\\${part}`;
    }
  });
  return new RegExp(`^${source}$`, 'is');
}

// ---- numbers ----

/** @param {Operator} operator @param {Value} value @param {string} unit  of the number: "" plain, "B" bytes, "s" and "ms" times @returns {NumberTest} */
export function numberTest(operator, value, unit) {
  const range = /^(.*)\.\.(.*)$/.exec(value.text.trim());
  if (range && (operator === ':' || operator === '=' || operator === '!=')) {
    const [low, high] = [range[1] === '' ? -Infinity : readNumber(value, range[1], unit), range[2] === '' ? Infinity : readNumber(value, range[2], unit)];
    return operator === '!=' ? (number) => number < low || number > high : (number) => number >= low && number <= high;
  }
  return compare(operator, readNumber(value, value.text, unit));
}

/** @param {Operator} operator @param {number} wanted @returns {NumberTest} */
export function compare(operator, wanted) {
  switch (operator) {
    case '>': return (number) => number > wanted;
    case '>=': return (number) => number >= wanted;
    case '<': return (number) => number < wanted;
    case '<=': return (number) => number <= wanted;
    case '!=': return (number) => number < wanted || number > wanted;
    default: return (number) => number === wanted;
  }
}

/** @param {Value} value @param {string} text @param {string} unit */
function readNumber(value, text, unit) {
  const number = toNumber(text.trim(), unit);
  if (number !== null) return number;
  throw new QueryError('"{text}" is not a number; write 1000, 1.5M or {example}.', { text: text.trim(), example: unit === 'B' ? '4MiB' : unit.endsWith('s') && unit !== '' ? '2ms' : '10k..1M' }, value.from, value.to);
}

/** "1.5M" -> 1500000. @param {string} text @param {string} unit @returns {number|null} */
export function toNumber(text, unit) {
  const found = NUMBER.exec(text);
  if (!found) return null;
  const number = Number(found[1].replace(/_/g, ''));
  const factor = factorOf(found[2].toLowerCase(), unit);
  return factor === null || Number.isNaN(number) ? null : number * factor;
}

/** @param {string} suffix @param {string} unit @returns {number|null} */
function factorOf(suffix, unit) {
  if (suffix === '') return 1;
  /** @type {Record<string, number>} */
  const table = unit === 'B' ? BYTES : unit in SECONDS ? SECONDS : DECIMAL;
  if (!(suffix in table)) return null;
  return table === SECONDS ? table[suffix] / SECONDS[/** @type {keyof typeof SECONDS} */ (unit)] : table[suffix];
}

/** @param {Operator} operator @param {Value} value @returns {boolean} what the flag must be */
export function readFlag(operator, value) {
  const text = value.text.toLowerCase();
  const wanted = ['true', 'yes', '1'].includes(text) ? true : ['false', 'no', '0'].includes(text) ? false : null;
  if (wanted === null || value.kind !== 'text') throw new QueryError('"{text}" should be true or false.', { text: value.text }, value.from, value.to);
  return operator === '!=' ? !wanted : wanted;
}
