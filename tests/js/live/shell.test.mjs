/** The live page's shell keeps the rules of the inspector's. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { ASSETS, filesIn } from '../page/shell.mjs';

const html = readFileSync(join(ASSETS, 'live/index.html'), 'utf8');
const read = (name) => readFileSync(join(ASSETS, 'live', name), 'utf8');

test('every element that a module asks for exists, once', () => {
  const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  assert.equal(new Set(ids).size, ids.length);
  const asked = filesIn('live').flatMap((name) => [...read(name).matchAll(/byId\('([^']+)'\)/g)].map(([, id]) => id));
  assert.deepEqual(asked.filter((id) => !ids.includes(id)), []);
});

test('text of a run never becomes markup or code', () => {
  for (const name of filesIn('live')) {
    assert.doesNotMatch(read(name), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/, name);
  }
});

test('the shell has no inline script, handler or style, and asks nobody else', () => {
  assert.doesNotMatch(html, /<script(?![^>]*\bsrc=)/);
  assert.doesNotMatch(html, /\son[a-z]+=|\sstyle=|<style|javascript:/);
  assert.doesNotMatch(html, /https?:\/\//);
});

test('all addresses are relative, so that the page may lie below a prefix', () => {
  assert.doesNotMatch(html, /(?:href|src)="\//);
  for (const name of filesIn('live')) assert.doesNotMatch(read(name), /fetch(?:Script)?\([`']\//, name);
});

test('buttons have names and types', () => {
  for (const [tag] of html.matchAll(/<button[^>]*>/g)) assert.match(tag, /type="button"/, tag);
});
