/**
 * Colours of runs. The ten of each theme have a contrast of 3:1 to the cards and stay apart for readers with protan,
 * deutan or tritan vision (tests/js/live/palette.test.mjs measures it). From the eleventh run on they come again,
 * lighter or darker: by then pointing at a run, which fades the others, tells more than any colour.
 */

import { mixColors } from '../core/color.mjs';
import { themeOf } from '../core/theme.mjs';

/** @import {Run} from './types.mjs' */

/** @type {Record<string, string[]>} */
const PALETTES = {
  light: ['#4f46e5', '#b65c4e', '#258b86', '#ea4ca4', '#979836', '#1795fa', '#9425ab', '#64590d', '#0d5279', '#7e2a4a'],
  dark: ['#8b8cf8', '#cd4805', '#228f61', '#f3669a', '#b0a03c', '#5ce9f0', '#ae42c5', '#a9e85e', '#09b2c7', '#f9aea2'],
};
const SHIFT = 0.45;

export const PLACES = 2 * PALETTES.light.length;

/** @param {string} theme @param {number} place  in the palette, any whole number from 0 */
export function runColour(theme, place) {
  const palette = PALETTES[theme] ?? PALETTES.light;
  const colour = palette[place % palette.length];
  const isSecond = Math.floor(place / palette.length) % 2 === 1;
  return isSecond ? mixColors(colour, themeOf(theme).text, SHIFT) : colour;
}

/**
 * Places by key of run: as chosen, else in the order in which the runs began, so that a new run changes no colour.
 * @param {Run[]} runs @param {Record<string, number>} chosen @returns {Map<string, number>}
 */
export function placesOf(runs, chosen) {
  const inOrder = [...runs].sort((a, b) => a.started - b.started || (a.key < b.key ? -1 : 1));
  return new Map(inOrder.map((run, place) => [run.key, chosen[run.key] ?? place]));
}
