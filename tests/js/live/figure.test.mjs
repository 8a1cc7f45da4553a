/** Figures, pins and sheets, without Plotly. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { cardOf, graphAddress, pinsOf, pointAt, sinceText } from '../../../assets/live/alert_facts.mjs';
import { FIRST_VIEW } from '../../../assets/live/address.mjs';
import { xScale } from '../../../assets/live/axis_units.mjs';
import { makeFigure } from '../../../assets/live/figure.mjs';
import { gatherPins } from '../../../assets/live/pin_places.mjs';
import { makeSheet, readSvgAddress } from '../../../assets/live/sheet.mjs';
import { themeOf } from '../../../assets/core/theme.mjs';
import { alert, curve, run } from './runs.mjs';

const LOSS = { key: 'loss', metrics: ['loss', 'val_loss'], group: 'train', direction: 'min' };
const NOW = { ...FIRST_VIEW, live: null, connection: 'live', theme: 'light', pointed: '', lastNews: 0 };
const LOOK = { colours: new Map([['a', '#112233']]), size: { width: 400, height: 200 } };
const figure = (curves, now = {}, runs = [run()]) => makeFigure(LOSS, curves, runs, { ...NOW, ...now }, LOOK);

test('a smoothed line is read, the raw one lies faint below it', () => {
  const [raw, read] = figure([curve([3, 1, 2], { smooth: [3, 2, 2] })]).traces;
  assert.deepEqual([raw.y, raw.hoverinfo, read.y, read.line.color], [[3, 1, 2], 'skip', [3, 2, 2], '#112233']);
  assert.ok(raw.opacity < 0.5);
});

test('one number per epoch is drawn as logged, and validation is dashed', () => {
  const { traces } = figure([curve([3, 2], { metric: 'val_loss', per: 'epoch', smooth: [3, 2.5] })]);
  assert.equal(traces.length, 1);
  assert.deepEqual(traces[0].y, [3, 2]);
  assert.notEqual(traces[0].line.dash, 'solid');
});

test('among many runs only smoothed lines and the best ring are drawn', () => {
  const runs = Array.from({ length: 9 }, (_, at) => run({ key: String(at) }));
  const curves = runs.map(({ key }, at) => curve([2, 1], { run: key, smooth: [2, 1], best: { x: 2, y: at, step: 2 } }));
  const { traces } = figure(curves, {}, runs);
  assert.equal(traces.length, 10);
  assert.deepEqual(traces[9].y, [0]);
});

test('where numbers end there is a mark at the height of the last one', () => {
  const { traces } = figure([curve([3, 2, null], { nonfinite: [{ x: 3, step: 3, value: 'NaN' }] })], { smoothing: 0 });
  assert.deepEqual([traces[1].x, traces[1].y, traces[1].text], [[3], [2], ['NaN']]);
});

test('the name of a run never becomes markup', () => {
  const { traces } = figure([curve([1])], { smoothing: 0 }, [run({ key: 'a', name: '<a href="x">%{y}&' })]);
  assert.match(traces[0].hovertemplate, /&lt;a href="x"&gt;% \{y\}&amp;/);
});

test('long times are drawn in minutes and hours', () => {
  assert.deepEqual([xScale('time', 60), xScale('time', 600), xScale('time', 9000), xScale('step', 9000)].map(({ suffix }) => suffix), [' s', ' min', ' h', '']);
  const { traces, layout } = figure([curve([1, 2], { x: [0, 7200] })], { x: 'time', smoothing: 0, zoom: { loss: [3600, 7200] } });
  assert.deepEqual([traces[0].x, layout.xaxis.range], [[0, 2], [1, 2]]);
});

test('logarithmic axes show windows by their powers', () => {
  const { layout } = figure([curve([1, 2])], { logX: true, logY: true, zoom: { loss: [10, 1000] } });
  assert.deepEqual([layout.xaxis.type, layout.yaxis.type, layout.xaxis.range], ['log', 'log', [1, 3]]);
});

test('an alert is pinned on the curve of its metric, else on the loss', () => {
  const other = { ...LOSS, key: 'accuracy', metrics: ['accuracy'] };
  assert.deepEqual([alert(), alert({ metric: 'accuracy' }), alert({ metric: null })].map((one) => cardOf(one, [other, LOSS])), ['loss', 'accuracy', 'loss']);
  const runs = [run({ key: 'a', alerts: [alert()] })];
  const curves = [curve([9, 9, 9]), curve([3, 2, 1], { metric: 'val_loss' })];
  assert.deepEqual(pinsOf(LOSS, [LOSS], runs, curves, 0).map(({ x, y }) => [x, y]), [[2, 2]]);
});

test('a point that is no number passes its pin to the nearest that is', () => {
  assert.deepEqual(pointAt(curve([3, 2, null, null]), 4, 0), { x: 2, y: 2 });
  assert.equal(pointAt(curve([null]), 1, 0), null);
});

test('pins that would cover each other become one', () => {
  const pins = [10, 14, 200].map((left, at) => ({ alert: alert({ id: String(at) }), run: run(), x: left, y: 80 }));
  const placed = gatherPins(pins, ({ x, y }) => ({ left: x, top: y }));
  assert.deepEqual(placed.map((group) => group.pins.length), [2, 1]);
  assert.deepEqual(gatherPins(pins, () => null), []);
});

test('an alert says since when, and its layer leads to the graph', () => {
  assert.equal(sinceText(alert({ first_step: 1200, first_epoch: 3 })), 'since step 1,200, epoch 3');
  assert.equal(graphAddress('runs/a/', 'block/dense 1'), 'runs/a/#select=block%2Fdense+1');
});

test('a sheet holds all charts and says whose lines they are', () => {
  const chart = { title: 'loss <1>', svg: '<svg/>', width: 300, height: 200, hasValidation: true };
  const { svg, width } = makeSheet({ theme: themeOf('light'), x: 'step', charts: [chart, chart, chart], runs: [{ name: 'a & b', colour: '#112233' }], columns: 2, fonts: '' });
  assert.equal(svg.match(/<svg\/>/g)?.length, 3);
  assert.match(svg, /a &amp; b/);
  assert.match(svg, /loss &lt;1&gt;/);
  assert.ok(width > 600 && width < 700);
  assert.equal(readSvgAddress('data:image/svg+xml,%3Csvg%3E'), '<svg>');
});
