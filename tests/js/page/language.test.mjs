/** The page in another language: nothing that it says may be missing from the dictionary. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { say, useDictionary } from '../../../assets/core/language.mjs';
import { ZH } from '../../../assets/core/languages/zh.mjs';
import { ASSETS, readIndex } from './shell.mjs';
import { textsOf, textsOfHtml, textsOfModules } from './texts.mjs';

test.afterEach(() => useDictionary({}));

test('every text of the modules and of the pages has a Chinese translation', () => {
  const missing = [...textsOfModules()].filter(([text]) => !Object.hasOwn(ZH, text)).map(([text, file]) => `${file}: ${text}`);
  const pages = { 'index.html': readIndex(), 'compare/index.html': readFileSync(join(ASSETS, 'compare/index.html'), 'utf8') };
  for (const [page, html] of Object.entries(pages)) missing.push(...textsOfHtml(html).filter((text) => !Object.hasOwn(ZH, text)).map((text) => `${page}: ${text}`));
  assert.deepEqual(missing, []);
});

test('a translation keeps the values of its text and ends as it does', () => {
  const values = (/** @type {string} */ text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
  for (const [text, translation] of Object.entries(ZH)) {
    assert.deepEqual(values(translation), values(text), text);
    assert.equal(/[.。]$/.test(translation), text.endsWith('.'), text);
  }
});

test('texts are looked up whole, with values in their places', () => {
  useDictionary(ZH);
  assert.equal(say('{n} notes', { n: 3 }), '3 条说明');
  assert.equal(say('a text nobody translated, {n}', { n: 1 }), 'a text nobody translated, 1');
  assert.equal(say('constructor'), 'constructor');
});

test('the search for texts finds literals, conditions and tables, and no values', () => {
  const found = (/** @type {string} */ code) => textsOf(code);
  assert.deepEqual(found("say(a ? 'One' : 'Two', { n: 'value' })"), ['One', 'Two']);
  assert.deepEqual(found("say(kind === 'added' ? 'New since {run}' : 'Changed', {})"), ['New since {run}', 'Changed']);
  assert.deepEqual(found("say(labelOf(themeOf('light'), 'x').label)"), []);
  assert.deepEqual(found("const T = [sayable('Don\\'t (stop)')];"), ["Don't (stop)"]);
  assert.deepEqual(found("commands.add({ id: 'x', label: 'Do it', group: 'View' })"), ['Do it', 'View']);
  assert.deepEqual(textsOfHtml('<body><p title="Words">Text <b>bold</b></p><!-- no --></body>'), ['Words', 'Text', 'bold']);
});
