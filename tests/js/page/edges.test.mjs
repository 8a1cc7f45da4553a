/** Pointing at edges, the edges of a node, traces on levels, and what fades. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { levelOf } from '../../../assets/core/level.mjs';
import { reach } from '../../../assets/core/query/reach.mjs';
import { makeScene, walkScene } from '../../../assets/core/scene.mjs';
import { describeEdge, endsOf } from '../../../assets/page/edge_facts.mjs';
import { distanceTo, edgeAt, edgesOf, sameEdge, tracedEdges } from '../../../assets/page/edge_places.mjs';
import { fadesHere, keptByHits } from '../../../assets/page/fading.mjs';
import { DocumentBuilder } from '../build.mjs';
import { moeTransformer } from '../samples.mjs';

const doc = new DocumentBuilder()
  .add('/x', { type: 'Input', kind: 'input', shape: 'B×4' })
  .add('/net', { type: 'Net', kind: 'layer' })
  .add('/net/a', { type: 'Dense', kind: 'node_layer', shape: 'B×8' })
  .add('/net/b', { type: 'Relu', shape: 'B×8' })
  .add('/net/c', { type: 'Relu', shape: 'B×9' })
  .add('/out', { type: 'Add', shape: 'B×8' })
  .add('/aside', { type: 'Sum', shape: 'B' })
  .link('/x -> /net/a -> /net/b -> /out')
  .link('/net/a -> /net/c -> /out')
  .link('/x -> /aside')
  .link('/x -> /net/a', { kind: 1, shape: 'B' })
  .doc();
const item = (/** @type {string} */ id) => doc.indexOf(id);
const ids = (/** @type {Uint8Array} */ marks) => [...marks].flatMap((is, at) => (is ? [doc.id(at)] : []));
const told = (/** @type {import('../../../assets/page/edge_places.mjs').EdgeKey} */ key) => describeEdge(doc, key).name;

test('the middle of every edge is the edge, and boxes hide what lies below them', () => {
  const scene = makeScene(doc, { open: new Set([0, item('/net')]) });
  let tried = 0;
  walkScene(scene, (level, x, y) => {
    level.layout.edges.forEach(({ points }, index) => {
      if (points.length < 8) return;
      const middle = points.length === 8 ? [0, 1].map((at) => (points[at] + 3 * points[at + 2] + 3 * points[at + 4] + points[at + 6]) / 8) : [points[6], points[7]];
      const found = edgeAt(scene, x + middle[0], y + middle[1], 3);
      tried++;
      // Where edges run together any of them is right.
      assert.ok(found && found.scope === level.item, `edge ${index} of ${doc.id(level.item)}`);
      assert.ok(distanceTo(level.layout.edges[found.index].points, middle[0], middle[1]) < 3);
    });
  });
  assert.ok(tried >= 6);
  const { layout, children } = scene.root;
  const k = [...children].indexOf(item('/out'));
  assert.equal(edgeAt(scene, layout.x[k] + 5, layout.y[k] + 5, 50), null);
  assert.equal(edgeAt(scene, -500, -500, 5), null);
});

test('distances to a straight curve', () => {
  const line = Float64Array.from([0, 0, 0, 10, 0, 20, 0, 30]);
  assert.ok(Math.abs(distanceTo(line, 4, 15) - 4) < 1e-9);
  assert.ok(Math.abs(distanceTo(line, 3, 34) - 5) < 1e-9);
});

test('the edges of a node: those that enter come first', () => {
  assert.deepEqual(edgesOf(doc, item('/net')).map(told), ['x → net', 'x → net', 'net → out']);
  assert.deepEqual(edgesOf(doc, item('/net/a')).map(told), ['x → a', 'x → a', 'a → b', 'a → c']);
  assert.deepEqual(edgesOf(doc, 0), []);
  const [first] = edgesOf(doc, item('/net'));
  assert.ok(sameEdge(first, { ...first }) && !sameEdge(first, null) && sameEdge(null, null));
});

test('what is said of an edge', () => {
  const [data, mask, out] = edgesOf(doc, item('/net'));
  assert.deepEqual(describeEdge(doc, data).facts, [['Shape', 'B×4']]);
  assert.deepEqual(describeEdge(doc, mask).facts, [['Shape', 'B'], ['Kind', 'mask']]);
  assert.deepEqual(describeEdge(doc, out).facts, [['Shape', 'B×8, B×9'], ['Tensors', '2']]);
  assert.deepEqual(endsOf(doc, out), { scope: '/', source: '/net', target: '/out', kind: 0 });
  assert.deepEqual(endsOf(doc, edgesOf(doc, item('/net/a'))[0]), { scope: '/net', source: null, target: '/net/a', kind: 0 });
});

test('a trace marks the way at every level, and scopes that it goes through', () => {
  const up = reach(doc, [item('/net/b')], 'upstream');
  assert.deepEqual(ids(up.items), ['/x', '/net/a']);
  assert.equal(up.nodes, 2);
  const trace = { item: item('/net/b'), direction: /** @type {const} */ ('upstream'), reach: up };
  const shown = (/** @type {number} */ scope) => tracedEdges(doc, trace, levelOf(doc, scope)).map((index) => told({ scope, index }));
  assert.deepEqual(shown(0), ['x → net', 'x → net']);
  assert.deepEqual(shown(item('/net')), ['x → a', 'x → a', 'a → b']);
  const down = reach(doc, [item('/x')], 'downstream');
  assert.deepEqual(ids(down.items), ['/net', '/net/a', '/net/b', '/net/c', '/out', '/aside']);
  assert.equal(reach(doc, [item('/net')], 'downstream').nodes, 1);
});

test('loops end a trace, and the start is never its own cause', () => {
  const loop = new DocumentBuilder().add('/a').add('/b').add('/c').link('/a -> /b -> /c -> /a').doc();
  const found = reach(loop, [loop.indexOf('/a')], 'upstream');
  assert.equal(found.nodes, 2);
  assert.equal(found.items[loop.indexOf('/a')], 0);
});

test('a filter keeps what was found, what is in it and what is around it', () => {
  assert.deepEqual(ids(keptByHits(doc, new Set([item('/net/b')]))), ['/', '/net', '/net/b']);
  const kept = keptByHits(doc, new Set([item('/net')]));
  assert.deepEqual(ids(kept), ['/', '/net', '/net/a', '/net/b', '/net/c']);
  assert.ok(fadesHere(kept, 0, item('/x')) && !fadesHere(kept, 0, item('/net')));
  const other = keptByHits(doc, new Set([item('/x')]));
  assert.ok(!fadesHere(other, item('/net'), item('/net/a')), 'what is in a faded scope fades once');
  assert.ok(!fadesHere(null, 0, 1));
});

test('tracing a transformer agrees with a slow search', () => {
  const large = moeTransformer(3, 9).doc();
  const start = large.indexOf('/block/block_1/attention/softmax');
  assert.ok(start > 0);
  const wanted = new Set([start]);
  for (let before = 0; before !== wanted.size; ) {
    before = wanted.size;
    for (let e = 0; e < large.edges.length; e++) if (wanted.has(large.edges.target[e])) wanted.add(large.edges.source[e]);
  }
  assert.equal(reach(large, [start], 'upstream').nodes, wanted.size - 1);
});
