import assert from 'node:assert/strict';
import test from 'node:test';

import { complete } from '../../assets/core/query/complete.mjs';
import { FIELDS } from '../../assets/core/query/fields.mjs';
import { searchItems } from '../../assets/core/query/search.mjs';
import { createSearchIndex } from '../../assets/core/query/words.mjs';
import { DocumentBuilder } from './build.mjs';

const doc = new DocumentBuilder()
  .add('/encoder', { kind: 'layer', type: 'Encoder', shape: 'B×64' })
  .add('/encoder/a', { type: 'MatMul', shape: 'B×64', parameters: 5000, output_bytes: 4096 })
  .add('/encoder/b', { type: 'MatMul', shape: 'B×64', parameters: 2000000, output_bytes: 50 })
  .add('/odd name', { type: 'Max Pool', shape: 'B×8×8', role: 'output', weights: 'kernel, bias' })
  .link('/encoder/a -> /encoder/b -> /odd name')
  .doc();

/** What is offered, and what the query becomes when the first is taken. @param {string} query @param {number} [caret] */
function offered(query, caret = query.length) {
  return complete(doc, query, caret).map((each) => each.shown);
}

/** @param {string} query @param {number} [caret] */
function taken(query, caret = query.length) {
  const [first] = complete(doc, query, caret);
  return query.slice(0, first.from) + first.insert + query.slice(first.to);
}

test('properties by their beginning, also by their other names', () => {
  assert.deepEqual(offered('o'), ['op:', 'shape:', 'bytes>', 'outputs>']);
  assert.deepEqual(offered('op:matmul par'), ['params>']);
  assert.deepEqual(offered('-(dty'), ['dtype:']);
  assert.deepEqual(offered('zz'), []);
  assert.deepEqual(offered(''), []);
});

test('values of the document, the most frequent first', () => {
  assert.deepEqual(offered('op:'), ['MatMul', 'Max Pool']);
  assert.deepEqual(offered('op:pool'), ['Max Pool']);
  assert.deepEqual(offered('op:matmul,ma'), ['MatMul', 'Max Pool']);
  assert.deepEqual(offered('op:matmul'), []);
  assert.deepEqual(offered('layer:'), ['Encoder']);
  assert.deepEqual(offered('weights:b'), ['bias']);
  assert.deepEqual(offered('shape:'), ['(B,64)', '(B,8,8)']);
  assert.deepEqual(offered('out[-1]='), ['64', '8']);
  assert.deepEqual(offered('path:'), ['/encoder']);
  assert.deepEqual(offered('unowned:'), ['true', 'false']);
  assert.deepEqual(offered('role:'), ['output']);
});

test('limits that divide the nodes, with how many lie beyond', () => {
  assert.deepEqual(complete(doc, 'params>', 7).map(({ shown, count }) => [shown, count]), [['1k', 3], ['1M', 2]]);
  assert.deepEqual(offered('bytes>'), ['0', '1KiB'].slice(0, 2));
  assert.deepEqual(offered('params:'), []);
});

test('what is taken replaces what was begun and is quoted where it must be', () => {
  assert.equal(taken('op:mat out[-1]=64', 6), 'op:MatMul out[-1]=64');
  assert.equal(taken('op:max'), 'op:"Max Pool"');
  assert.equal(taken('-par'), '-params>');
  assert.equal(taken('shape:(B'), 'shape:(B,64)');
});

test('every completion and every example of the help is a query that can be answered', () => {
  const index = createSearchIndex(doc);
  for (const { example, key, type } of FIELDS) {
    if (type !== 'trace') assert.equal(searchItems(index, example).complaint, null, example);
    const operator = type === 'number' ? '>' : ':';
    for (const each of complete(doc, `${key}${operator}`, key.length + 1)) {
      const query = `${key}${operator}${each.insert}`;
      assert.equal(searchItems(index, query).complaint, null, query);
    }
  }
});
