import assert from 'node:assert/strict';
import test from 'node:test';

import { fill } from '../../assets/core/query/errors.mjs';
import { searchItems } from '../../assets/core/query/search.mjs';
import { createSearchIndex } from '../../assets/core/query/words.mjs';
import { DocumentBuilder } from './build.mjs';

function find(query) {
  const doc = new DocumentBuilder()
    .add('/dense_block', { kind: 'layer', type: 'Block' })
    .add('/dense_block/first', { type: 'MatMul', shape: 'B×26×32' })
    .add('/my_dense', { type: 'Add' })
    .add('/dense', { type: 'Add' })
    .add('/relu', { type: 'DenseRelu' })
    .doc();
  const { items, complaint } = searchItems(createSearchIndex(doc), query);
  return complaint ? fill(complaint.text, complaint.values) : items.map((item) => doc.id(item));
}

test('exact name, beginning, inside, type, path', () => {
  assert.deepEqual(find('dense'), ['/dense', '/dense_block', '/my_dense', '/relu', '/dense_block/first']);
});

test('letter case does not matter and all words must match', () => {
  assert.deepEqual(find('DENSE add'), ['/my_dense', '/dense']);
  assert.deepEqual(find('dense nothing'), []);
});

test('shapes are searched', () => {
  assert.deepEqual(find('26×32'), ['/dense_block/first']);
});

test('a pattern between slashes is a regular expression', () => {
  assert.deepEqual(find('/^my_.*$/'), ['/my_dense']);
});

test('a broken pattern is explained', () => {
  assert.match(find('/(/'), /^Not a regular expression: /);
});

test('an empty query finds nothing', () => {
  assert.deepEqual(find('  '), []);
});
