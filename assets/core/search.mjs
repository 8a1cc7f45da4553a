/** Search over names, types, shapes and paths of all items. */

/**
 * @import {Doc} from './document.mjs'
 *
 * @typedef {object} SearchIndex
 * @property {Doc} doc
 * @property {string[]} names   lower case, per item
 * @property {string[]} types
 * @property {string[]} shapes
 * @property {string[]} paths
 *
 * @typedef {object} SearchResult
 * @property {number[]} items   best first
 * @property {string} error     why the query cannot be answered; "" = it was
 */

/** Rank of a hit: lower is better. */
const HIT = { exact: 0, prefix: 1, name: 2, type: 3, path: 4, none: 5 };

/** @param {Doc} doc @returns {SearchIndex} */
export function createSearchIndex(doc) {
  const lower = doc.strings.map((text) => text.toLowerCase());
  /** @param {Int32Array} column */
  const read = (column) => Array.from(column, (s) => lower[s]);
  return { doc, names: read(doc.nameColumn), types: read(doc.typeColumn), shapes: read(doc.shapeColumn), paths: read(doc.idColumn) };
}

/**
 * Find items. Plain words must all match, in any letter case; /text/ is a regular expression.
 *
 * Order: exact name, beginning of the name, inside the name, type or shape, path; then document order.
 * @param {SearchIndex} index
 * @param {string} query
 * @returns {SearchResult}
 */
export function searchItems(index, query) {
  const text = query.trim();
  if (text === '') return { items: [], error: '' };
  const pattern = /^\/(.+)\/i?$/.exec(text);
  if (!pattern) return { items: rankItems(index, wordRanker(index, text.toLowerCase().split(/\s+/))), error: '' };
  try {
    return { items: rankItems(index, patternRanker(index, new RegExp(pattern[1], 'i'))), error: '' };
  } catch (error) {
    return { items: [], error: `Not a regular expression: ${/** @type {Error} */ (error).message}` };
  }
}

/** @param {SearchIndex} index @param {(item: number) => number} rankOf @returns {number[]} */
function rankItems(index, rankOf) {
  /** @type {number[][]} */
  const found = [[], [], [], [], []];
  for (let item = 1; item < index.doc.n; item++) {
    const rank = rankOf(item);
    if (rank < HIT.none) found[rank].push(item);
  }
  return found.flat();
}

/** The worst of the words' ranks. @param {SearchIndex} index @param {string[]} words @returns {(item: number) => number} */
function wordRanker({ names, types, shapes, paths }, words) {
  const whole = words.join(' ');
  return (item) => {
    if (names[item] === whole) return HIT.exact;
    let worst = HIT.exact;
    for (const word of words) {
      const rank = wordRank(word, names[item], types[item], shapes[item], paths[item]);
      if (rank > worst) worst = rank;
      if (worst === HIT.none) break;
    }
    return worst;
  };
}

/** @param {string} word @param {string} name @param {string} type @param {string} shape @param {string} path */
function wordRank(word, name, type, shape, path) {
  const at = name.indexOf(word);
  if (at === 0) return name.length === word.length ? HIT.exact : HIT.prefix;
  if (at > 0) return HIT.name;
  if (type.includes(word) || shape.includes(word)) return HIT.type;
  return path.includes(word) ? HIT.path : HIT.none;
}

/** @param {SearchIndex} index @param {RegExp} pattern @returns {(item: number) => number} */
function patternRanker({ names, types, shapes, paths }, pattern) {
  return (item) => {
    const match = pattern.exec(names[item]);
    if (match) {
      if (match.index > 0) return HIT.name;
      return match[0].length === names[item].length ? HIT.exact : HIT.prefix;
    }
    if (pattern.test(types[item]) || pattern.test(shapes[item])) return HIT.type;
    return pattern.test(paths[item]) ? HIT.path : HIT.none;
  };
}
