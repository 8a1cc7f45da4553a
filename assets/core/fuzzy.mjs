/** How well typed letters fit a text. Pure. */

const WORD_START = 8;
const FOLLOWING = 5;
const ANYWHERE = 1;

/**
 * The letters of the query in their order, not necessarily side by side: "exall" fits "Expand all". Starts of words
 * and letters side by side count more, short texts before long ones.
 * @param {string} query @param {string} text @returns {number} 0 when it does not fit, more for a better fit
 */
export function fitOf(query, text) {
  const wanted = [...query.toLowerCase()].filter((letter) => letter.trim() !== '');
  const letters = [...text.toLowerCase()];
  if (wanted.length === 0) return 1;
  let best = 0;
  for (let start = 0; start < letters.length; start++) {
    if (letters[start] === wanted[0]) best = Math.max(best, fitFrom(wanted, letters, start));
  }
  return best === 0 ? 0 : best + 1 / (1 + letters.length);
}

/** @param {string[]} wanted @param {string[]} letters @param {number} start */
function fitFrom(wanted, letters, start) {
  let fit = 0;
  let last = start - 2;
  for (const letter of wanted) {
    const at = letters.indexOf(letter, Math.max(start, last + 1));
    if (at < 0) return 0;
    fit += isWordStart(letters, at) ? WORD_START : at === last + 1 ? FOLLOWING : ANYWHERE;
    last = at;
  }
  return fit;
}

/** @param {string[]} letters @param {number} at */
function isWordStart(letters, at) {
  return at === 0 || !/[\p{L}\p{N}]/u.test(letters[at - 1]);
}
