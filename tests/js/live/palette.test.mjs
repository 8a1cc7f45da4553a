/** Colours of runs: seen on both grounds, told apart by everyone. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { contrast } from '../../../assets/core/color.mjs';
import { themeOf } from '../../../assets/core/theme.mjs';
import { placesOf, runColour } from '../../../assets/live/palette.mjs';
import { distance, VISION } from '../vision.mjs';
import { run } from './runs.mjs';

const THEMES = ['light', 'dark'];
const colours = (theme) => Array.from({ length: 10 }, (_, place) => runColour(theme, place));

test('each colour stands out from the cards', () => {
  for (const theme of THEMES) {
    for (let place = 0; place < 20; place++) assert.ok(contrast(runColour(theme, place), themeOf(theme).surface) >= 3, `${theme} ${place}`);
  }
});

test('ten runs can be told apart, also without red, green or blue cones', () => {
  for (const theme of THEMES) {
    for (const vision of Object.keys(VISION)) {
      colours(theme).forEach((one, at) => {
        for (const other of colours(theme).slice(0, at)) {
          const apart = distance(one, other, vision);
          assert.ok(apart >= (vision === 'normal' ? 14 : 7), `${theme}, ${vision}: ${one} and ${other} are ${apart.toFixed(1)} apart`);
        }
      });
    }
  }
});

test('the first run has the colour of the page', () => {
  for (const theme of THEMES) assert.equal(runColour(theme, 0), themeOf(theme).accent);
});

test('a new run changes no colour, and a chosen colour stays', () => {
  const old = [run({ key: 'b', started: 20 }), run({ key: 'a', started: 10 })];
  const before = placesOf(old, {});
  const after = placesOf([run({ key: 'c', started: 30 }), ...old], { a: 7 });
  assert.deepEqual([...before], [['a', 0], ['b', 1]]);
  assert.deepEqual([...after], [['a', 7], ['b', 1], ['c', 2]]);
});
