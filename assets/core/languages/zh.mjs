/**
 * The interface in Chinese: whole sentences, found by their English text. tests/js/language.test.mjs fails when a text
 * of the page is missing here.
 *
 * @type {Readonly<Record<string, string>>}
 */
export const ZH = Object.freeze({});
