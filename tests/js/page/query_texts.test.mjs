/** What the query language says is data, looked up when it is shown: nothing of it may lack a translation. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';

import { ZH } from '../../../assets/core/languages/zh.mjs';
import { FIELDS } from '../../../assets/core/query/fields.mjs';

const QUERY = new URL('../../../assets/core/query/', import.meta.url);

test('every complaint and the label of every property has a Chinese translation', () => {
  const texts = FIELDS.map(({ label }) => label);
  for (const name of readdirSync(QUERY)) {
    const source = readFileSync(new URL(name, QUERY), 'utf8');
    for (const call of source.matchAll(/new QueryError\(([^{]*?(?:\{\w+\}[^{]*?)*), \{/g)) texts.push(...[...call[1].matchAll(/'((?:[^'\\]|\\.)+)'/g)].map(([, text]) => text).filter((text) => text !== 'end'));
  }
  assert.ok(texts.length > 40, `only ${texts.length} texts were found`);
  assert.deepEqual([...new Set(texts)].filter((text) => !Object.hasOwn(ZH, text)), []);
});
