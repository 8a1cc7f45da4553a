/** Halos lie under the edges that end at their boxes, however wide they are. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { readDocument } from '../../../assets/core/document.mjs';
import { createSceneCache, makeScene } from '../../../assets/core/scene.mjs';
import { Colours } from '../../../assets/page/colours.mjs';
import { paintPicture } from '../../../assets/page/paint.mjs';
import { initialState } from '../../../assets/page/state.mjs';
import { DocumentBuilder } from '../build.mjs';

const SIZE = { width: 800, height: 600 };

/** Notes in which order colours are used, and with which dashes. */
class Recorder {
  constructor() {
    this.steps = [];
    this.dash = [];
    this.canvas = SIZE;
    return new Proxy(this, {
      get: (target, name) => {
        if (name in target || typeof name !== 'string') return target[name];
        return (...values) => target.note(name, values);
      },
    });
  }

  note(name, values) {
    if (name === 'setLineDash') this.dash = values[0];
    if (name === 'clip') this.steps.push('clip');
    if (name === 'stroke') this.steps.push(`line ${this.strokeStyle}${this.dash.length > 0 ? ' dashed' : ''}`);
    if (name === 'fill' && values.length > 0) this.steps.push(`heads ${this.fillStyle}`);
    return null;
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

/** a -> b and a dashed edge back, which a diagnosis is about; it blames `a`. */
function ring() {
  const builder = new DocumentBuilder()
    .add('/x', { kind: 'input' })
    .add('/a', { kind: 'node_layer' })
    .add('/b', { kind: 'node_layer' })
    .link('/x -> /a -> /b')
    .link('/b -> /a', { kind: 2 });
  const raw = builder.raw();
  const [a, b] = ['/a', '/b'].map((path) => builder.at(path));
  raw.marks = [{ points: [{ item: a, label: 'look here', main: true }], items: [b], edges: [[a, b], [b, a]] }];
  return { doc: readDocument(JSON.parse(JSON.stringify(raw))), a };
}

function draw(doc, state, scale = 1) {
  const context = new Recorder();
  const open = new Set([0]);
  const scene = makeScene(doc, { open, direction: 'down' }, createSceneCache());
  const colours = new Colours(doc, 'light', 'type');
  const now = { ...initialState(), doc, scene, open, ...state };
  paintPicture(context, { scene, camera: { x: 0, y: 0, scale }, size: SIZE, ratio: 1, detail: 1 }, now, colours);
  return { steps: context.steps, colours };
}

test('the edges of what is blamed are drawn over its halo, the one that closes a cycle dashed', () => {
  const { doc } = ring();
  const { steps, colours } = draw(doc, { diagnosis: 0 });
  const { danger, dangerSoft, edge } = colours.theme;
  const halo = steps.indexOf(`line ${dangerSoft}`);
  assert.ok(halo > 0);
  assert.equal(steps.lastIndexOf(`line ${dangerSoft}`), halo);
  const over = steps.slice(halo + 1, halo + 9);
  assert.deepEqual(over, [
    'clip',
    ...[`line ${edge}`, `line ${edge}`, `line ${edge} dashed`, `heads ${edge}`],
    ...[`line ${danger}`, `line ${danger} dashed`, `heads ${danger}`],
  ]);
});

test('the edges of what is selected are drawn over its halo', () => {
  const { doc, a } = ring();
  const { steps, colours } = draw(doc, { selected: a, diagnosis: -1 });
  const halo = steps.indexOf(`line ${colours.glow}`);
  assert.equal(steps.lastIndexOf(`line ${colours.glow}`), halo);
  assert.ok(steps.indexOf(`heads ${colours.theme.accent}`) > halo);
});

test('from afar there are no heads to be saved', () => {
  const { doc } = ring();
  assert.ok(!draw(doc, { diagnosis: 0 }, 0.1).steps.includes('clip'));
});
