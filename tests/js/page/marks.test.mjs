/** What a diagnosis highlights, and where the camera goes for it. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { levelOf } from '../../../assets/core/level.mjs';
import { readDocument } from '../../../assets/core/document.mjs';
import { markedEdges, placeLabel } from '../../../assets/page/marks.mjs';
import { openAtFirst, openMarked } from '../../../assets/page/opening.mjs';
import { READABLE_SCALE, revealAll, toScreen } from '../../../assets/page/viewport.mjs';
import { DocumentBuilder } from '../build.mjs';

const WINDOW = { width: 800, height: 600 };

/** x -> block(a -> b) -> sum, x -> sum; marked is the way from `a` to `sum`. */
function marked() {
  const builder = new DocumentBuilder()
    .add('/x', { kind: 'input' })
    .add('/block', { kind: 'layer', type: 'Block' })
    .add('/block/a', { kind: 'node_layer' })
    .add('/block/b', { kind: 'node_layer' })
    .add('/other', { kind: 'layer', type: 'Block' })
    .add('/other/c', { kind: 'node_layer' })
    .add('/sum', { kind: 'node_layer' })
    .link('/x -> /block/a -> /block/b -> /sum')
    .link('/x -> /sum')
    .link('/x -> /other/c');
  const raw = builder.raw();
  const at = (path) => builder.at(path);
  const way = [['/block/a', '/block/b'], ['/block/b', '/sum']];
  raw.marks = [
    {
      points: [{ item: at('/sum'), label: 'fails here', main: true }],
      items: [at('/block/a'), at('/block/b')],
      edges: way.map((ends) => ends.map(at)),
    },
    { points: [{ item: at('/other'), label: 'look here', main: true }], items: [], edges: [] },
  ];
  return { doc: readDocument(JSON.parse(JSON.stringify(raw))), at };
}

const ends = (doc, graph, edges) =>
  edges.map((e) => [graph.edges[e].source, graph.edges[e].target].map((k) => (k < 0 ? 'outside' : doc.name(graph.children[k]))).join('>'));

test('marked edges are lifted to every level that they cross', () => {
  const { doc, at } = marked();
  const on = (path) => {
    const graph = levelOf(doc, path === '/' ? 0 : at(path));
    return ends(doc, graph, markedEdges(doc, doc.marks[0], graph));
  };
  assert.deepEqual(on('/'), ['block>sum']);
  assert.deepEqual(on('/block'), ['a>b', 'b>outside']);
  assert.deepEqual(on('/other'), []);
});

test('what is marked is opened, for the chosen diagnosis only', () => {
  const { doc, at } = marked();
  assert.deepEqual([...openAtFirst(doc)], [0, at('/block')]);
  assert.deepEqual([...openMarked(doc, new Set([0]), 1)], [0, at('/other')]);
  const open = new Set([0, at('/block')]);
  assert.equal(openMarked(doc, open, 0), open);
  assert.equal(openMarked(doc, open, 7), open);
});

test('a document without a diagnosis has no marks', () => {
  const doc = new DocumentBuilder().add('/x').doc();
  assert.deepEqual(doc.marks, []);
});

test('boxes that are in sight leave the camera alone', () => {
  const camera = { x: 0, y: 0, scale: 1 };
  assert.equal(revealAll(camera, [{ x: 10, y: 10, width: 100, height: 40 }], WINDOW, null), camera);
});

test('all boxes are brought into the window where that stays readable', () => {
  const boxes = [{ x: 900, y: 700, width: 100, height: 40 }, { x: 300, y: 100, width: 100, height: 40 }];
  const camera = revealAll({ x: 0, y: 0, scale: 1 }, boxes, WINDOW, null);
  assert.ok(camera.scale >= READABLE_SCALE);
  for (const box of boxes) {
    const corner = toScreen(camera, box.x, box.y);
    assert.ok(corner.x > 0 && corner.x < WINDOW.width && corner.y > 0 && corner.y < WINDOW.height);
  }
});

test('of boxes that lie too far apart the first is shown at a readable size', () => {
  const boxes = [{ x: 0, y: 90000, width: 100, height: 40 }, { x: 0, y: 0, width: 100, height: 40 }];
  const camera = revealAll({ x: 0, y: 0, scale: 1 }, boxes, WINDOW, null);
  assert.ok(camera.scale >= READABLE_SCALE);
  const corner = toScreen(camera, 50, 90020);
  assert.ok(Math.abs(corner.x - 400) < 1 && Math.abs(corner.y - 300) < 1);
});

test('a label stands where it covers no other box', () => {
  const size = { width: 60, height: 16 };
  const place = (seen, ...others) => {
    const boxes = [{ x: 200, y: 100, width: 100, height: 40 }, ...others];
    const column = (name) => Float64Array.from(boxes, (box) => box[name]);
    const level = { layout: { x: column('x'), y: column('y') }, widths: column('width'), heights: column('height') };
    return placeLabel({ box: boxes[0], level, position: 0 }, size, 8, seen);
  };
  const beside = (...others) => place(undefined, ...others);
  assert.deepEqual(beside(), { x: 308, y: 112 });
  const right = { x: 330, y: 100, width: 80, height: 40 };
  const left = { x: 90, y: 100, width: 80, height: 40 };
  assert.deepEqual(beside(right), { x: 132, y: 112 });
  assert.deepEqual(beside(right, left), { x: 240, y: 144 });
  const narrow = { left: 0, right: 320 };
  assert.deepEqual(place(narrow), { x: 132, y: 112 }, 'it would be cut at the edge of the window');
  assert.deepEqual(place(narrow, left), { x: 240, y: 144 });
  assert.deepEqual(place({ left: 190, right: 250 }), { x: 308, y: 112 }, 'nowhere is it seen as a whole');
});
