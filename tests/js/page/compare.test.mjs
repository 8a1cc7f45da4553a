/** Which item is which in two graphs, and which change comes next. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { bothWays, Correspondence } from '../../../assets/compare/correspondence.mjs';
import { changeOf, stepFrom, visibleGroups } from '../../../assets/compare/stepping.mjs';
import { DocumentBuilder } from '../build.mjs';

function before() {
  const builder = new DocumentBuilder('before').add('/x', { kind: 'input', type: 'Input' }).add('/stage', { kind: 'block', type: 'Stage' });
  builder.add('/stage/a', { kind: 'layer', type: 'Dense' }).add('/stage/a/MatMul', { type: 'MatMul' }).add('/stage/a/Old', { type: 'Old' });
  return builder.add('/gone', { kind: 'node_layer', type: 'Dropout' }).add('/head', { kind: 'node_layer', type: 'Dense' }).doc();
}

function after() {
  const builder = new DocumentBuilder('after').add('/x', { kind: 'input', type: 'Input' }).add('/part', { kind: 'block', type: 'Stage' });
  builder.add('/part/b', { kind: 'layer', type: 'Dense' }).add('/part/b/MatMul', { type: 'MatMul' }).add('/part/b/Old', { type: 'New' });
  return builder.add('/top', { kind: 'node_layer', type: 'Dense' }).add('/gone', { kind: 'node_layer', type: 'ReLU' }).doc();
}

const pairs = bothWays([['/x', '/x'], ['/stage/a', '/part/b'], ['/head', '/top']]);
const [old, young] = [before(), after()];
const forth = new Correspondence(old, young, pairs.forth);
const partner = (/** @type {string} */ id) => {
  const item = forth.of(old.indexOf(id));
  return item < 0 ? null : young.id(item);
};

test('paired calls are partners, under whatever name', () => {
  assert.equal(partner('/stage/a'), '/part/b');
  assert.equal(partner('/head'), '/top');
});

test('what is inside a pair has the same path below it, and the same type', () => {
  assert.equal(partner('/stage/a/MatMul'), '/part/b/MatMul');
  assert.equal(partner('/stage/a/Old'), null);
});

test('a block is where what it holds has gone to', () => {
  assert.equal(partner('/stage'), '/part');
});

test('a path that something else has by now is no partner', () => {
  assert.equal(partner('/gone'), null);
  assert.deepEqual(forth.nearest(old.indexOf('/gone')), { item: 0, partner: 0 });
  assert.equal(young.id(forth.nearest(old.indexOf('/stage/a/Old')).partner), '/part/b');
});

test('open scopes are open on the other side, with all that is around them', () => {
  const open = forth.open([0, old.indexOf('/stage/a'), old.indexOf('/gone')]);
  assert.deepEqual([...open].map((item) => young.id(item)).sort(), ['/', '/part', '/part/b']);
});

test('partners are partners both ways', () => {
  const back = new Correspondence(young, old, pairs.back);
  for (let item = 0; item < old.n; item++) if (forth.of(item) >= 0) assert.equal(back.of(forth.of(item)), item, old.id(item));
});

const groups = /** @type {any[]} */ ([{ verdict: 'added', members: [{ item: '/a' }] }, { verdict: 'follows', members: [{ item: '/b' }] }, { verdict: 'changed', members: [{ item: '/c' }, { item: '/d' }] }]);

test('steps go through what is listed, and round', () => {
  const visible = visibleGroups(groups, new Set(['added', 'changed']));
  assert.deepEqual(visible, [0, 2]);
  assert.equal(stepFrom(visible, -1, 1), 0);
  assert.equal(stepFrom(visible, -1, -1), 2);
  assert.equal(stepFrom(visible, 0, 1), 2);
  assert.equal(stepFrom(visible, 2, 1), 0);
  assert.equal(stepFrom(visible, 0, -1), 2);
  assert.equal(stepFrom(visible, 1, 1), 2, 'from a change whose kind is not listed');
  assert.equal(stepFrom(visible, 1, -1), 0);
  assert.equal(stepFrom([], 1, 1), -1);
});

test('an item of the graph leads to its change', () => {
  assert.deepEqual(changeOf(groups, '/d'), { change: 2, member: 1 });
  assert.equal(changeOf(groups, '/e'), null);
});
