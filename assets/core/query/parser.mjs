/**
 * A query as a tree. `and` binds closer than `or`; what stands side by side is joined by `and`.
 *
 *     query   := all ("or" all)*
 *     all     := one (["and"] one)*
 *     one     := ("not" | "-") one | "(" query ")" | key[index] operator value | word | "phrase" | /pattern/
 *
 * @import {Token, Word, Pattern, Field} from './lexer.mjs'
 *
 * @typedef {{type: 'all'|'any', parts: Tree[]}} Join
 * @typedef {{type: 'none', part: Tree}} Negation
 * @typedef {Join|Negation|Word|Pattern|Field} Tree
 */

import { QueryError } from './errors.mjs';
import { readTokens } from './lexer.mjs';

/** Deeper than any person writes; the tree is walked by recursion. */
const MOST_DEPTH = 200;

/**
 * @param {string} text @param {(key: string) => boolean} isKey
 * @returns {Tree|null} null for an empty query
 * @throws {QueryError}
 */
export function parseQuery(text, isKey) {
  const parser = new Parser(readTokens(text, isKey));
  return parser.now.type === 'end' ? null : parser.readWhole();
}

class Parser {
  /** @param {Token[]} tokens */
  constructor(tokens) {
    this.tokens = tokens;
    this.at = 0;
    this.depth = 0;
  }

  get now() {
    return this.tokens[this.at];
  }

  readWhole() {
    const tree = this.readAny();
    if (this.now.type === 'close') throw new QueryError('There is no opening parenthesis for this one.', {}, this.now.from, this.now.to);
    return tree;
  }

  /** @returns {Tree} */
  readAny() {
    const parts = [this.readAll()];
    while (this.now.type === 'or') {
      this.at++;
      parts.push(this.readAll());
    }
    return parts.length === 1 ? parts[0] : { type: 'any', parts };
  }

  /** @returns {Tree} */
  readAll() {
    const parts = [this.readOne()];
    for (;;) {
      if (this.now.type === 'and') this.at++;
      else if (this.now.type === 'or' || this.now.type === 'close' || this.now.type === 'end') break;
      parts.push(this.readOne());
    }
    return parts.length === 1 ? parts[0] : { type: 'all', parts };
  }

  /** @returns {Tree} */
  readOne() {
    const token = this.now;
    this.at++;
    switch (token.type) {
      case 'word': case 'pattern': case 'field': return token;
      case 'not': return this.deeper(() => ({ type: 'none', part: this.readOne() }));
      case 'open': return this.deeper(() => this.readGroup(token.from));
      default: throw new QueryError(token.type === 'end' ? 'The query ends where something is expected.' : 'Something is missing before this.', {}, token.from, token.to);
    }
  }

  /** @param {number} from */
  readGroup(from) {
    const tree = this.readAny();
    if (this.now.type !== 'close') throw new QueryError('A parenthesis is not closed.', {}, from, this.now.to);
    this.at++;
    return tree;
  }

  /** @param {() => Tree} read */
  deeper(read) {
    if (++this.depth > MOST_DEPTH) throw new QueryError('The query is nested too deeply.', {}, 0, this.now.to);
    const tree = read();
    this.depth--;
    return tree;
  }
}
