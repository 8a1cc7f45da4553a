/** Scenes on their way to the screen: packing, movement, geometry. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { LayoutEngine } from '../../../assets/page/engine.mjs';
import { locate, moveFrom, moveOfKey, placeAt } from '../../../assets/page/geometry.mjs';
import { SceneUnpacker } from '../../../assets/page/pack.mjs';
import { betweenScenes, canMove, withSegments } from '../../../assets/page/transition.mjs';
import { ScenePacker } from '../../../assets/page/pack.mjs';
import { createSceneCache, makeScene } from '../../../assets/core/scene.mjs';
import { DocumentBuilder } from '../build.mjs';

function blocks() {
  const builder = new DocumentBuilder().add('/x', { kind: 'input', type: 'Input', shape: 'B×8' });
  for (const name of ['p', 'q']) {
    builder.add(`/${name}`, { kind: 'layer', type: 'Block' }).add(`/${name}/a`, { type: 'MatMul' }).add(`/${name}/b`, { type: 'Relu' });
  }
  return builder.add('/y', { type: 'Softmax' }).link('/x -> /p/a -> /p/b -> /q/a -> /q/b -> /y').doc();
}

/** Worker and page of one document, with a real copy in between. */
function wire(doc) {
  const cache = createSceneCache();
  const packer = new ScenePacker();
  const unpacker = new SceneUnpacker(doc);
  return (open) => {
    const scene = makeScene(doc, { open: new Set(open.map((id) => (id === '/' ? 0 : doc.indexOf(id)))), direction: 'down' }, cache);
    const packed = packer.pack(scene);
    return { scene, packed, page: unpacker.unpack(structuredClone(packed)) };
  };
}

test('a scene arrives as it was sent', () => {
  const { scene, page } = wire(blocks())(['/', '/p', '/q']);
  assert.deepEqual([page.width, page.height, page.direction], [scene.width, scene.height, scene.direction]);
  assert.deepEqual(page.root.layout, scene.root.layout);
  assert.deepEqual(page.root.inner.map((level) => level?.item), scene.root.inner.map((level) => level?.item));
  assert.deepEqual(page.root.edges, scene.root.edges);
});

test('only what is new is sent, and equal blocks share one layout', () => {
  const send = wire(blocks());
  assert.equal(send(['/']).packed.fresh.length, 1);
  const both = send(['/', '/p', '/q']);
  assert.equal(both.packed.fresh.length, 2);
  assert.equal(both.page.root.inner[1].layout, both.page.root.inner[2].layout);
  assert.equal(send(['/']).packed.fresh.length, 0);
});

test('levels that did not change stay the same objects', () => {
  const send = wire(blocks());
  const before = send(['/', '/p']).page;
  const after = send(['/', '/p', '/q']).page;
  assert.equal(after.root.inner[1], before.root.inner[1]);
  assert.notEqual(after.root, before.root);
});

test('a movement begins at the old scene and ends at the new one', () => {
  const send = wire(blocks());
  const before = send(['/']).page;
  const after = send(['/', '/p']).page;
  assert.ok(canMove(before, after));
  assert.deepEqual([...betweenScenes(before, after, 0).root.layout.y], [...before.root.layout.y]);
  assert.deepEqual([...betweenScenes(before, after, 1).root.layout.y], [...after.root.layout.y]);
  const half = betweenScenes(before, after, 0.5);
  assert.equal(half.root.inner[1].opacity, 0.5);
  assert.equal(half.root.inner[1].rest, after.root.inner[1]);
});

test('a curve in more pieces stays the same curve', () => {
  const line = Float64Array.of(0, 0, 0, 10, 20, 20, 20, 30);
  const pieces = withSegments(line, 3);
  assert.equal(pieces.length, 20);
  assert.deepEqual([pieces[0], pieces[1], pieces[18], pieces[19]], [0, 0, 20, 30]);
  assert.deepEqual([pieces[6], pieces[7]], [10, 15]);
});

test('boxes are found by item and by place', () => {
  const doc = blocks();
  const { page } = wire(doc)(['/', '/p']);
  const inside = locate(doc, page, doc.indexOf('/p/b'));
  assert.equal(inside.item, doc.indexOf('/p/b'));
  assert.equal(placeAt(page, inside.box.x + 3, inside.box.y + 3).item, inside.item);
  assert.equal(locate(doc, page, doc.indexOf('/q/a')).item, doc.indexOf('/q'));
  assert.equal(placeAt(page, -5, -5), null);
});

test('arrow keys follow the edges, into open scopes and out of them', () => {
  const doc = blocks();
  const { page } = wire(doc)(['/', '/p']);
  const walk = ['/x'];
  for (let step = 0; step < 6; step++) walk.push(doc.id(moveFrom(doc, page, doc.indexOf(walk.at(-1)), 'forward', 'down')));
  assert.deepEqual(walk, ['/x', '/p', '/p/a', '/p/b', '/q', '/y', '/y']);
  assert.equal(doc.id(moveFrom(doc, page, doc.indexOf('/q'), 'back', 'down')), '/p');
  assert.equal(moveOfKey('ArrowRight', 'right'), 'forward');
  assert.equal(moveOfKey('ArrowRight', 'down'), 'after');
});

test('the worker answers errors in words', () => {
  const engine = new LayoutEngine();
  assert.match(engine.answer({ id: 1, order: { open: Int32Array.of(0), direction: 'down' } }).error, /before the document/);
  assert.match(engine.answer({ id: 2, text: '{}' }).error, /not a graphscope drawing document/);
});
