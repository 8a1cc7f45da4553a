/** Text widths from the shipped fonts' metrics, so that screen, layout and file agree. */

import { FONT_METRICS } from './font_metrics.mjs';

/** @typedef {"sans400"|"sans600"|"mono400"} FontName */

/**
 * Width of a text in px.
 * @param {string} text
 * @param {FontName} font
 * @param {number} size px
 * @returns {number}
 */
export function textWidth(text, font, size) {
  const metrics = FONT_METRICS[font];
  let sum = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x20 && code < 0x7f) sum += metrics.ascii[code - 0x20];
    else if (code >= 0x2e80 && code < 0xd800) sum += 1000; // ideographs come from a fall-back font, one em wide
    else if (code < 0xdc00 || code > 0xdfff) sum += metrics.others[text[i]] ?? (code >= 0xd800 ? 1000 : metrics.default);
  }
  return (sum * size) / 1000;
}

/**
 * Shorten a text in its middle, where names differ least ("encoder_bl…dense_3").
 * @param {string} text
 * @param {FontName} font
 * @param {number} size px
 * @param {number} room px
 * @returns {string}
 */
export function ellipsizeMiddle(text, font, size, room) {
  if (textWidth(text, font, size) <= room) return text;
  const characters = Array.from(text.slice(0, 2000));
  let low = 0;
  let high = characters.length;
  while (low < high) {
    const keep = (low + high + 1) >> 1;
    if (textWidth(withoutMiddle(characters, keep), font, size) <= room) low = keep;
    else high = keep - 1;
  }
  return withoutMiddle(characters, low);
}

/** @param {string[]} characters @param {number} keep how many stay */
function withoutMiddle(characters, keep) {
  const head = Math.ceil(keep / 2);
  return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - (keep - head)).join('')}`;
}
