import assert from 'node:assert/strict';
import test from 'node:test';

import { levelOf } from '../../assets/core/level.mjs';
import { createSceneCache, makeScene } from '../../assets/core/scene.mjs';
import { DocumentBuilder, flat } from './build.mjs';

function nested() {
  return new DocumentBuilder()
    .add('/x', { kind: 'input', family: 'input', type: 'Input', shape: 'B×8' })
    .add('/block', { kind: 'layer', type: 'Block' })
    .add('/block/a', { type: 'MatMul' })
    .add('/block/b', { type: 'Relu' })
    .add('/y', { type: 'Softmax' })
    .link('/x -> /block/a -> /block/b -> /y')
    .link('/x -> /block/b')
    .doc();
}

test('lifted edges join children and the boundary', () => {
  const doc = nested();
  const ends = (scope) => levelOf(doc, scope).edges.map((edge) => `${edge.source}>${edge.target}x${edge.count}`);
  assert.deepEqual(ends(0), ['0>1x2', '1>2x1']);
  assert.deepEqual(ends(doc.indexOf('/block')), ['-1>0x1', '-1>1x1', '0>1x1', '1>-1x1']);
});

test('edges that carry one tensor share a bundle', () => {
  const doc = nested();
  const [first, second] = levelOf(doc, doc.indexOf('/block')).edges;
  assert.equal(first.bundle, second.bundle);
});

test('an open scope is as large as its level', () => {
  const doc = nested();
  const scene = makeScene(doc, { open: new Set([doc.indexOf('/block')]) });
  const inner = scene.root.inner[1];
  assert.equal(scene.root.widths[1], inner.layout.width);
  assert.equal(scene.root.heights[1], inner.layout.height);
});

test('a scene made again with its cache takes the levels over', () => {
  const doc = nested();
  const cache = createSceneCache();
  const open = new Set([doc.indexOf('/block')]);
  const first = makeScene(doc, { open }, cache);
  assert.equal(makeScene(doc, { open }, cache).root, first.root);
});

test('a diamond is symmetric', () => {
  const { layout, widths } = makeScene(flat('a1 -> a2 -> a3\na1 -> a4 -> a3'), { open: new Set() }).root;
  const centre = (k) => layout.x[k] + widths[k] / 2;
  assert.equal(2 * centre(0), centre(1) + centre(3));
  assert.equal(centre(0), centre(2));
});
