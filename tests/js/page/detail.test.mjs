import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Detail } from '../../../assets/page/detail.mjs';

/** @param {Detail} detail @param {number} interval @param {number} count @param {number} begin */
function run(detail, interval, count, begin) {
  let factor = 1;
  for (let i = 0; i < count; i++) factor = detail.next(begin + i * interval);
  return factor;
}

test('a picture that keeps up with the screen shows everything', () => {
  assert.equal(run(new Detail(), 16.7, 100, 0), 1);
});

test('a movement that is too slow leaves small things out, to a limit', () => {
  const detail = new Detail();
  assert.ok(run(detail, 33, 3, 0) > 1);
  assert.equal(run(detail, 33, 50, 100), 3);
});

test('a picture that stands still shows everything, and the next movement starts as coarse as the last', () => {
  const detail = new Detail();
  run(detail, 33, 10, 0);
  assert.equal(detail.next(1000), 1);
  assert.ok(detail.next(1033) > 1);
});

test('what becomes fast shows more again', () => {
  const detail = new Detail();
  const coarse = run(detail, 33, 10, 0);
  assert.ok(run(detail, 16.7, 30, 400) < coarse);
});
