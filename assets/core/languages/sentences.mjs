/**
 * Texts that come from the server ("and 12 more"), in the language of the page. They have a dictionary of their own, a
 * copy of graphscope/app/language_zh.py: what the page calls "name" may be a setting of a layer there.
 * graphscope/app/language.py does the same for the cards that it sends.
 */

/** @typedef {Readonly<Record<string, string>>} Dictionary */

/** Values that are numbers; others are any text. */
const NUMBERS = ['n', 'count'];
/** Values that are words of ours. */
const WORDED = ['reason'];

/** @type {Dictionary} */
let words = {};
/** @type {{pattern: RegExp, translation: string}[]} */
let templates = [];

/** From now on `sayServer` knows these texts. @param {Dictionary} said  as they are @param {Dictionary} withValues  with `{value}` in them */
export function useServerTexts(said, withValues) {
  words = said;
  templates = Object.entries(withValues).map(([text, translation]) => ({ pattern: patternOf(text), translation }));
}

/** The text in the language of the page, when a text of ours can be recognised in it. @param {string} text @returns {string} */
export function sayServer(text) {
  if (Object.hasOwn(words, text)) return words[text];
  for (const { pattern, translation } of templates) {
    const values = pattern.exec(text)?.groups;
    if (values) return translation.replace(/\{(\w+)\}/g, (_, name) => (WORDED.includes(name) ? sayServer(values[name]) : values[name]));
  }
  return text;
}

/** @param {string} text */
function patternOf(text) {
  const escaped = text.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\{(\w+)\}/g, (_, name) => `(?<${name}>${NUMBERS.includes(name) ? '[0-9.,]+' : '.+'})`)}$`, 's');
}
