/** Entry point for engines without a browser: a drawing document and a query in, positions of items out. */

import { readDocument } from '../document.mjs';
import { fill } from './errors.mjs';
import { searchItems } from './search.mjs';
import { createSearchIndex } from './words.mjs';

/**
 * @param {string} documentText  JSON of the drawing document
 * @param {string} query
 * @returns {string} JSON: `items` as searchItems orders them, `complaint` "" or why there are none, `from` and `to`
 *   the part of the query that is complained of
 */
export function findItems(documentText, query) {
  const { items, complaint } = searchItems(createSearchIndex(readDocument(JSON.parse(documentText))), query);
  if (!complaint) return JSON.stringify({ items, complaint: '' });
  const { text, values, from, to } = complaint;
  return JSON.stringify({ items, complaint: fill(text, values), from, to });
}
