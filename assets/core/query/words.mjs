/** Plain words and patterns, which are looked for in names, types, shapes and paths. */

/**
 * @import {Doc} from '../document.mjs'
 *
 * @typedef {object} SearchIndex
 * @property {Doc} doc
 * @property {string[]} names   lower case, per item
 * @property {string[]} types
 * @property {string[]} shapes
 * @property {string[]} paths
 */

/** Rank of a hit: lower is better. */
export const HIT = { exact: 0, prefix: 1, name: 2, type: 3, path: 4, none: 5 };

/** @param {Doc} doc @returns {SearchIndex} */
export function createSearchIndex(doc) {
  const lower = doc.strings.map((text) => text.toLowerCase());
  /** @param {Int32Array} column */
  const read = (column) => Array.from(column, (s) => lower[s]);
  return { doc, names: read(doc.nameColumn), types: read(doc.typeColumn), shapes: read(doc.shapeColumn), paths: read(doc.idColumn) };
}

/** @param {SearchIndex} index @param {string} word  lower case @returns {(item: number) => number} */
export function wordRanker({ names, types, shapes, paths }, word) {
  return (item) => {
    const name = names[item];
    const at = name.indexOf(word);
    if (at === 0) return name.length === word.length ? HIT.exact : HIT.prefix;
    if (at > 0) return HIT.name;
    if (types[item].includes(word) || shapes[item].includes(word)) return HIT.type;
    return paths[item].includes(word) ? HIT.path : HIT.none;
  };
}

/** @param {SearchIndex} index @param {string} phrase  lower case @returns {(item: number) => boolean} */
export function phraseRanker({ names }, phrase) {
  return (item) => names[item] === phrase;
}

/** @param {SearchIndex} index @param {RegExp} pattern @returns {(item: number) => number} */
export function patternRanker({ names, types, shapes, paths }, pattern) {
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
