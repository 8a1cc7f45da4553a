import assert from 'node:assert/strict';
import test from 'node:test';

import { tellItem } from '../../assets/core/categories.mjs';
import { addNodeData, readNodeData } from '../../assets/core/node_data.mjs';
import { createScale, legendOf, overlayFill } from '../../assets/core/overlay.mjs';
import { themeOf } from '../../assets/core/theme.mjs';
import { DocumentBuilder } from './build.mjs';

const LIGHT = themeOf('light');

function network() {
  return new DocumentBuilder()
    .add('/x', { kind: 'input' })
    .add('/encoder', { kind: 'layer' })
    .add('/encoder/a', { kind: 'node_layer', type: 'Dense' })
    .add('/encoder/b', { kind: 'node_layer', type: 'Dense' })
    .add('/again', { kind: 'layer' })
    .add('/again/b', { kind: 'node_layer', type: 'Dense' })
    .doc();
}

/** The overlay of some data, what it says of an item, and the notes. */
function lay(raw, source = 'scores.json') {
  const doc = network();
  const [name] = addNodeData(doc, raw, source);
  const overlay = doc.overlays.find((each) => each.name === name);
  return { doc, overlay, value: (id) => doc.value(name, doc.indexOf(id)), told: (id) => tellItem(doc, overlay, doc.indexOf(id)), fill: (id) => overlayFill(createScale(doc, name, LIGHT), doc.indexOf(id)) };
}

test('numbers by id become an overlay, and scopes show what they fold to', () => {
  const raw = { name: 'Score', unit: 'ms', values: { '/encoder/a': 2, '/encoder/b': 3 } };
  assert.equal(lay(raw).value('/encoder'), 3);
  for (const [fold, value] of [['sum', 5], ['mean', 2.5], ['smallest', 2], ['none', NaN]]) assert.equal(lay({ ...raw, fold }).value('/encoder'), value);
  const { overlay, told, value } = lay(raw);
  assert.deepEqual([overlay.name, overlay.label, overlay.own], ['data-score', 'Score', true]);
  assert.equal(told('/encoder/a'), '2 ms');
  assert.ok(Number.isNaN(value('/x')));
});

test('a name means all calls of layers with that name', () => {
  const { value } = lay({ values: { b: 7 } });
  assert.deepEqual(['/encoder/b', '/again/b', '/encoder/a'].map(value), [7, 7, NaN]);
});

test('texts become categories, and a scope of several is mixed', () => {
  const { overlay, told } = lay({ name: 'Device', values: { '/encoder/a': 'gpu:0', '/encoder/b': 'gpu:1', '/again/b': 'gpu:1' } });
  assert.deepEqual([overlay.scale, overlay.categories], ['category', ['gpu:0', 'gpu:1', 'mixed']]);
  assert.deepEqual(['/encoder/a', '/encoder', '/again', '/x'].map(told), ['gpu:0', 'mixed', 'gpu:1', '']);
});

test('node data of Model Explorer is read with its thresholds', () => {
  const results = { '/encoder/a': { value: 5 }, '/encoder/b:0': { value: 40 }, '/again/b': { value: 400 } };
  const { overlay, fill } = lay({ main: { results, thresholds: [{ value: 50, bgColor: 'blue' }, { value: 10, bgColor: 'red' }] } }, 'out/error.json');
  assert.equal(overlay.label, 'error');
  assert.deepEqual(['/encoder/a', '/encoder/b', '/again/b'].map(fill), ['#ff0000', '#0000ff', LIGHT.box]);
});

test('a gradient goes before thresholds, and the colour of a node before both', () => {
  const gradient = [{ stop: 1, bgColor: '#000' }, { stop: 0, bgColor: 'white' }];
  const { doc, overlay, fill } = lay({ results: { '/encoder/a': { value: -1 }, '/encoder/b': { value: 1 }, '/again/b': { value: 0 }, '/x': { value: 0, bgColor: 'tomato' } }, gradient, thresholds: [{ value: 9, bgColor: 'red' }] });
  assert.deepEqual(['/encoder/a', '/encoder/b', '/again/b', '/x'].map(fill), ['#ffffff', '#000000', '#808080', '#ff6347']);
  assert.deepEqual(legendOf(createScale(doc, overlay.name, LIGHT)).ticks.map(({ label }) => label), ['-1', '1']);
});

test('several graphs are several overlays, and equal names stay apart', () => {
  const doc = network();
  assert.deepEqual(addNodeData(doc, { one: { results: {} }, two: { results: {} } }, 'e.json'), ['data-e-one', 'data-e-two']);
  assert.deepEqual(addNodeData(doc, { values: {} }, 'e (one).json'), ['data-e-one-2']);
});

test('values of no node are told in a note', () => {
  const { doc } = lay({ values: { '/encoder/a': 1, '/nowhere': 2, toString: 3 } });
  assert.deepEqual(doc.notes.map(({ message }) => message), ['scores.json: 2 of 3 values belong to no node of this graph: "/nowhere", "toString"']);
});

test('what is wrong is said in one sentence', () => {
  const wrong = [
    [[], /holds no JSON object/],
    [{ name: 'x' }, /neither "values" \(graphscope\) nor "results"/],
    [{ values: { a: [1] } }, /the value of "a" is neither a number nor a text/],
    [{ values: {}, fold: 'median' }, /the fold "median" is unknown; known are sum, mean/],
    [{ results: { a: 3 } }, /the result of "a" is no object/],
    [{ results: {}, thresholds: [{ value: 'x', bgColor: 'red' }] }, /a threshold is "x", which is no number/],
    [{ results: {}, gradient: [{ stop: 0, bgColor: 'url(x)' }] }, /"url\(x\)" is no colour/],
    [{ results: {}, gradient: {} }, /are lists of objects/],
  ];
  for (const [raw, message] of wrong) assert.throws(() => readNodeData(raw, 'scores.json'), message);
});

test('strange keys and long texts do no harm', () => {
  const { doc, overlay } = lay(JSON.parse('{"name": "<b>", "values": {"__proto__": 1, "constructor": "x", "/x": "' + 'y'.repeat(500) + '"}}'));
  assert.equal(overlay.label, '<b>');
  assert.ok(overlay.categories.every((name) => name.length <= 80));
  assert.equal(doc.notes.length, 1);
});

test('files of values are told from graphs and other JSON', async () => {
  const { holdsValues } = await import('../../assets/page/overlay_values.mjs');
  const holds = (text, name = 'a.json') => holdsValues(new File([text], name));
  assert.equal(await holds('{"name": "x", "values": {"a": 1}}'), true);
  assert.equal(await holds('\n{"main": {"results" : {"a": {"value": 1}}}}', 'B.JSON'), true);
  assert.equal(await holds('{"values": {"a": 1}}', 'a.keras'), false);
  assert.equal(await holds('[{"values": {}}]'), false);
  assert.equal(await holds('{"format": "graphscope-graph", "nodes": [], "values": {}}'), false);
});
