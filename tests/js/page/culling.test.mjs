/** What is drawn of a large scene: only what the window shows, in the detail that it can show. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { createSceneCache, makeScene } from '../../../assets/core/scene.mjs';
import { Colours } from '../../../assets/page/colours.mjs';
import { paintPicture } from '../../../assets/page/paint.mjs';
import { initialState } from '../../../assets/page/state.mjs';
import { DocumentBuilder } from '../build.mjs';

const SIZE = { width: 1440, height: 900 };
const BLOCKS = 200;
const LAYERS = 40;

/** Counts what is called on a canvas; nothing is drawn. */
class Recorder {
  constructor() {
    this.counts = {};
    this.texts = [];
    this.canvas = SIZE; // as wide as the window
    this.font = '';
    return new Proxy(this, {
      get: (target, name) => {
        if (name in target || typeof name !== 'string') return target[name];
        return (...values) => {
          target.counts[name] = (target.counts[name] ?? 0) + 1;
          if (name === 'fillText') target.texts.push(values[0]);
          return null;
        };
      },
    });
  }
}

globalThis.Path2D ??= class {
  moveTo() {}
  lineTo() {}
  bezierCurveTo() {}
  closePath() {}
};
globalThis.OffscreenCanvas ??= class {
  getContext() {
    return new Recorder();
  }
};

function large() {
  const builder = new DocumentBuilder();
  for (let block = 0; block < BLOCKS; block++) {
    builder.add(`/block_${block}`, { kind: 'layer', type: 'Block' });
    for (let layer = 0; layer < LAYERS; layer++) {
      builder.add(`/block_${block}/layer_${layer}`, { type: 'MatMul', shape: 'B×8' });
      if (layer > 0) builder.link(`/block_${block}/layer_${layer - 1} -> /block_${block}/layer_${layer}`);
    }
    if (block > 0) builder.link(`/block_${block - 1}/layer_${LAYERS - 1} -> /block_${block}/layer_0`);
  }
  const doc = builder.doc();
  const open = new Set([0]);
  for (let item = 1; item < doc.n; item++) if (doc.isScope(item)) open.add(item);
  return { doc, open, scene: makeScene(doc, { open, direction: 'down' }, createSceneCache()) };
}

const { doc, open, scene } = large();

/** @param {{x: number, y: number, scale: number}} camera @param {number} [detail] */
function draw(camera, detail = 1) {
  const context = new Recorder();
  const now = { ...initialState(), doc, scene, open };
  paintPicture(context, { scene, camera, size: SIZE, ratio: 1, detail }, now, new Colours(doc, 'light', 'type'));
  const { counts, texts } = context;
  return { texts, calls: Object.values(counts).reduce((a, b) => a + b, 0) };
}

const whole = { x: 0, y: 0, scale: Math.min(SIZE.width / scene.width, SIZE.height / scene.height) };

test('nothing is drawn of a scene that lies outside of the window', () => {
  assert.deepEqual(draw({ x: scene.width + 5000, y: scene.height + 5000, scale: 1 }).texts, []);
});

test('at reading size only the boxes in the window are drawn', () => {
  const { texts, calls } = draw({ x: 0, y: 0, scale: 1 });
  const layers = new Set(texts.filter((text) => text.startsWith('layer_')));
  assert.ok(layers.size > 3, 'something is read');
  assert.ok(calls < 3000, `${calls} calls for one window`);
});

test('the whole scene costs far less than its boxes', () => {
  const { calls, texts } = draw(whole);
  assert.ok(calls < 8 * BLOCKS, `${calls} calls for ${BLOCKS * LAYERS} boxes`);
  assert.ok(!texts.some((text) => text.startsWith('layer_')));
});

test('a coarser picture is never dearer', () => {
  for (let scale = whole.scale; scale < 1; scale *= 1.6) {
    const camera = { x: 0, y: 0, scale };
    assert.ok(draw(camera, 3).calls <= draw(camera).calls, `at ${scale}`);
  }
});
