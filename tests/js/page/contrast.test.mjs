/** The colours of the shell: text and its grounds, as the style sheets pair them, in both themes (WCAG 2.2 AA). */

import assert from 'node:assert/strict';
import test from 'node:test';

import { contrast, mixColors } from '../../../assets/core/color.mjs';
import { readStyles } from './shell.mjs';

const TEXT = 4.5; // success criterion 1.4.3
const GRAPHICS = 3; // success criterion 1.4.11

/** The variables of a theme, resolved to "#rrggbb". @param {string} name */
function coloursOf(name) {
  const styles = readStyles();
  const blocks = [styles.slice(styles.indexOf(':root {'), styles.indexOf('}', styles.indexOf(':root {')))];
  const dark = styles.indexOf(':root[data-theme="dark"]');
  if (name === 'dark') blocks.push(styles.slice(dark, styles.indexOf('}', dark)));
  const variables = new Map(blocks.flatMap((block) => [...block.matchAll(/(--[\w-]+): ([^;]+);/g)].map(([, key, value]) => [key, value])));
  /** @param {string} value @returns {string} */
  const resolve = (value) => {
    const named = /^var\((--[\w-]+)\)$/.exec(value);
    if (named) return resolve(variables.get(named[1]) ?? '');
    const mixed = /^color-mix\(in srgb, (var\(--[\w-]+\)) (\d+)%, (var\(--[\w-]+\))\)$/.exec(value);
    return mixed ? mixColors(resolve(mixed[3]), resolve(mixed[1]), Number(mixed[2]) / 100) : value;
  };
  return (/** @type {string} */ variable) => resolve(`var(--${variable})`);
}

const GROUNDS = ['panel', 'raised', 'canvas', 'sunken', 'hover'];
const PAIRS = [
  ...GROUNDS.flatMap((ground) => [['text', ground, TEXT], ['muted', ground, TEXT], ['accent', ground, GRAPHICS]]),
  ['accent', 'panel', TEXT], ['accent', 'raised', TEXT], ['danger', 'panel', TEXT], ['danger', 'raised', TEXT],
  ['text', 'accent-soft', TEXT], ['muted', 'accent-soft', TEXT], ['accent', 'accent-soft', TEXT],
  ['on-accent', 'accent', TEXT], ['warning', 'warning-soft', TEXT], ['text', 'warning-soft', TEXT],
  ['danger', 'danger-soft', TEXT], ['text', 'danger-soft', TEXT],
];

for (const theme of ['light', 'dark']) {
  test(`text and marks of the shell stand out in the ${theme} theme`, () => {
    const colour = coloursOf(theme);
    for (const [ink, ground, least] of PAIRS) {
      const ratio = contrast(colour(String(ink)), colour(String(ground)));
      assert.ok(ratio >= Number(least), `${ink} on ${ground}: ${ratio.toFixed(2)}, at least ${least}`);
    }
  });
}
