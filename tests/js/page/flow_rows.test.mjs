/** The table of producers and consumers, and the two projections that it and the panes show. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { cell, csvCell, filterRows, layerRows, operationRows, rowsAround, rowsAsCsv, sortRows } from '../../../assets/page/flow_rows.mjs';
import { liftTo, MOST_OPEN, openLayers, openOps } from '../../../assets/page/layers.mjs';
import { DocumentBuilder } from '../build.mjs';

function sample() {
  return new DocumentBuilder('net')
    .add('/x', { kind: 'input', shape: 'B×8', output_bytes: 32 })
    .add('/encoder', { kind: 'layer', type: 'Encoder' })
    .add('/encoder/dense', { kind: 'layer', type: 'Dense' })
    .add('/encoder/dense/MatMul', { shape: 'B×4', output_bytes: 16 })
    .add('/encoder/dense/BiasAdd', { shape: 'B×4', output_bytes: 16 })
    .add('/encoder/Split', { shape: 'B×2 +1', output_bytes: 16 })
    .add('/head', { kind: 'layer', type: 'Dense' })
    .add('/head/MatMul', { shape: 'B×1', output_bytes: 4, dtype: 'float16' })
    .link('/x -> /encoder/dense/MatMul -> /encoder/dense/BiasAdd -> /encoder/Split')
    .link('/encoder/Split -> /head/MatMul', { shape: 'B×2' })
    .doc();
}

const column = (doc, rows, name) => Array.from({ length: rows.length }, (_, row) => cell(doc, rows, row, name));

test('the layer view opens what holds layers and nothing else', () => {
  const doc = sample();
  assert.deepEqual([...openLayers(doc)].map((item) => doc.id(item)).sort(), ['/', '/encoder']);
  const lifted = liftTo(doc, openLayers(doc), doc.indexOf('/encoder/dense/MatMul'));
  assert.equal(doc.id(lifted), '/encoder/dense');
  assert.equal(liftTo(doc, openLayers(doc), 0), 0);
});

test('the op view opens everything, and in a large model the selected layer only', () => {
  const doc = sample();
  assert.ok(openOps(doc, -1).has(doc.indexOf('/head')));
  const large = new DocumentBuilder('large').add('/a', { kind: 'layer' }).add('/b', { kind: 'layer' });
  for (let k = 0; k <= MOST_OPEN; k++) large.add(`/a/op${k}`);
  large.add('/b/inner', { kind: 'operation' }).add('/b/inner/op');
  const built = large.doc();
  assert.ok(!openOps(built, -1).has(built.indexOf('/a')));
  const open = openOps(built, built.indexOf('/b/inner'));
  assert.ok(open.has(built.indexOf('/b')) && open.has(built.indexOf('/b/inner')) && !open.has(built.indexOf('/a')));
});

test('every tensor between operations is a row', () => {
  const doc = sample();
  const rows = operationRows(doc);
  assert.deepEqual(column(doc, rows, 'consumer'), ['/encoder/dense/MatMul', '/encoder/dense/BiasAdd', '/encoder/Split', '/head/MatMul']);
  assert.deepEqual(column(doc, rows, 'bytes'), [32, 16, 16, '']);
  assert.deepEqual(column(doc, rows, 'dtype'), ['float32', 'float32', 'float32', '']);
});

test('between layers only what leaves a layer is a row', () => {
  const doc = sample();
  const rows = layerRows(doc);
  assert.deepEqual(column(doc, rows, 'producer'), ['/x', '/encoder/dense', '/encoder/Split']);
  assert.deepEqual(column(doc, rows, 'consumer'), ['/encoder/dense', '/encoder/Split', '/head']);
});

test('filtering takes every word, sorting keeps unknown values last', () => {
  const doc = sample();
  const rows = operationRows(doc);
  assert.deepEqual([...filterRows(doc, rows, 'matmul ENCODER/dense')], [0, 1]);
  assert.deepEqual([...filterRows(doc, rows, '')], [0, 1, 2, 3]);
  const all = filterRows(doc, rows, '');
  assert.deepEqual([...sortRows(doc, rows, all, 'bytes', 1)], [1, 2, 0, 3]);
  assert.deepEqual([...sortRows(doc, rows, all, 'bytes', -1)], [0, 1, 2, 3]);
});

test('around a scope are the tensors that cross its border', () => {
  const doc = sample();
  const rows = operationRows(doc);
  const all = filterRows(doc, rows, '');
  assert.deepEqual([...rowsAround(doc, rows, all, doc.indexOf('/encoder/dense'))], [0, 2]);
  assert.deepEqual([...rowsAround(doc, rows, all, doc.indexOf('/encoder/Split'))], [2, 3]);
});

test('the file quotes what must be quoted and never holds a formula of a stranger', () => {
  assert.equal(csvCell('a,"b"'), '"a,""b"""');
  assert.equal(csvCell('two\nlines'), '"two\nlines"');
  for (const text of ['=1+1', '+1', '-1', '@sum', '\tx', '\rx', '\n=1', '＝1', '＠x']) assert.match(csvCell(text).replaceAll('"', ''), /^'/);
  for (const text of [' =1', '\u00a0@x', '"=1', 'a;=1', 'a\t+1', 'a, | -1', 'a\n=1']) assert.match(csvCell(text).replaceAll('"', ''), /'[=+\-@]/);
  assert.equal(csvCell('loss-a = x + y'), 'loss-a = x + y');
  assert.equal(csvCell(-5), '-5');
  const doc = sample();
  const rows = operationRows(doc);
  const text = rowsAsCsv(doc, rows, Int32Array.of(0), ['Producer', 'Consumer', 'Shape', 'Dtype', 'Bytes', 'Kind']);
  assert.equal(text, 'Producer,Consumer,Shape,Dtype,Bytes,Kind\r\n/x,/encoder/dense/MatMul,B×8,float32,32,data\r\n');
});

test('a hundred thousand rows filter and sort in a blink', () => {
  const builder = new DocumentBuilder('long');
  for (let k = 0; k < 5000; k++) builder.add(`/op${k}`, { shape: `B×${k % 7}` });
  for (let k = 0; k < 100_000; k++) builder.link(`/op${k % 4999} -> /op${(k % 4999) + 1}`);
  const doc = builder.doc();
  const rows = operationRows(doc);
  const begun = process.cpuUsage().user;
  const shown = filterRows(doc, rows, 'op4');
  sortRows(doc, rows, shown, 'shape', -1);
  assert.ok((process.cpuUsage().user - begun) / 1000 < 1500);
});
