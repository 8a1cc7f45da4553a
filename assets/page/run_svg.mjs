/** Small SVG drawings in the page: elements, lines, axes. */

import { formatStatistic } from '../core/numbers.mjs';

/**
 * @typedef {(value: number) => number} Axis  from a value to px
 */

/** @param {string} tag @param {Record<string, string|number|undefined>} [attributes] @param {...Node} children @returns {SVGElement} */
export function makeSvg(tag, attributes = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(name, typeof value === 'number' ? short(value) : value);
  element.append(...children);
  return element;
}

/** @param {string} text @param {Record<string, string|number|undefined>} attributes */
export function makeText(text, attributes) {
  const element = makeSvg('text', attributes);
  element.textContent = text;
  return element;
}

/** A tenth of a px is enough. @param {number} value */
export function short(value) {
  return String(Math.round(value * 10) / 10);
}

/** Path of a line that has gaps where there is no number. @param {number[]} xs px @param {(number|null)[]} ys px */
export function linePath(xs, ys) {
  let path = '';
  let isDown = false;
  xs.forEach((x, i) => {
    const y = ys[i];
    if (y === null) isDown = false;
    else {
      path += `${isDown ? 'L' : 'M'}${short(x)} ${short(y)}`;
      // A number between two gaps is a dot, which a line of no length draws with round ends.
      if (!isDown && (i + 1 === xs.length || ys[i + 1] === null)) path += 'h0';
      isDown = true;
    }
  });
  return path;
}

/** Area between two lines, in pieces where there are gaps. @param {number[]} xs @param {(number|null)[]} tops @param {(number|null)[]} bottoms */
export function areaPath(xs, tops, bottoms) {
  let path = '';
  for (let from = 0; from < xs.length; from++) {
    if (tops[from] === null || bottoms[from] === null) continue;
    let to = from;
    while (to + 1 < xs.length && tops[to + 1] !== null && bottoms[to + 1] !== null) to++;
    const there = range(from, to).map((i) => `${short(xs[i])} ${short(tops[i] ?? 0)}`);
    const back = range(from, to).reverse().map((i) => `${short(xs[i])} ${short(bottoms[i] ?? 0)}`);
    path += `M${[...there, ...back].join('L')}Z`;
    from = to;
  }
  return path;
}

/** @param {number} from @param {number} to */
function range(from, to) {
  return Array.from({ length: to - from + 1 }, (_, k) => from + k);
}

/** @param {[number, number]} domain @param {[number, number]} px @param {boolean} [logarithmic] @returns {Axis} */
export function makeAxis([low, high], [from, to], logarithmic = false) {
  const at = logarithmic ? Math.log : (/** @type {number} */ value) => value;
  const [begin, length] = [at(low), at(high) - at(low)];
  return (value) => from + (length === 0 ? 0.5 : (at(value) - begin) / length) * (to - from);
}

/** The numbers of several lines from the least to the most, a little more where they are all the same. @param {Iterable<number|null>} values @param {boolean} logarithmic @returns {[number, number]|null} */
export function domainOf(values, logarithmic) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value === null || (logarithmic && value <= 0)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return null;
  if (low < high) return [low, high];
  if (logarithmic) return [low / 2, high * 2];
  const room = Math.abs(low) / 10 || 1;
  return [low - room, high + room];
}

/** A value where a line is asked for at an axis. @param {number} value */
export function tickText(value) {
  return formatStatistic(Number(value.toPrecision(2)));
}
