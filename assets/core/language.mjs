/**
 * The language of the interface. Texts are written in English where they are used and looked up in a dictionary of
 * whole sentences (the way of gettext), so that code reads well and a text that has no translation still says
 * something.
 *
 * @typedef {Readonly<Record<string, string>>} Dictionary  English text -> text in another language
 */

/** @type {Dictionary} */
let dictionary = {};

/** From now on `say` looks into this dictionary; `{}` is English. @param {Dictionary} texts */
export function useDictionary(texts) {
  dictionary = texts;
}

/**
 * The text in the language of the interface.
 * @param {string} text  English; `{name}` stands for a value
 * @param {Record<string, string|number>} [values]
 */
export function say(text, values = {}) {
  const found = Object.hasOwn(dictionary, text) ? dictionary[text] : text;
  return found.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(values, name) ? String(values[name]) : whole));
}

/**
 * Marks a text that stands in a table and is said later, so that translators find it.
 * @param {string} text  English
 */
export function sayable(text) {
  return text;
}
