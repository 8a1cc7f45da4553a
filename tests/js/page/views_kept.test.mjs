/** Addresses, packed scopes and bookmarks: pure text. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { readDocument } from '../../../assets/core/document.mjs';
import { readAddress, writeAddress } from '../../../assets/page/address.mjs';
import { Bookmarks, MOST_BOOKMARKS } from '../../../assets/page/bookmarks.mjs';
import { packOpen, unpackOpen } from '../../../assets/page/packing.mjs';
import { DocumentBuilder } from '../build.mjs';

const FULL = {
  selected: 'encoder/dense#2', edge: { scope: 'encoder', index: 3 }, overlay: 'flops', scale: 'linear', brush: { from: 1e6, to: null }, query: 'op:matmul & "x"=1',
  finding: 'filter', trace: { id: 'a:b/c', direction: 'upstream' }, step: 12, diagnosis: 1, theme: 'dark', language: 'zh', direction: 'right',
  open: ['encoder', 'encoder/层 1'], camera: { x: -12.5, y: 1034.25, scale: 0.125 }, dock: 'table', panes: 'split',
};

test('a whole view goes into an address and comes back', () => {
  assert.deepEqual(readAddress(`#${writeAddress(FULL)}`), FULL);
  const packed = { ...FULL, open: undefined, packed: 'abc.x-_1', brush: { codes: [0, 3] } };
  delete packed.open;
  assert.deepEqual(readAddress(writeAddress(packed)), packed);
});

test('the usual view has no address', () => {
  assert.equal(writeAddress({ overlay: 'type', direction: 'down', diagnosis: 0 }), '');
  assert.equal(writeAddress({ overlay: 'loss' }, 'loss'), '');
  assert.deepEqual(readAddress(''), {});
});

test('what makes no sense in an address is left out', () => {
  const odd = 'theme=pink&direction=up&at=1,2&at=a,b,c&step=-1&edge=x&trace=sideways:a&range=..x&kinds=1,,2&scale=cubic&find=all&lang=de&select=';
  assert.deepEqual(readAddress(odd), {});
  assert.deepEqual(readAddress('at=1,2,0'), {});
  assert.deepEqual(readAddress('at=1,2,1e999'), {});
});

function nested(n, name = 's') {
  const builder = new DocumentBuilder('nested');
  for (let i = 0; i < n; i++) builder.add(`/${name}${i}`, { kind: 'layer' }).add(`/${name}${i}/inner`, { kind: 'layer' }).add(`/${name}${i}/inner/op`);
  return readDocument(builder.raw());
}

test('open scopes are packed and unpacked', () => {
  const doc = nested(500);
  const scopes = Array.from({ length: doc.n }, (_, item) => item).filter((item) => item > 0 && doc.isScope(item));
  for (const share of [0, 1, 3, 7]) {
    const outer = scopes.filter((item, k) => doc.parent[item] === 0 && share > 0 && k % (2 * share) === 0);
    const open = new Set([0, ...outer]);
    const text = packOpen(doc, open);
    assert.match(text, /^[\w.-]+$/);
    assert.ok(text.length < 200, `${text.length} letters`);
    assert.deepEqual([...unpackOpen(doc, text)].sort((a, b) => a - b), [...open]);
  }
  const all = new Set([0, ...scopes]);
  assert.equal(unpackOpen(doc, packOpen(doc, all)).size, all.size);
});

test('an inner scope opens those around it', () => {
  const doc = nested(3);
  const inner = doc.indexOf('/s1/inner');
  assert.deepEqual([...unpackOpen(doc, packOpen(doc, new Set([0, inner])))].sort((a, b) => a - b), [0, doc.parent[inner], inner]);
});

test('scopes of another model, or of a damaged address, are refused', () => {
  const text = packOpen(nested(9), new Set([0, 1]));
  assert.equal(unpackOpen(nested(9, 't'), text), null);
  for (const odd of ['', '.', 'x', `${text}!`, text.replace('.', '')]) assert.equal(unpackOpen(nested(9), odd), null, odd);
  const doc = nested(9);
  assert.equal(unpackOpen(doc, `${text.split('.')[0]}.AAAAA`), null);
});

function shelf() {
  const kept = new Map();
  return { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => void kept.set(name, value) };
}

test('bookmarks are kept for each model', () => {
  const place = shelf();
  assert.equal(new Bookmarks('net', place).add(' the head ', 'select=head'), true);
  assert.deepEqual(new Bookmarks('net', place).list, [{ name: 'the head', view: 'select=head' }]);
  assert.deepEqual(new Bookmarks('other', place).list, []);
});

test('a bookmark takes the place of one of the same name, and can be forgotten', () => {
  const marks = new Bookmarks('net', shelf());
  marks.add('a', '1');
  marks.add('b', '2');
  marks.add('a', '3');
  assert.deepEqual(marks.list, [{ name: 'a', view: '3' }, { name: 'b', view: '2' }]);
  marks.remove(marks.list[0]);
  assert.deepEqual(marks.list.map(({ name }) => name), ['b']);
  for (let n = 0; n < MOST_BOOKMARKS + 5; n++) marks.add(`n${n}`, '');
  assert.equal(marks.list.length, MOST_BOOKMARKS);
});

test('without storage, or with a full one, they live as long as the page', () => {
  assert.equal(new Bookmarks('net', null).add('a', '1'), false);
  const full = { getItem: () => 'not JSON', setItem: () => { throw new Error('QuotaExceededError'); } };
  const marks = new Bookmarks('net', full);
  assert.equal(marks.add('a', '1'), false);
  assert.equal(marks.list.length, 1);
});

test('bookmarks go into a file and come back; other files are refused', () => {
  const marks = new Bookmarks('net', shelf());
  marks.add('a', 'select=x');
  const other = new Bookmarks('net2', shelf());
  assert.equal(other.read(marks.write()), 1);
  assert.deepEqual(other.list, marks.list);
  for (const text of ['', '{}', '[]', 'null', '{"format":"graphscope-bookmarks","version":2}']) {
    assert.throws(() => other.read(text), /This file holds no bookmarks/, text);
  }
  const odd = { format: 'graphscope-bookmarks', version: 1, bookmarks: [{ name: 3, view: '' }, { name: ' ', view: '' }, { name: 'x', view: 1 }, null, { name: 'y', view: 'overlay=flops' }] };
  assert.equal(other.read(JSON.stringify(odd)), 1);
});
