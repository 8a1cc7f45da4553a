import assert from 'node:assert/strict';
import test from 'node:test';

import { fill } from '../../assets/core/query/errors.mjs';
import { searchItems } from '../../assets/core/query/search.mjs';
import { createSearchIndex } from '../../assets/core/query/words.mjs';
import { DocumentBuilder } from './build.mjs';

/** Two dense layers, one frozen, in an encoder; a softmax outside that belongs to no layer. */
function builder() {
  return new DocumentBuilder()
    .add('/image', { type: 'Input', kind: 'input', shape: 'B×784', role: 'input' })
    .add('/encoder', { kind: 'layer', type: 'Encoder', shape: 'B×10', flags: 3 })
    .add('/encoder/wide', { kind: 'layer', type: 'Dense', shape: 'B×768', flags: 1, weights: 'kernel, bias' })
    .add('/encoder/wide/MatMul', { type: 'MatMul', family: 'matmul', shape: 'B×768', parameters: 602112, flops: 1204224, output_bytes: 3072, flags: 1 })
    .add('/encoder/wide/BiasAdd', { type: 'BiasAdd', shape: 'B×768', parameters: 768, flops: null, output_bytes: 3072 })
    .add('/encoder/narrow', { kind: 'layer', type: 'Dense', shape: 'B×10', flags: 2, weights: 'kernel' })
    .add('/encoder/narrow/MatMul', { type: 'MatMul', family: 'matmul', shape: 'B×10', dtype: 'float16', parameters: 7680, output_bytes: 40, flags: 2 })
    .add('/soft max', { type: 'Softmax', shape: 'B×10 +1', role: 'output', flags: 4 })
    .add('/image_odd', { type: 'Reshape', shape: 'B×(T+1)×?', role: 'hidden' })
    .link('/image -> /encoder/wide/MatMul -> /encoder/wide/BiasAdd -> /encoder/narrow/MatMul -> /soft max')
    .link('/image -> /image_odd');
}

const index = createSearchIndex(builder().doc());

/** Ids of what is found, or the complaint. @param {string} query */
function find(query) {
  const { items, complaint } = searchItems(index, query);
  return complaint ? fill(complaint.text, complaint.values) : items.map((item) => index.doc.id(item)).sort();
}

/** @param {string} query @param {...string} ids */
function finds(query, ...ids) {
  assert.deepEqual(find(query), ids.sort(), query);
}

const WIDE = '/encoder/wide';
const NARROW = '/encoder/narrow';
const [FIRST, BIAS, SECOND] = [`${WIDE}/MatMul`, `${WIDE}/BiasAdd`, `${NARROW}/MatMul`];

test('texts are the whole word in any letter case, with wildcards and alternatives', () => {
  finds('op:matmul', FIRST, SECOND);
  finds('op:mat', ...[]);
  finds('op:*a*m?l', FIRST, SECOND);
  finds('op:biasadd,softmax', BIAS, '/soft max');
  finds('op:/^soft/', '/soft max');
  finds('layer:dense', WIDE, NARROW);
  finds('layer:matmul', ...[]);
  finds('name:"soft max"', '/soft max');
  finds('dtype:float16', SECOND);
  finds('role:input,output', '/image', '/soft max');
  finds('kind:input', '/image');
  finds('family:matmul', FIRST, SECOND);
  finds('op!=matmul kind:op', BIAS, '/soft max', '/image_odd');
});

test('conditions side by side must all hold; or, not and parentheses', () => {
  finds('op:matmul out[-1]=768', FIRST);
  finds('op:matmul and out[-1]=768', FIRST);
  finds('op:matmul -dtype:float16', FIRST);
  finds('op:matmul not dtype:float16', FIRST);
  finds('op:softmax or op:biasadd', BIAS, '/soft max');
  finds('path:encoder (op:biasadd | op:matmul) -out[-1]=10', FIRST, BIAS);
  finds('-(op:matmul or op:biasadd) kind:op', '/soft max', '/image_odd');
});

test('numbers take units and ranges', () => {
  finds('params>100k kind:op', FIRST);
  finds('params:1k..10k kind:op', SECOND);
  finds('parameters>=602_112 kind:op', FIRST);
  finds('bytes>=3KiB kind:op', FIRST, BIAS);
  finds('bytes > 3kB kind:op', FIRST, BIAS);
  finds('flops:unknown op:biasadd', BIAS);
  finds('flops<1 op:biasadd', ...[]);
  finds('rank:3', '/image_odd');
  finds('inputs:0 kind:op,input', '/image');
  finds('outputs=0 kind:op', '/soft max', '/image_odd');
  finds('nodes>2', '/encoder');
  finds('depth:0 kind:layer', '/encoder');
});

test('shapes by pattern and by dimension', () => {
  finds('shape:(?,768) kind:op', FIRST, BIAS);
  finds('shape:(B,*)', '/image', '/encoder', WIDE, FIRST, BIAS, NARROW, SECOND, '/soft max', '/image_odd');
  finds('shape:(*,10) kind:op', SECOND, '/soft max');
  finds('shape:(?,t+1,*)', '/image_odd');
  finds('shape:B×784', '/image');
  finds('shape:(?,>=700) kind:op', FIRST, BIAS);
  finds('shape:unknown', '/image_odd');
  finds('in[-1]=768 kind:op', BIAS, SECOND);
  finds('in:(?,784) kind:layer', '/encoder', WIDE);
  finds('out[-1]>700 kind:layer', WIDE);
  finds('out[0]=B kind:input', '/image');
});

test('weights, training, ownership', () => {
  finds('trainable:false kind:layer', NARROW);
  finds('trainable:true kind:layer', WIDE, '/encoder');
  finds('weights:bias', WIDE);
  finds('unowned:true', '/soft max');
});

test('paths by parts and with wildcards', () => {
  finds('path:encoder/wide', WIDE, FIRST, BIAS);
  finds('path:wide', WIDE, FIRST, BIAS);
  finds('path:wid', ...[]);
  finds('path:encoder/*', WIDE, NARROW);
  finds('path:encoder/**', WIDE, NARROW, FIRST, BIAS, SECOND);
  finds('path:**/matmul', FIRST, SECOND);
});

test('what leads to a node and what depends on it', () => {
  finds('upstream:narrow', '/image', WIDE, FIRST, BIAS);
  finds('downstream:/encoder/wide', NARROW, SECOND, '/soft max');
  finds('downstream:image op:reshape', '/image_odd');
  assert.equal(find('upstream:nobody'), 'No node is called "nobody".');
});

test('complaints say what is wrong and where', () => {
  assert.equal(find('oq:matmul'), 'There is no property "oq"; did you mean "op"? Put text in quotes to find it as it is.');
  assert.equal(find('params>many'), '"many" is not a number; write 1000, 1.5M or 10k..1M.');
  assert.equal(find('(op:matmul'), 'A parenthesis is not closed.');
  assert.equal(find('op:matmul)'), 'There is no opening parenthesis for this one.');
  assert.equal(find('op:'), '"op" needs a value, as in op:matmul');
  assert.equal(find('op>3'), '"op" has no order; use ":" instead of ">".');
  assert.equal(find('op[1]:x'), 'Only shapes have dimensions: write shape[-1] or in[0].');
  assert.equal(find('trainable:maybe'), '"maybe" should be true or false.');
  assert.equal(find('shape:(?,,3)'), 'A dimension is missing in this shape; `?` is any one dimension, `*` any number of them.');
  assert.equal(find('op:matmul or'), 'The query ends where something is expected.');
  assert.match(String(find('/(/')), /^Not a regular expression: /);
  assert.match(String(find('-'.repeat(500) + 'x')), /nested too deeply/);
  const { complaint } = searchItems(index, 'op:matmul params>many');
  assert.deepEqual([complaint?.from, complaint?.to], [17, 21]);
});

test('overlays of the document are properties too, numbers and kinds', () => {
  const raw = builder().raw();
  const values = raw.items.id.map(() => null);
  raw.overlays.push({ name: 'time', label: 'Time', unit: 's' }, { name: 'device', label: 'Device', scale: 'category', categories: ['cpu', 'gpu:0'] });
  raw.values.time = values.map((_, item) => (item === 3 ? 0.002 : null));
  raw.values.device = values.map((_, item) => (item === 4 ? 1 : 0));
  const own = createSearchIndex(builder().read(raw));
  assert.deepEqual(searchItems(own, 'time>1ms').items, [3]);
  assert.deepEqual(searchItems(own, 'time<=0.002').items, [3]);
  assert.deepEqual(searchItems(own, 'device:gpu*').items, [4]);
});

test('code and classes of a user’s own are found by one property', () => {
  const own = createSearchIndex(new DocumentBuilder().add('/plain').add('/held', { flags: 8 }).add('/own', { flags: 16 }).doc());
  assert.deepEqual(searchItems(own, 'code:true').items.map((item) => own.doc.id(item)), ['/held', '/own']);
  assert.deepEqual(searchItems(own, 'code:false -kind:root').items.map((item) => own.doc.id(item)), ['/plain']);
});

test('a document without the newer columns says so', () => {
  const raw = builder().raw();
  delete raw.items.flags;
  delete raw.items.weights;
  const old = createSearchIndex(builder().read(raw));
  assert.match(fill(searchItems(old, 'unowned:true').complaint?.text ?? '', { key: 'unowned' }), /does not tell "unowned"/);
});

test('any text is a query or a complaint, never an exception', () => {
  const parts = ['op:', 'matmul', '(', ')', '-', 'or', 'not', '"', '/', '[', '-1]', '=', '>', '1k', '..', '?', '*', '\\', ' ', 'shape:(', 'path:', 'upstream:', 'in[0]', 'é', '×', '('];
  let seed = 7;
  const next = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  for (let round = 0; round < 4000; round++) {
    const text = Array.from({ length: 1 + Math.floor(next() * 8) }, () => parts[Math.floor(next() * parts.length)]).join('');
    const { items, complaint } = searchItems(index, text);
    assert.ok(Array.isArray(items) && (complaint === null || complaint.text !== ''), text);
  }
});
