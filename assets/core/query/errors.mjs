/**
 * What is wrong with a query, as data: the page says it in its language, the command line in English.
 *
 * @typedef {object} Complaint
 * @property {string} text    English; `{name}` stands for a value
 * @property {Record<string, string|number>} values
 * @property {number} from    which part of the query is meant: first character
 * @property {number} to      one past the last
 */

export class QueryError extends Error {
  /** @param {string} text @param {Record<string, string|number>} values @param {number} from @param {number} to */
  constructor(text, values, from, to) {
    super(fill(text, values));
    /** @type {Complaint} */
    this.complaint = { text, values, from, to };
  }
}

/** The English text of a complaint. @param {string} text @param {Record<string, string|number>} values */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** The word that was probably meant, or "". @param {string} word @param {Iterable<string>} known */
export function nearestWord(word, known) {
  const most = Math.max(1, Math.floor(word.length / 3));
  let best = '';
  let least = most + 1;
  for (const other of known) {
    if (Math.abs(other.length - word.length) >= least) continue;
    const distance = editDistance(word, other);
    if (distance < least) [best, least] = [other, distance];
  }
  return best;
}

/** Levenshtein's. @param {string} a @param {string} b */
function editDistance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length];
}
