/** docs/query.md describes the language that there is. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { FIELDS } from '../../assets/core/query/fields.mjs';
import { searchItems } from '../../assets/core/query/search.mjs';
import { createSearchIndex } from '../../assets/core/query/words.mjs';
import { flat } from './build.mjs';

const PAGE = readFileSync(new URL('../../docs/query.md', import.meta.url), 'utf8');
const TABLE = PAGE.slice(PAGE.indexOf('| property |'), PAGE.indexOf('Every overlay'));

test('the table names every property', () => {
  const missing = FIELDS.map(({ key }) => key).filter((key) => !TABLE.includes(`\`${key}\``));
  assert.deepEqual(missing, []);
});

test('every example of the page is a query', () => {
  const index = createSearchIndex(flat('embedding -> softmax'));
  const lines = PAGE.slice(PAGE.indexOf('```') + 4, PAGE.indexOf('```\n\nWhat')).split('\n').map((line) => line.split('   ')[0]).filter(Boolean);
  const cells = TABLE.split('\n').slice(2).filter(Boolean).flatMap((row) => [...row.split(' | ').slice(-1)[0].matchAll(/`([^`]+)`/g)].map(([, query]) => query));
  assert.ok(lines.length > 5 && cells.length > 25);
  for (const query of [...lines, ...cells]) assert.equal(searchItems(index, query).complaint, null, query);
});
