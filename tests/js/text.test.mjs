import assert from 'node:assert/strict';
import test from 'node:test';

import { boxOf, headerOf } from '../../assets/core/box.mjs';
import { labelsOf } from '../../assets/core/labels.mjs';
import { makeScene } from '../../assets/core/scene.mjs';
import { ellipsizeMiddle, textWidth } from '../../assets/core/text.mjs';
import { DocumentBuilder } from './build.mjs';
import { overlaps } from './geometry.mjs';
import { broadcasting, moeTransformer } from './samples.mjs';

test('the mono face is mono', () => {
  assert.equal(textWidth('iiii', 'mono400', 10), textWidth('MW×8', 'mono400', 10));
});

test('wide scripts count a full em, pairs of surrogates one character', () => {
  assert.equal(textWidth('層', 'sans400', 10), 10);
  assert.equal(textWidth('👍', 'sans400', 10), 10);
});

test('long names lose their middle', () => {
  const short = ellipsizeMiddle('encoder_block_17/attention/query_dense', 'sans600', 12, 120);
  assert.match(short, /^encoder.*….*dense$/);
  assert.ok(textWidth(short, 'sans600', 12) <= 120);
  assert.equal(ellipsizeMiddle('dense', 'sans600', 12, 120), 'dense');
});

test('a long shape is shown whole before its type is', () => {
  const shape = 'B×(2⌈H/4⌉+2)×(2⌈W/4⌉-2)×8';
  const doc = new DocumentBuilder().add('/up', { type: 'UpSampling2D', shape }).add('/pad', { type: 'Padding'.repeat(9), shape: 'B×8' }).doc();
  assert.match(boxOf(doc, 1).detail, /^UpSa.*…/);
  assert.ok(boxOf(doc, 1).detail.endsWith(` · ${shape}`));
  assert.ok(boxOf(doc, 2).detail.endsWith(' · B×8'));
});

test('no name makes a box wider than the limit', () => {
  const doc = new DocumentBuilder().add(`/${'x'.repeat(3000)}`, { type: 'y'.repeat(3000), shape: 'z'.repeat(3000) }).doc();
  assert.ok(boxOf(doc, 1).width <= 272);
});

test('a repeat shows its count and its sheets, a scope its type, ops and parameters', () => {
  const doc = moeTransformer(48, 88).doc();
  const block = boxOf(doc, doc.indexOf('/block'));
  assert.equal(block.badge, '×48');
  assert.equal(block.stack, 2);
  assert.equal(boxOf(doc, doc.indexOf('/lm_head')).detail, 'Dense · 2 ops · 25.7M');
});

test('a leaf shows type and shape, the shape alone where the name says the type', () => {
  const doc = new DocumentBuilder().add('/scores', { type: 'MatMul', shape: 'B×8' }).add('/matmul', { type: 'MatMul', shape: 'B×8' }).doc();
  assert.equal(boxOf(doc, 1).detail, 'MatMul · B×8');
  assert.equal(boxOf(doc, 2).detail, 'B×8');
});

test('the type in a header ends before the incoming line', () => {
  const doc = moeTransformer(2, 2).doc();
  const item = doc.indexOf('/embeddings');
  const { typeX, type } = headerOf(doc, item, 400, 200);
  assert.ok(type === '' || typeX + textWidth(type, 'sans400', 9.6) <= 200);
});

test('labels cover neither boxes nor each other', () => {
  for (const builder of [moeTransformer(2, 4), broadcasting(14)]) {
    for (const direction of ['down', 'right']) {
      const doc = builder.doc();
      const { root } = makeScene(doc, { open: new Set(), direction });
      const labels = labelsOf(doc, root);
      assert.ok(labels.length > 0);
      const x = [...labels.map((label) => label.x - label.width / 2), ...root.layout.x];
      const y = [...labels.map((label) => label.y - 5), ...root.layout.y];
      assert.deepEqual(overlaps(x, y, [...labels.map((label) => label.width), ...root.widths], [...labels.map(() => 10), ...root.heights]), []);
    }
  }
});

test('stubs name what is at their other end', () => {
  const doc = broadcasting(14).doc();
  const texts = new Set(labelsOf(doc, makeScene(doc, { open: new Set() }).root).map((label) => label.text));
  assert.ok(texts.has('mask') && texts.has('encoded'));
});
