/** A training on its graph: colours that keep their meaning, pins, charts' numbers. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { contrast } from '../../../assets/core/color.mjs';
import { readDocument } from '../../../assets/core/document.mjs';
import { formatStatistic, tellValue } from '../../../assets/core/numbers.mjs';
import { createScale, legendOf, overlayFill, textOn } from '../../../assets/core/overlay.mjs';
import { makeScene } from '../../../assets/core/scene.mjs';
import { statisticFill, statisticPosition } from '../../../assets/core/statistic.mjs';
import { renderSvg } from '../../../assets/core/svg.mjs';
import { themeOf } from '../../../assets/core/theme.mjs';
import { readAddress, writeAddress } from '../../../assets/page/address.mjs';
import { plansOf } from '../../../assets/page/run_layer.mjs';
import { healthAt, pinsAt } from '../../../assets/page/run_pins.mjs';
import { foldValues, RunPlaces } from '../../../assets/page/run_places.mjs';
import { chooseHills } from '../../../assets/page/run_ridge.mjs';
import { nearestRow, rangeOver, rowAt, RunTable, thin } from '../../../assets/page/run_samples.mjs';
import { epochAt } from '../../../assets/page/run_state.mjs';
import { areaPath, linePath } from '../../../assets/page/run_svg.mjs';
import { marksOf, trackRange } from '../../../assets/page/run_track.mjs';
import { DocumentBuilder } from '../build.mjs';

const LOG = { name: 'gradient_norm', label: 'Gradient norm', unit: '', group: 'training', scale: 'log', fold: 'largest', band: null };
const BAND = { name: 'update_ratio', label: 'Update ratio', unit: '', group: 'training', scale: 'band', fold: 'farthest', band: [1e-4, 1e-1] };
const LEVELS = { name: 'health', label: 'Health', unit: '', group: 'training', scale: 'levels', fold: 'largest', band: null };
const THEMES = [themeOf('light'), themeOf('dark')];

/** x -> block(a -> b) -> c */
function model() {
  const builder = new DocumentBuilder()
    .add('/x', { kind: 'input' })
    .add('/block', { kind: 'layer', type: 'Block' })
    .add('/block/a', { kind: 'node_layer', type: 'Dense' })
    .add('/block/b', { kind: 'node_layer', type: 'Dense' })
    .add('/c', { kind: 'node_layer', type: 'Dense' })
    .link('/x -> /block/a -> /block/b -> /c');
  const raw = builder.raw();
  raw.overlays.push(LOG, BAND, LEVELS);
  raw.run = { name: 'exp1' };
  const doc = readDocument(JSON.parse(JSON.stringify(raw)));
  return { doc, at: (path) => builder.at(path) };
}

function story(at, more = {}) {
  const layer = (key) => ({ key, name: key, type: 'Dense', activation: null, place: null, items: [at(key)] });
  return {
    version: 1, generation: 0, name: 'exp1', status: 'finished', end: '', lastStep: 40, steps: [1, 10, 20, 30],
    loss: { name: 'loss', steps: [1, 20, 40], values: [2, 1, null] }, epochs: [{ epoch: 0, step: 20 }, { epoch: 1, step: 40 }],
    logged: ['gradient_norm'], layers: ['/block/a', '/block/b', '/c'].map(layer), diagnoses: [], events: [], nonfinite: null,
    overhead: 0.01, distribution: null, changes: null, notes: [], ...more,
  };
}

const diagnosis = (symptom, severity, since, rows) => ({ rule: '', symptom, severity, confidence: 1, headline: symptom, body: [], since, rows, places: [], evidence: [], fixes: [] });

test('a colour means the same in every step', () => {
  const overlay = { ...LOG, range: rangeOver(LOG, [3e-5, 0.2, NaN, 0, Infinity]) };
  assert.deepEqual(overlay.range, [1e-5, 1]);
  assert.equal(statisticPosition(overlay, 1e-5), 0);
  assert.ok(Math.abs(statisticPosition(overlay, 10 ** -2.5) - 0.5) < 1e-9);
  assert.equal(statisticPosition(overlay, 50), 1);
});

test('ranges are round, so that they seldom move while a run goes on', () => {
  assert.deepEqual(rangeOver({ ...LOG, scale: 'share' }, [0.3]), [0, 1]);
  assert.deepEqual(rangeOver({ ...LOG, scale: 'signed' }, [-0.7, 0.2]), [-1, 1]);
  assert.deepEqual(rangeOver({ ...LOG, scale: 'signed' }, [...Array(400).fill(1.5), 1e9]), [-2, 2]);
  assert.deepEqual(rangeOver({ ...LOG, unit: 'B' }, [300, 5000, NaN]), [300, 5000]);
  assert.deepEqual(rangeOver(LOG, [5]), [1, 10]);
  assert.deepEqual(rangeOver(LOG, []), [1e-3, 1]);
  const [low, high] = rangeOver(BAND, [0.01]);
  assert.ok(low <= 1e-6 && high >= 10);
});

test('what is as it should be is plain, too small and too large are told apart, no number is an alarm', () => {
  for (const theme of THEMES) {
    const overlay = { ...BAND, range: [1e-7, 1e2] };
    const fill = (value) => statisticFill(overlay, theme, value);
    assert.equal(fill(1e-3), theme.box);
    assert.equal(fill(1e-7), theme.diverging[0]);
    assert.equal(fill(1e2), theme.diverging[4]);
    assert.equal(fill(NaN), theme.unknown);
    assert.equal(fill(Infinity), theme.danger);
    assert.equal(statisticFill({ ...LEVELS, range: [0, 3] }, theme, 3), theme.levels[3]);
  }
});

test('text is legible on every fill of a training', () => {
  for (const theme of THEMES) {
    for (const overlay of [{ ...BAND, range: [1e-7, 1e2] }, { ...LOG, alarms: true, range: [1e-7, 1e2] }]) {
      for (let power = -7; power <= 2; power += 0.1) {
        const fill = statisticFill(overlay, theme, 10 ** power);
        assert.ok(contrast(textOn(theme, fill), fill) >= 4.5, `${theme.name} ${fill}`);
      }
    }
    for (const fill of [...theme.levels, theme.danger]) assert.ok(contrast(textOn(theme, fill), fill) >= 4.5, fill);
  }
});

test('the legend tells the step, the ends and the good middle', () => {
  const { doc } = model();
  const overlay = doc.overlays.find((each) => each.name === 'update_ratio');
  Object.assign(overlay, { range: [1e-7, 10], moment: 'step 20' });
  doc.values.update_ratio = new Float64Array(doc.n).fill(1e-3);
  const legend = legendOf(createScale(doc, 'update_ratio', THEMES[0]));
  assert.equal(legend.title, 'Update ratio, step 20 (log)');
  assert.deepEqual(legend.ticks.map((tick) => tick.label), ['1e-7', '1e-4', '0.1', '10']);
});

test('a scope shows its layers, a layer its own number', () => {
  const { doc, at } = model();
  const places = new RunPlaces(doc, story(at).layers);
  const values = places.spread([0.1, 3, NaN], LOG);
  assert.equal(values[at('/block')], 3);
  assert.equal(values[at('/block/a')], 0.1);
  assert.ok(Number.isNaN(values[at('/c')]) && Number.isNaN(values[at('/x')]));
  assert.deepEqual(places.rowsIn(at('/block')), [0, 1]);
  assert.equal(places.rowOf(at('/block')), -1);
});

test('one number that is none makes its scope an alarm', () => {
  assert.equal(foldValues([1, Infinity, NaN], LOG), Infinity);
  assert.ok(Number.isNaN(foldValues([NaN], LOG)));
  assert.equal(foldValues([1, 3], { ...LOG, fold: 'mean' }), 2);
  assert.equal(foldValues([-1, 3], { ...LOG, fold: 'smallest' }), -1);
  assert.equal(foldValues([1e-2, 1e-8, 0.2], BAND), 1e-8);
});

test('the exported file has the colours and the legend of the step', () => {
  const { doc, at } = model();
  const overlay = doc.overlays.find((each) => each.name === 'gradient_norm');
  Object.assign(overlay, { range: [1e-3, 1], moment: 'step 20' });
  doc.values.gradient_norm = new RunPlaces(doc, story(at).layers).spread([1, 0.1, Infinity], overlay);
  const svg = renderSvg(doc, makeScene(doc, { open: new Set(), direction: 'down' }), { overlay: 'gradient_norm', theme: 'light' });
  assert.ok(svg.includes(`fill="${overlayFill(createScale(doc, 'gradient_norm', THEMES[0]), at('/block'))}"`));
  assert.ok(svg.includes(`fill="${THEMES[0].danger}"`));
  assert.ok(svg.includes('Gradient norm, step 20 (log)'));
  assert.ok(svg.includes('Gradient norm: not finite'));
});

test('pins appear in the step in which something is seen, the first NaN above all', () => {
  const { at } = model();
  const told = story(at, {
    diagnoses: [diagnosis('dead-units', 1, 10, [1]), diagnosis('nan-loss', 0, 20, [0]), diagnosis('overfitting', 2, 1, [2])],
    nonfinite: { step: 20, row: 0, text: 'Dense returned NaN', inputs: [], place: null },
    changes: { before: 'exp0', layers: [{ kind: 'changed', layer: 'b', type: 'Dense', items: [at('/block/b')], facts: [] }, { kind: 'removed', layer: 'd', type: 'Dense', items: [], facts: [] }], config: [], notes: [] },
  });
  const labels = (step) => pinsAt(told, step).map((pin) => [pin.item, pin.label, pin.tone]);
  assert.deepEqual(labels(1), [[at('/block/b'), 'changed', 'changed']]);
  assert.deepEqual(labels(10), [[at('/block/b'), 'dead units · changed', 'warning']]);
  assert.deepEqual(labels(20).pop(), [at('/block/a'), 'first NaN, step 20', 'error']);
  assert.deepEqual([...healthAt(told, 10)], [0, 2, 1]);
  assert.deepEqual([...healthAt(told, 20)], [3, 2, 1]);
  assert.deepEqual(marksOf(told).map((mark) => [mark.step, mark.tone]), [[10, 'warning'], [20, 'error']]);
});

test('steps between samples belong to the sample before them', () => {
  const steps = [1, 10, 20, 30];
  assert.deepEqual([0, 1, 9, 10, 99].map((step) => rowAt(steps, step)), [0, 0, 0, 1, 3]);
  assert.deepEqual([4, 8, 25.5, 99].map((step) => nearestRow(steps, step)), [0, 1, 3, 3]);
});

test('epochs are counted as Keras prints them', () => {
  const told = story(model().at);
  assert.deepEqual([1, 20, 21, 40, 41].map((step) => epochAt(told, step)), ['epoch 1', 'epoch 1', 'epoch 2', 'epoch 2', 'epoch 3']);
  assert.equal(epochAt({ ...told, epochs: [] }, 1), '');
  assert.deepEqual(trackRange(told), [1, 40]);
  assert.deepEqual(trackRange({ ...told, steps: [], loss: null, lastStep: 0 }), [0, 1]);
});

test('tables grow by rows', () => {
  const table = new RunTable(2, 0);
  table.add(Float32Array.of(1, 2));
  table.add(Float32Array.of(3, 4, 5, 6));
  assert.equal(table.length, 3);
  assert.deepEqual([...table.row(1)], [3, 4]);
  assert.ok([...table.row(9)].every(Number.isNaN));
});

test('a thinned line keeps its peaks and its gaps', () => {
  const values = Array.from({ length: 5000 }, (_, i) => (i === 3210 ? 99 : i > 4000 && i < 4500 ? null : Math.sin(i / 50)));
  const kept = thin(values, 300);
  assert.ok(kept.length <= 310 && kept.includes(3210) && kept.includes(0) && kept.includes(4999));
  assert.ok(kept.some((i) => values[i] === null));
  assert.equal(linePath([0, 1, 2, 3], [5, null, 6, 7]), 'M0 5h0M2 6L3 7');
  assert.equal(areaPath([0, 1, 2], [1, 1, null], [3, 3, null]), 'M0 1L1 1L1 3L0 3Z');
});

test('of a layer is drawn what was logged of it', () => {
  const { doc } = model();
  const layer = { version: 1, steps: [1, 2], values: { gradient_norm: [0.1, 'inf'], update_ratio: [null, null], zero_share: [0.5, 0.6], nonfinite_count: [0, 0] }, histograms: {} };
  assert.deepEqual(plansOf(doc, layer).map((plan) => plan.title), ['Gradient norm', 'Zero share']);
});

test('among the hills is the one of the step that is shown', () => {
  const steps = Array.from({ length: 100 }, (_, i) => i);
  const spread = { steps, edges: steps.map(() => [0, 1, 2]), counts: steps.map(() => [3, 1]) };
  const hills = chooseHills(spread, 41);
  assert.equal(hills.length, 14);
  assert.ok(hills.some((hill) => hill.step === 41));
  assert.deepEqual(chooseHills({ steps: [], edges: [], counts: [] }, 1), []);
});

test('statistics are written with three digits', () => {
  assert.deepEqual([0, 0.03125, 4.7e-6, 123456, -2.5, Infinity, NaN].map(formatStatistic), ['0', '0.0313', '4.7e-6', '1.23e5', '-2.5', 'not finite', '']);
  assert.equal(tellValue(LEVELS, 3), '');
  assert.equal(tellValue(LOG, 0), '0');
  assert.equal(tellValue({ ...LOG, unit: 'B' }, 2048), '2 KiB');
});

test('the address holds the step, and no overlay that one gets anyway', () => {
  assert.deepEqual(readAddress('#step=240&overlay=type'), { step: 240, overlay: 'type' });
  assert.equal(writeAddress({ overlay: 'gradient_norm', step: 240 }, 'gradient_norm'), 'step=240');
  assert.equal(writeAddress({ overlay: 'type' }, 'gradient_norm'), 'overlay=type');
  assert.deepEqual(readAddress('#step=-1'), {});
});
