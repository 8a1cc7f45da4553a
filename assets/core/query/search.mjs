/** Questions to a document: `op:matmul out[-1]=768 params>1M`. The language is described in docs/query.md. */

import { QueryError } from './errors.mjs';
import { compile } from './evaluate.mjs';
import { findField } from './fields.mjs';
import { parseQuery } from './parser.mjs';
import { HIT } from './words.mjs';

/**
 * @import {Complaint} from './errors.mjs'
 * @import {SearchIndex} from './words.mjs'
 *
 * @typedef {object} SearchResult
 * @property {number[]} items            best first
 * @property {Complaint|null} complaint  why the query cannot be answered
 */

/**
 * Find items. Order: exact name, beginning of the name, inside the name, type or shape, path; then document order.
 * Properties do not change the order.
 * @param {SearchIndex} index @param {string} query @returns {SearchResult}
 */
export function searchItems(index, query) {
  try {
    const tree = parseQuery(query, (key) => findField(index.doc, key) !== null);
    return { items: tree ? bestFirst(index.doc.n, compile(index, tree)) : [], complaint: null };
  } catch (error) {
    if (error instanceof QueryError) return { items: [], complaint: error.complaint };
    throw error;
  }
}

/** @param {number} n @param {(item: number) => number} rankOf @returns {number[]} */
function bestFirst(n, rankOf) {
  /** @type {number[][]} */
  const found = [[], [], [], [], []];
  for (let item = 1; item < n; item++) {
    const rank = rankOf(item);
    if (rank < HIT.none) found[rank].push(item);
  }
  return found.flat();
}
