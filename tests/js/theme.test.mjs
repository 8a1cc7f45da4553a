import assert from 'node:assert/strict';
import test from 'node:test';

import { contrast } from '../../assets/core/color.mjs';
import { formatBytes, formatCount, formatFlops, formatInteger } from '../../assets/core/numbers.mjs';
import { createScale, legendOf, mutedOn, overlayFill, rampColor, scalePosition, textOn } from '../../assets/core/overlay.mjs';
import { cssVariables, themeOf } from '../../assets/core/theme.mjs';
import { DocumentBuilder } from './build.mjs';

const THEMES = [themeOf('light'), themeOf('dark')];

/** Linear sRGB matrices of Machado, Oliveira and Fernandes (2009) for full colour blindness. */
const VISION = {
  normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protan: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deutan: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritan: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};

/** Oklab of a colour as seen with a kind of vision, times 100. */
function seen(color, matrix) {
  const linear = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  const [r, g, b] = matrix.map((row) => Math.max(0, Math.min(1, row[0] * linear[0] + row[1] * linear[1] + row[2] * linear[2])));
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s, 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s].map((x) => 100 * x);
}

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
    for (const [vision, matrix] of Object.entries(VISION)) {
      for (let i = 0; i < families.length; i++) {
        for (let j = 0; j < i; j++) {
          const [a, b] = [seen(families[i][1], matrix), seen(families[j][1], matrix)];
          const distance = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
          assert.ok(distance >= (vision === 'normal' ? 8 : 3.5), `${theme.name}, ${vision}: ${families[i][0]} and ${families[j][0]} ${distance.toFixed(1)}`);
        }
      }
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
