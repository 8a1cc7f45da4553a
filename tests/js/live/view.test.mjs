/** Pure parts of the live page: address, table, cards, numbers. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { FIRST_VIEW, readView, writeView } from '../../../assets/live/address.mjs';
import { describeCard } from '../../../assets/live/card_text.mjs';
import { pointsFor } from '../../../assets/live/curve_store.mjs';
import { formatAgo, formatConfig, formatDuration, formatMetric, formatScalar } from '../../../assets/live/format.mjs';
import { groupCards, isOpen } from '../../../assets/live/metric_cards.mjs';
import { columnsOf, nextSort, rowsOf } from '../../../assets/live/rows.mjs';
import { selectRun } from '../../../assets/live/selection.mjs';
import { live, metric, run } from './runs.mjs';

test('an address says the whole view, and nothing of the first one', () => {
  assert.equal(writeView(FIRST_VIEW), '');
  const view = {
    ...FIRST_VIEW, x: 'epoch', smoothing: 0.85, logX: true, logY: true, hidden: ['a&b', 'c:1'], colours: { 'c:1': 4 }, sort: '-config:optimizer.learning_rate', find: 'adam 0.01',
    metricFind: 'loss', selected: ['x', 'y'], comparing: true, turned: ['time'], wide: ['loss'], zoom: { 'a:loss': [1.5, 2500] },
  };
  assert.deepEqual(readView(`#${writeView(view)}`), view);
});

test('an address that makes no sense is the first view', () => {
  assert.deepEqual(readView('#x=moon&smooth=high&zoom=loss&zoom=loss:9:3&colour=a&compare=1&log=z'), FIRST_VIEW);
  assert.equal(readView('#smooth=7').smoothing, 0.99);
});

test('training and validation of a metric share a card; the loss is first', () => {
  const groups = groupCards(['accuracy', 'val_loss', 'loss', 'val_auc'].map((name) => metric(name)), '');
  assert.deepEqual(groups.map((group) => [group.name, group.cards.map((card) => card.metrics)]), [
    ['train', [['loss', 'val_loss'], ['accuracy']]],
    ['validation', [['val_auc']]],
  ]);
});

test('metrics are filtered by parts of their names', () => {
  const metrics = ['loss', 'accuracy', 'auc'].map((name) => metric(name));
  assert.deepEqual(groupCards(metrics, 'LOSS, auc')[0].cards.map((card) => card.key), ['loss', 'auc']);
  assert.deepEqual(groupCards(metrics, 'nothing'), []);
});

test('time and memory are folded until they are opened', () => {
  assert.deepEqual(['train', 'time', 'memory'].map((group) => isOpen(group, [])), [true, false, false]);
  assert.deepEqual(['train', 'time'].map((group) => isOpen(group, ['train', 'time'])), [false, true]);
});

test('runs are sorted with the unknown last in both directions', () => {
  const loss = (best) => ({ loss: { last: best, best, best_at: 1, per: 'step' } });
  const state = live([run({ key: 'a', metrics: loss(0.5) }), run({ key: 'b', metrics: loss('NaN') }), run({ key: 'c', metrics: loss(0.2) }), run({ key: 'd' })], { metrics: [metric('loss')] });
  const keys = (sort) => rowsOf(state, '', sort).map(({ key }) => key).join('');
  assert.equal(keys('loss').slice(0, 2), 'ca');
  assert.equal(keys('-loss').slice(0, 2), 'ac');
  assert.deepEqual([nextSort('', 'loss'), nextSort('loss', 'loss'), nextSort('-loss', 'loss')], ['loss', '-loss', '']);
});

test('the newest run is first until one sorts', () => {
  assert.deepEqual(rowsOf(live([run({ key: 'a', started: 1 }), run({ key: 'b', started: 2 })]), '', '').map(({ key }) => key), ['b', 'a']);
});

test('runs are found by name, status and setting', () => {
  const state = live(
    [run({ key: 'a', name: 'wide net', config: { 'optimizer.learning_rate': 0.01 } }), run({ key: 'b', status: 'failed', config: { 'optimizer.learning_rate': 0.001 } })],
    { differing: ['optimizer.learning_rate'] },
  );
  const found = (find) => rowsOf(state, find, '').map(({ key }) => key);
  assert.deepEqual(found('WIDE'), ['a']);
  assert.deepEqual(found('failed'), ['b']);
  assert.deepEqual(found('learning_rate=0.01'), ['a']);
  assert.deepEqual(found('wide failed'), []);
});

test('columns are the metrics that runs are judged by, and what differs', () => {
  const state = live([run()], { metrics: ['loss', 'val_loss', 'time/wait'].map((name) => metric(name)), differing: ['optimizer.learning_rate'] });
  assert.deepEqual(columnsOf(state).map(({ id }) => id), ['run', 'step', 'val_loss', 'config:optimizer.learning_rate', 'duration', 'speed']);
});

test('a column of a setting has a short name and tells the whole path', () => {
  const [, , first, second] = columnsOf(live([run()], { differing: ['optimizer.class', 'optimizer.learning_rate'] }));
  assert.deepEqual([first.label, second.label, second.title], ['optimizer', 'learning_rate', 'optimizer.learning_rate']);
});

test('a third selected run takes the place of the older one', () => {
  assert.deepEqual([selectRun([], 'a'), selectRun(['a'], 'b'), selectRun(['a', 'b'], 'c'), selectRun(['a', 'b'], 'a')], [['a'], ['a', 'b'], ['b', 'c'], ['b']]);
});

test('numbers are written for people', () => {
  assert.deepEqual([0.21341, 1.2e-5, 12345, 1234567.8, -0.5, 0].map(formatScalar), ['0.2134', '1.2e-5', '12,345', '1.23e6', '-0.5', '0']);
  assert.deepEqual(['NaN', '-Infinity', null, undefined].map(formatScalar), ['NaN', '−∞', '', '']);
  assert.deepEqual([formatMetric('memory/process', 2 ** 30), formatMetric('time/wait', 0.0012), formatMetric('overhead', 0.0123), formatMetric('samples_per_second', 4821)], ['1 GiB', '1.2 ms', '1.2 %', '4.82k/s']);
  assert.deepEqual([42, 725, 12000, 200000].map(formatDuration), ['42 s', '12 min 5 s', '3 h 20 min', '2 d 7 h']);
  assert.deepEqual([2, 59, 200, 9000, 2e5].map(formatAgo), ['now', '59 s ago', '3 min ago', '2 h ago', '2 d ago']);
  assert.deepEqual([null, true, [1, 2], 'Adam', 0.001].map(formatConfig), ['–', 'true', '[1,2]', 'Adam', '0.001']);
});

test('a card says the best in words', () => {
  const card = { key: 'loss', metrics: ['loss', 'val_loss'], group: 'train', direction: 'min' };
  const facts = (last, best) => ({ metrics: { val_loss: { last, best, best_at: 3, per: 'epoch' } } });
  const [a, b] = [run({ key: 'a', ...facts(0.4, 0.3) }), run({ key: 'b', ...facts('NaN', 0.2) })];
  assert.equal(describeCard(card, [a]), 'val_loss 0.4 · best 0.3 at epoch 3');
  assert.equal(describeCard(card, [a, b]), 'best val_loss 0.2 · b at epoch 3');
  assert.equal(describeCard(card, []), '');
});

test('hiding one run of twenty asks for the same points', () => {
  assert.equal(pointsFor(20), pointsFor(19));
  assert.ok(pointsFor(1) >= 1000 && pointsFor(20) >= 300);
});
