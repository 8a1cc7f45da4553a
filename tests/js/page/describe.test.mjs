/** What is said of an item to those who cannot see it. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { describeStop } from '../../../assets/page/describe.mjs';
import { DocumentBuilder } from '../build.mjs';

const doc = new DocumentBuilder()
  .add('/encoder', { kind: 'layer', type: 'Encoder' })
  .add('/encoder/dense', { type: 'Dense', shape: '?×8' })
  .add('/encoder/relu', { type: 'relu', shape: '?×8' })
  .doc();

test('a stop is told by name, type, shape and place', () => {
  assert.equal(describeStop(doc, doc.indexOf('/encoder/dense'), new Set([0])), 'dense, Dense, ?×8, 1 of 2 in encoder');
});

test('a type that is the name is said once', () => {
  assert.equal(describeStop(doc, doc.indexOf('/encoder/relu'), new Set([0])), 'relu, ?×8, 2 of 2 in encoder');
});

test('a scope says whether it is open', () => {
  const encoder = doc.indexOf('/encoder');
  assert.match(describeStop(doc, encoder, new Set([0])), /closed, 2 nodes inside/);
  assert.match(describeStop(doc, encoder, new Set([0, encoder])), /open, 2 nodes inside/);
});
