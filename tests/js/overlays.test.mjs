import assert from 'node:assert/strict';
import test from 'node:test';

import { countInside, isEmptyBrush, itemsInside } from '../../assets/core/brush.mjs';
import { categoriesOf, categoryColor, tellItem } from '../../assets/core/categories.mjs';
import { contrast } from '../../assets/core/color.mjs';
import { parseColor } from '../../assets/core/css_color.mjs';
import { exportSvg } from '../../assets/core/headless.mjs';
import { formatSeconds } from '../../assets/core/numbers.mjs';
import { canBeLog, categoryLegend, createScale, legendOf, mutedOn, overlayFill, scalePosition, textOn, valueAt } from '../../assets/core/overlay.mjs';
import { rankItems } from '../../assets/core/ranking.mjs';
import { themeOf } from '../../assets/core/theme.mjs';
import { DocumentBuilder } from './build.mjs';
import { distance, VISION } from './vision.mjs';

const THEMES = [themeOf('light'), themeOf('dark')];
const CATEGORIES = [{ name: 'dtype', label: 'Dtype', scale: 'category' }, { name: 'trainable', label: 'Trainable', scale: 'category' }];

function network() {
  return new DocumentBuilder()
    .add('/x', { kind: 'input', dtype: 'float32' })
    .add('/encoder', { kind: 'layer', flags: 3, dtype: 'float16', parameters: 5000 })
    .add('/encoder/a', { kind: 'node_layer', type: 'Dense', flags: 1, dtype: 'float16', parameters: 4900, signature: 1 })
    .add('/encoder/b', { kind: 'node_layer', type: 'Dense', flags: 2, dtype: 'float16', parameters: 100, signature: 2 })
    .add('/head', { kind: 'layer', flags: 1, dtype: 'float32', parameters: 10 })
    .add('/head/MatMul', { dtype: 'float32', parameters: 10 })
    .add('/add', { dtype: 'float32' })
    .add('/cast', { dtype: '' });
}

function read(builder = network()) {
  const raw = builder.raw();
  raw.overlays.push(...CATEGORIES);
  return builder.read(raw);
}

test('dtypes are read from the document, the most frequent first', () => {
  const doc = read();
  const { names, codes, counts } = categoriesOf(doc, CATEGORIES[0]);
  assert.deepEqual(names, ['float32', 'float16']);
  assert.deepEqual(counts, [3, 2]);
  assert.equal(names[codes[doc.indexOf('/encoder/a')]], 'float16');
  assert.ok(Number.isNaN(codes[doc.indexOf('/cast')]));
});

test('what is trained, frozen or both is told apart', () => {
  const doc = read();
  const { names, codes } = categoriesOf(doc, CATEGORIES[1]);
  const told = (id) => names[codes[doc.indexOf(id)]] ?? 'none';
  assert.deepEqual(['/encoder', '/encoder/a', '/encoder/b', '/add'].map(told), ['trained and frozen', 'trained', 'frozen', 'none']);
  const legend = categoryLegend(createScale(doc, 'trainable', THEMES[0]));
  assert.deepEqual(legend.map(({ name }) => name), ['trained', 'frozen', 'trained and frozen']);
});

test('an item without a category has the colour of what is unknown', () => {
  const doc = read();
  const scale = createScale(doc, 'dtype', THEMES[0]);
  assert.equal(overlayFill(scale, doc.indexOf('/cast')), THEMES[0].unknown);
  assert.equal(overlayFill(scale, doc.indexOf('/x')), THEMES[0].categories[0]);
  assert.equal(categoryColor(THEMES[0], 99), THEMES[0].categories[8]);
});

test('colours of categories can be told apart, also without red, green or blue cones, and text on them is legible', () => {
  for (const theme of THEMES) {
    const colors = [...theme.categories.slice(0, -1), theme.box];
    for (const vision of Object.keys(VISION)) {
      for (let i = 0; i < colors.length; i++) {
        for (let j = 0; j < i; j++) {
          const apart = distance(colors[i], colors[j], vision);
          assert.ok(apart >= (vision === 'normal' ? 14 : 9), `${theme.name}, ${vision}: ${colors[i]} and ${colors[j]} ${apart.toFixed(1)}`);
        }
      }
    }
    for (const fill of theme.categories) {
      assert.ok(contrast(textOn(theme, fill), fill) >= 4.5, `${theme.name} text on ${fill}`);
      assert.ok(contrast(mutedOn(theme, fill), fill) >= 4.4, `${theme.name} second line on ${fill}`);
    }
  }
});

test('log and linear put the same values in other places, and both can be read back', () => {
  const doc = read();
  for (const mode of ['log', 'linear']) {
    const scale = createScale(doc, 'parameters', THEMES[0], mode);
    assert.equal(scale.logarithmic, mode === 'log');
    for (const value of [10, 100, 4900, 5000]) assert.ok(Math.abs(valueAt(scale, scalePosition(scale, value)) - value) < 1e-6 * value, `${mode} ${value}`);
  }
  assert.ok(scalePosition(createScale(doc, 'parameters', THEMES[0], 'log'), 100) > 0.3);
  assert.ok(scalePosition(createScale(doc, 'parameters', THEMES[0], 'linear'), 100) < 0.03);
});

test('negative values are linear from the smallest on', () => {
  const builder = new DocumentBuilder();
  [-2, 0, 6].forEach((parameters, i) => builder.add(`/n${i}`, { parameters }));
  const scale = createScale(builder.doc(), 'parameters', THEMES[0], 'log');
  assert.equal(canBeLog(scale), false);
  assert.deepEqual([-2, 0, 6].map((value) => scalePosition(scale, value)), [0, 0.25, 1]);
  assert.equal(legendOf(scale).ticks[0].label, '-2');
});

test('a brush keeps what is inside and the scopes around it', () => {
  const doc = read();
  const kept = (brush) => {
    const inside = itemsInside(doc, brush, brush.overlay);
    return Array.from({ length: doc.n }, (_, item) => item).filter((item) => item > 0 && inside[item]).map((item) => doc.id(item));
  };
  assert.deepEqual(kept({ overlay: 'parameters', from: 50, to: 200 }), ['/encoder', '/encoder/b']);
  assert.deepEqual(kept({ overlay: 'parameters', from: 4000, to: null }), ['/encoder', '/encoder/a']);
  assert.deepEqual(kept({ overlay: 'dtype', codes: [1] }), ['/encoder', '/encoder/a', '/encoder/b']);
  assert.deepEqual(kept({ overlay: 'type', codes: [doc.families.indexOf('input')] }), []);
  assert.equal(countInside(doc, itemsInside(doc, { overlay: 'parameters', from: 50, to: 200 }, 'parameters')), 1);
});

test('a brush of another overlay does nothing', () => {
  const doc = read();
  assert.equal(itemsInside(doc, { overlay: 'flops', from: 1, to: 2 }, 'parameters'), null);
  assert.equal(itemsInside(doc, null, 'parameters'), null);
  assert.ok(isEmptyBrush({ overlay: 'flops', from: null, to: null }));
  assert.ok(!isEmptyBrush({ overlay: 'flops', codes: [2] }));
});

test('the largest values are those of innermost layers and of operations outside of layers, equal ones together', () => {
  const builder = network().add('/again', { kind: 'node_layer', type: 'Dense', parameters: 4900, signature: 1 });
  const doc = read(builder);
  const ranks = rankItems(doc, doc.overlays.find((overlay) => overlay.name === 'parameters'));
  assert.deepEqual(ranks.map(({ item, value, times }) => [doc.id(item), value, times]), [['/encoder/a', 4900, 2], ['/encoder/b', 100, 1], ['/head', 10, 1]]);
  assert.deepEqual(rankItems(doc, CATEGORIES[0]), []);
});

test('a picture has the legend of categories', () => {
  const builder = network();
  const raw = builder.raw();
  raw.overlays.push(...CATEGORIES);
  const svg = exportSvg(JSON.stringify(raw), JSON.stringify({ overlay: 'dtype', openAll: true }));
  assert.match(svg, />Dtype<\/text>/);
  assert.match(svg, />float16<\/text>/);
  assert.ok(svg.includes(`fill="${THEMES[0].categories[1]}"`));
});

test('an overlay says of an item what is not written there anyway', () => {
  const doc = read();
  assert.equal(tellItem(doc, CATEGORIES[0], doc.indexOf('/x')), '');
  assert.equal(tellItem(doc, doc.overlays[1], doc.indexOf('/head')), '10');
});

test('colours are read as CSS writes them', () => {
  assert.deepEqual(['#AbC', '#aabbcc', '#aabbcc80', 'rgb(1, 2, 300)', 'rgba(1 2 3 / 50%)', ' Tomato '].map(parseColor), ['#aabbcc', '#aabbcc', '#aabbcc', '#0102ff', '#010203', '#ff6347']);
  for (const wrong of ['', 'url(x)', '#12', 'red;', 7, null, 'constructor']) assert.equal(parseColor(wrong), null);
});

test('times for people', () => {
  assert.deepEqual([0, 2.5, 0.0123, 4.2e-6, 3e-9].map(formatSeconds), ['0 s', '2.5 s', '12.3 ms', '4.2 µs', '3 ns']);
});
