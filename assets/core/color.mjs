/** Arithmetic on "#rrggbb" colours. */

/** Colours are few and asked for thousands of times in a frame. */
const MOST_REMEMBERED = 4096;
/** @type {Map<string, [number, number, number]>} */
const remembered = new Map();

/** @param {string} color @returns {[number, number, number]} 0..255 */
function channels(color) {
  const known = remembered.get(color);
  if (known) return known;
  const number = parseInt(color.slice(1), 16);
  /** @type {[number, number, number]} */
  const found = [number >> 16, (number >> 8) & 255, number & 255];
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(color, found);
  return found;
}

/** Mix two colours. @param {string} a @param {string} b @param {number} t 0 = a, 1 = b */
export function mixColors(a, b, t) {
  const from = channels(a);
  const to = channels(b);
  return `#${from.map((c, i) => Math.round(c + (to[i] - c) * t).toString(16).padStart(2, '0')).join('')}`;
}

/** Colour of a place along equally spaced colours. @param {string[]} colors @param {number} position 0..1 */
export function alongColors(colors, position) {
  const at = Math.max(0, Math.min(1, position)) * (colors.length - 1);
  const step = Math.min(colors.length - 2, Math.floor(at));
  return mixColors(colors[step], colors[step + 1], at - step);
}

/** Relative luminance of WCAG 2. @param {string} color */
export function luminance(color) {
  const [r, g, b] = channels(color).map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast ratio of WCAG 2, from 1 to 21. @param {string} a @param {string} b */
export function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}
