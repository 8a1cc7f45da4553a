/**
 * A query as tokens.
 *
 * @typedef {object} Value
 * @property {'text'|'quoted'|'pattern'|'group'} kind  a group stands in parentheses, which `text` leaves out
 * @property {string} text
 * @property {number} from
 * @property {number} to
 *
 * @typedef {':'|'='|'!='|'>'|'>='|'<'|'<='} Operator
 *
 * @typedef {{from: number, to: number}} Span
 * @typedef {Span & {type: 'open'|'close'|'or'|'and'|'not'|'end'}} Mark
 * @typedef {Span & {type: 'word', text: string}} Word        text that is searched for as it is
 * @typedef {Span & {type: 'pattern', source: string}} Pattern  between slashes
 * @typedef {Span & {type: 'field', key: string, index: number|null, operator: Operator, value: Value}} Field
 * @typedef {Mark|Word|Pattern|Field} Token
 */

import { QueryError } from './errors.mjs';

const FIELD = /^([A-Za-z_][\w.-]*)(?:\[\s*(-?\d+)\s*\])?(\s*)(!=|>=|<=|:|=|>|<)\s*/;
const PATTERN = /^\/((?:[^/\\\n]|\\.)+)\/i?(?=[\s)]|$)/;
const QUOTED = /^"((?:[^"\\]|\\.)*)"/;
const MARKS = /** @type {const} */ ({ or: 'or', OR: 'or', '|': 'or', '||': 'or', and: 'and', AND: 'and', '&': 'and', '&&': 'and', not: 'not', NOT: 'not' });

/**
 * @param {string} text @param {(key: string) => boolean} isKey  whether something can be asked by this name
 * @returns {Token[]} the last one is the end
 * @throws {QueryError}
 */
export function readTokens(text, isKey) {
  /** @type {Token[]} */
  const tokens = [];
  for (let at = skipSpace(text, 0); at < text.length; ) {
    const token = readToken(text, at, isKey);
    tokens.push(token);
    at = skipSpace(text, token.to);
  }
  tokens.push({ type: 'end', from: text.length, to: text.length });
  return tokens;
}

/** @param {string} text @param {number} at */
function skipSpace(text, at) {
  while (at < text.length && /\s/.test(text[at])) at++;
  return at;
}

/** @param {string} text @param {number} at @param {(key: string) => boolean} isKey @returns {Token} */
function readToken(text, at, isKey) {
  const rest = text.slice(at);
  const first = rest[0];
  if (first === '(') return { type: 'open', from: at, to: at + 1 };
  if (first === ')') return { type: 'close', from: at, to: at + 1 };
  if (/^[-!](?=[^\s\d>])/.test(rest)) return { type: 'not', from: at, to: at + 1 };
  if (first === '"') return readQuoted(rest, at);
  const pattern = PATTERN.exec(rest);
  if (pattern) return { type: 'pattern', source: pattern[1], from: at, to: at + pattern[0].length };
  const field = FIELD.exec(rest);
  if (field && meansField(field, isKey)) return readField(text, at, field);
  const to = endOfWord(text, at);
  const word = text.slice(at, to);
  const mark = MARKS[/** @type {keyof typeof MARKS} */ (word)];
  return mark ? { type: mark, from: at, to } : { type: 'word', text: word, from: at, to };
}

/** `word: x` and `word > x` are fields only where the word is a key; `word:x` and `word>1` always. @param {RegExpExecArray} field @param {(key: string) => boolean} isKey */
function meansField(field, isKey) {
  return isKey(field[1]) || field[3] === '';
}

/** @param {string} rest @param {number} at @returns {Word} */
function readQuoted(rest, at) {
  const found = QUOTED.exec(rest);
  if (!found) throw new QueryError('The quotation mark is not closed.', {}, at, at + rest.length);
  return { type: 'word', text: unescape(found[1]), from: at, to: at + found[0].length };
}

/** @param {string} text */
function unescape(text) {
  return text.replace(/\\(.)/g, '$1');
}

/** @param {string} text @param {number} at @param {RegExpExecArray} field @returns {Field} */
function readField(text, at, field) {
  const value = readValue(text, at + field[0].length);
  const index = field[2] === undefined ? null : Number(field[2]);
  return { type: 'field', key: field[1], index, operator: /** @type {Operator} */ (field[4]), value, from: at, to: value.to };
}

/** @param {string} text @param {number} at @returns {Value} */
function readValue(text, at) {
  const rest = text.slice(at);
  if (rest[0] === '"') {
    const word = readQuoted(rest, at);
    return { kind: 'quoted', text: word.text, from: at, to: word.to };
  }
  const pattern = PATTERN.exec(rest);
  if (pattern) return { kind: 'pattern', text: pattern[1], from: at, to: at + pattern[0].length };
  const to = endOfWord(text, at);
  if (rest[0] === '(') {
    const close = closingParenthesis(text, at);
    if (close < 0) throw new QueryError('A parenthesis is not closed.', {}, at, text.length);
    if (close + 1 >= to) return { kind: 'group', text: text.slice(at + 1, close), from: at, to: close + 1 };
  }
  return { kind: 'text', text: text.slice(at, to), from: at, to };
}

/** @param {string} text @param {number} at  of the opening one @returns {number} -1 = none */
function closingParenthesis(text, at) {
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    if (text[i] === '(') depth++;
    if (text[i] === ')' && --depth === 0) return i;
  }
  return -1;
}

/** A word ends at a space or at a parenthesis that it did not open. @param {string} text @param {number} at */
function endOfWord(text, at) {
  let depth = 0;
  let to = at;
  for (; to < text.length; to++) {
    if (text[to] === '(') depth++;
    else if (text[to] === ')' && --depth < 0) break;
    else if (/\s/.test(text[to]) && depth <= 0) break;
  }
  return to;
}
