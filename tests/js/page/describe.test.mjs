/** What is said of an item to those who cannot see it. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { describeCounts, describeStop } from '../../../assets/page/describe.mjs';
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

test('a count that leaves something out is a lower bound, and none is told where nothing is known', () => {
  const counts = (totals) => describeCounts({ totals: { ops: 0, layers: 3, ...totals } });
  assert.equal(counts({ parameters: 30, layers_of_unknown_weights: 0 }), '3 layers · 30 parameters');
  assert.equal(counts({ parameters: 30, layers_of_unknown_weights: 1 }), '3 layers · ≥ 30 parameters');
  assert.equal(counts({ parameters: null, layers_of_unknown_weights: 1 }), '3 layers');
});
