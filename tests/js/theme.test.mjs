import assert from 'node:assert/strict';
import test from 'node:test';

import { contrast } from '../../assets/core/color.mjs';
import { formatBytes, formatCount, formatFlops, formatInteger } from '../../assets/core/numbers.mjs';
import { createScale, legendOf, mutedOn, overlayFill, rampColor, scalePosition, textOn } from '../../assets/core/overlay.mjs';
import { cssVariables, themeOf } from '../../assets/core/theme.mjs';
import { HATCHES, hatchMarkup } from '../../assets/core/paper.mjs';
import { DocumentBuilder } from './build.mjs';
import { distance, VISION } from './vision.mjs';

const THEMES = [themeOf('light'), themeOf('dark')];
const PAPER = themeOf('paper');

test('text is legible on every surface', () => {
  for (const theme of THEMES) {
    for (const ground of [theme.page, theme.canvas, theme.surface, theme.box, ...theme.scopes]) {
      assert.ok(contrast(theme.text, ground) >= 7, `${theme.name} text on ${ground}`);
      assert.ok(contrast(theme.muted, ground) >= 4.5, `${theme.name} muted on ${ground}`);
      assert.ok(contrast(theme.edgeLabel, ground) >= 4.5, `${theme.name} edge label on ${ground}`);
    }
    assert.ok(contrast(theme.accentText, theme.accent) >= 4.5, `${theme.name} accent`);
  }
});

test('text is legible all along the ramp, and low values are near the background', () => {
  for (const theme of THEMES) {
    for (let i = 0; i <= 100; i++) {
      const fill = rampColor(theme, i / 100);
      assert.ok(contrast(textOn(theme, fill), fill) >= 4.5, `${theme.name} ${fill}`);
      assert.ok(contrast(mutedOn(theme, fill), fill) >= 4.4, `${theme.name} second line on ${fill}`);
    }
    assert.ok(contrast(theme.ramp[0], theme.canvas) < contrast(theme.ramp[4], theme.canvas));
  }
});

test('family colours stand out from the box', () => {
  for (const theme of THEMES) for (const [family, color] of Object.entries(theme.families)) assert.ok(contrast(color, theme.box) >= 3, `${theme.name} ${family}`);
});

test('family colours can be told apart, also without red, green or blue cones', () => {
  for (const theme of THEMES) {
    const families = Object.entries(theme.families);
    for (const vision of Object.keys(VISION)) {
      for (let i = 0; i < families.length; i++) {
        for (let j = 0; j < i; j++) {
          const apart = distance(families[i][1], families[j][1], vision);
          assert.ok(apart >= (vision === 'normal' ? 8 : 3.5), `${theme.name}, ${vision}: ${families[i][0]} and ${families[j][0]} ${apart.toFixed(1)}`);
        }
      }
    }
  }
});

test('print has no colours, and its greys keep their order', () => {
  const told = ['ramp', 'diverging', 'alarm', 'levels', 'scopes'].flatMap((name) => PAPER[name]);
  for (const color of [PAPER.text, PAPER.muted, PAPER.edge, PAPER.boxBorder, PAPER.accent, PAPER.unknown, ...told, ...Object.values(PAPER.families)]) {
    assert.equal(new Set(color.slice(1).match(/../g)).size, 1, color);
  }
  for (const name of ['ramp', 'diverging']) {
    const grounds = PAPER[name].map((color) => contrast(color, '#000000'));
    const sorted = [...grounds].sort((a, b) => (name === 'ramp' ? b - a : a - b));
    assert.deepEqual(grounds, sorted, name);
  }
});

test('text is legible in print', () => {
  for (let i = 0; i <= 100; i++) {
    const fill = rampColor(PAPER, i / 100);
    assert.ok(contrast(textOn(PAPER, fill), fill) >= 4.5, fill);
    assert.ok(contrast(mutedOn(PAPER, fill), fill) >= 4.4, `second line on ${fill}`);
  }
  for (const ground of [PAPER.box, ...PAPER.scopes]) assert.ok(contrast(PAPER.muted, ground) >= 7);
});

test('each family has a pattern of its own in print, drawn inside its area', () => {
  const area = { x: 2, y: 4, width: 7, height: 30 };
  assert.deepEqual(Object.keys(HATCHES).sort(), Object.keys(PAPER.families).sort());
  const drawn = Object.values(HATCHES).map((hatch) => hatch.fill + hatchMarkup(hatch, area));
  assert.equal(new Set(drawn).size, drawn.length);
  for (const markup of drawn) {
    for (const [, x, y] of markup.matchAll(/[ML]([\d.-]+) ([\d.-]+)/g)) {
      assert.ok(Number(x) >= 2 - 1e-9 && Number(x) <= 9 + 1e-9 && Number(y) >= 4 - 1e-9 && Number(y) <= 34 + 1e-9, markup);
    }
  }
});

test('every colour is a CSS variable', () => {
  const variables = cssVariables(themeOf('dark'));
  assert.equal(variables['--gs-accent'], themeOf('dark').accent);
  assert.equal(variables['--gs-box-border'], themeOf('dark').boxBorder);
  assert.equal(variables['--gs-family-matmul'], themeOf('dark').families.matmul);
});

function scaled(values) {
  const builder = new DocumentBuilder();
  values.forEach((parameters, i) => builder.add(`/n${i}`, { parameters }));
  const doc = builder.doc();
  return { doc, scale: createScale(doc, 'parameters', themeOf('light')) };
}

test('a log scale runs from the smallest to the largest value', () => {
  const { scale } = scaled([10, 1000, 100000, 0, null]);
  assert.equal(scale.logarithmic, true);
  assert.equal(scalePosition(scale, 10), 0);
  assert.ok(Math.abs(scalePosition(scale, 1000) - 0.5) < 1e-9);
  assert.equal(scalePosition(scale, 100000), 1);
});

test('zero keeps the plain box, unknown has its own colour', () => {
  const { doc, scale } = scaled([10, 0, null]);
  assert.equal(overlayFill(scale, doc.indexOf('/n1')), themeOf('light').box);
  assert.equal(overlayFill(scale, doc.indexOf('/n2')), themeOf('light').unknown);
});

test('the legend tells the ends, also when all values are equal or none is known', () => {
  assert.deepEqual(legendOf(scaled([10, 1e6]).scale).ticks.map((tick) => tick.label), ['10', '3.2k', '1M']);
  assert.deepEqual(legendOf(scaled([7, 7]).scale).ticks.map((tick) => tick.label), ['7']);
  assert.ok(legendOf(scaled([null]).scale).ticks.every((tick) => !tick.label.includes('NaN')));
});

test('the type overlay has no scale', () => {
  assert.equal(createScale(scaled([1]).doc, 'type', themeOf('light')), null);
});

test('numbers for people', () => {
  assert.deepEqual([0, 7, 999, 1024, 25731584, 10.04e9, 999960].map(formatCount), ['0', '7', '999', '1.02k', '25.7M', '10B', '1M']);
  assert.equal(formatFlops(7.7e9), '7.7 G');
  assert.deepEqual([512, 24.5 * 1048576].map(formatBytes), ['512 B', '24.5 MiB']);
  assert.equal(formatCount(NaN), '');
  assert.equal(formatInteger(48594), '48,594');
});
