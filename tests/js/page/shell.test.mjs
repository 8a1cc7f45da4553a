/** The static shell and the rules that keep the page safe and whole. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { ASSETS, filesIn, readIndex, readStyles, withPalette } from './shell.mjs';

const read = (name) => readFileSync(join(ASSETS, 'page', name), 'utf8');

test('the palette for the first paint is the palette of the core', () => {
  assert.equal(withPalette(readStyles()), readStyles());
});

test('every element that a module asks for exists, once', () => {
  const ids = [...readIndex().matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  assert.equal(new Set(ids).size, ids.length);
  const asked = filesIn('page').flatMap((name) => [...read(name).matchAll(/byId\('([^']+)'\)/g)].map(([, id]) => id));
  assert.deepEqual(asked.filter((id) => !ids.includes(id)), []);
});

test('text of a model never becomes markup or code', () => {
  for (const name of filesIn('page')) {
    assert.doesNotMatch(read(name), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/, name);
  }
});

test('the shell has no inline script, handler or style, which its policy forbids or should not need', () => {
  const html = readIndex();
  assert.doesNotMatch(html, /<script(?![^>]*\bsrc=)/);
  assert.doesNotMatch(html, /\son[a-z]+=|\sstyle=|<style|javascript:/);
  assert.doesNotMatch(html, /https?:\/\//);
});

test('buttons have names and types', () => {
  for (const [tag] of readIndex().matchAll(/<button[^>]*>/g)) assert.match(tag, /type="button"/, tag);
});
