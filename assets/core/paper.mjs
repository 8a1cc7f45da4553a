/**
 * The style for print: black on white, and a pattern for each family where a screen has a colour, so that nothing
 * is lost on a printer without colours or in a copy of a copy.
 *
 * Patterns are drawn as single strokes, because neither our PDF nor TikZ knows the patterns of SVG.
 */

import { element, shortDecimal } from './markup.mjs';

/**
 * @typedef {object} Hatch
 * @property {string} fill            of the ground
 * @property {number[]} [angles]      of strokes: 0 lie, 90 stand, 45 rise, -45 fall
 * @property {number} [pitch]         px between strokes
 * @property {number} [dots]          px between dots
 *
 * @typedef {{x: number, y: number, width: number, height: number}} Area
 */

const INK = '#000000';

/** No two of these look alike without colours. @type {Record<string, Hatch>} */
export const HATCHES = {
  input: { fill: INK },
  matmul: { fill: '#555555' },
  elementwise: { fill: '#ffffff' },
  reduction: { fill: '#ffffff', angles: [0], pitch: 3 },
  activation: { fill: '#ffffff', angles: [45], pitch: 3.5 },
  normalization: { fill: '#ffffff', angles: [-45], pitch: 3.5 },
  movement: { fill: '#b4b4b4' },
  embedding: { fill: '#ffffff', angles: [45, -45], pitch: 4 },
  regularization: { fill: '#ffffff', angles: [0], pitch: 6 },
  recurrent: { fill: '#ffffff', angles: [90], pitch: 2.4 },
  control: { fill: '#ffffff', angles: [0, 90], pitch: 3 },
  other: { fill: '#ffffff', dots: 3 },
};

/** @param {string} family */
export function hatchOf(family) {
  return HATCHES[family] ?? HATCHES.other;
}

/** Strokes and dots of a pattern on its ground, "" where it has none. @param {Hatch} hatch @param {Area} area */
export function hatchMarkup(hatch, area) {
  const strokes = (hatch.angles ?? []).flatMap((angle) => strokesOf(area, angle, hatch.pitch ?? 3));
  if (strokes.length > 0) return element('path', { d: strokes.join(''), fill: 'none', stroke: INK, 'stroke-width': 0.7 });
  return hatch.dots ? element('path', { d: dotsOf(area, hatch.dots).join(''), fill: INK }) : '';
}

/** @param {Area} area @param {number} angle @param {number} pitch */
function strokesOf({ x, y, width, height }, angle, pitch) {
  const [right, bottom] = [x + width, y + height];
  /** @type {string[]} */
  const strokes = [];
  if (angle === 0) for (let at = y + pitch / 2; at <= bottom; at += pitch) strokes.push(stroke(x, at, right, at));
  else if (angle === 90) for (let at = x + pitch / 2; at < right; at += pitch) strokes.push(stroke(at, y, at, bottom));
  else {
    for (let at = y - width + pitch / 2; at < bottom; at += pitch) {
      // A falling stroke from the left side at `at`; a rising one is its mirror image.
      const from = Math.max(0, y - at);
      const to = Math.min(width, bottom - at);
      if (to - from < 1) continue;
      const [x1, x2] = angle < 0 ? [x + from, x + to] : [right - from, right - to];
      strokes.push(stroke(x1, at + from, x2, at + to));
    }
  }
  return strokes;
}

/** @param {Area} area @param {number} pitch */
function dotsOf({ x, y, width, height }, pitch) {
  const dots = [];
  for (let down = pitch / 2; down < height; down += pitch) {
    for (let along = pitch / 2; along < width; along += pitch) dots.push(`M${point(x + along - 0.5, y + down - 0.5)}h1v1h-1Z`);
  }
  return dots;
}

/** @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 */
function stroke(x1, y1, x2, y2) {
  return `M${point(x1, y1)}L${point(x2, y2)}`;
}

/** @param {number} x @param {number} y */
function point(x, y) {
  return `${shortDecimal(x)} ${shortDecimal(y)}`;
}
