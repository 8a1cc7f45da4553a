/** The page of an exported drawing: its size, the part of the scene on it, caption and legend around. */

import { element, escapeXml, shortDecimal } from './markup.mjs';
import { captionFacts, captionHeight, captionMarkup, captionWidth, legendHeight, legendMarkup } from './svg_frame.mjs';
import { ellipsizeMiddle, textWidth } from './text.mjs';
import { SANS } from './theme.mjs';

/**
 * @import {Doc} from './document.mjs'
 * @import {Area as Box} from './paper.mjs'
 * @import {Scale} from './overlay.mjs'
 * @import {Scene} from './scene.mjs'
 * @import {SvgOptions} from './svg.mjs'
 * @import {Theme} from './theme.mjs'
 *
 * @typedef {{doc: Doc, theme: Theme, scale: Scale|null, scene: Scene, options: SvgOptions, content: string}} Picture
 *   with the markup of the scene
 * @typedef {{height: number, markup: string}} Strip  caption or legend
 */

const PX_PER_MM = 96 / 25.4;
/** A4 less margins, in mm. */
const SHEET = { long: 277, short: 190 };
const PAGE_SIDE = 24;
/** What is cut off the scene's own margin in print. */
const PRINT_TRIM = 18;
const PRINTED = { side: 6, least: 180, line: 13, size: 9.5 };

/** @param {Picture} picture @returns {string} a complete SVG file */
export function framePicture(picture) {
  const { theme, scene, options } = picture;
  const shown = options.region ?? trimmed(scene, theme);
  const width = Math.max(shown.width, leastWidth(picture));
  const above = theme.print ? nothing() : captionOf(picture, width);
  const below = theme.print ? printedNotes(picture, width) : legendStrip(picture, width);
  const height = above.height + shown.height + below.height;
  const left = (width - shown.width) / 2;
  const parts = [
    element('rect', { width, height, fill: theme.canvas }),
    options.region ? '' : above.markup,
    element('g', { transform: `translate(${shortDecimal(left - shown.x)} ${shortDecimal(above.height - shown.y)})` }, picture.content),
    options.region ? coverMarkup(theme.canvas, width, height, { x: left, y: above.height, width: shown.width, height: shown.height }) : '',
    options.region ? above.markup : '',
    below.markup && element('g', { transform: `translate(${theme.print ? PRINTED.side : PAGE_SIDE} ${shortDecimal(above.height + shown.height)})` }, below.markup),
  ];
  return svgFile(picture, width, height, parts.filter(Boolean).join('\n'));
}

/** @returns {Strip} */
function nothing() {
  return { height: 0, markup: '' };
}

/** @param {Scene} scene @param {Theme} theme @returns {Box} */
function trimmed(scene, theme) {
  const cut = theme.print ? PRINT_TRIM : 0;
  return { x: cut, y: cut, width: scene.width - 2 * cut, height: scene.height - 2 * cut };
}

/** @param {Picture} picture */
function leastWidth({ doc, theme, options }) {
  if (theme.print) return PRINTED.least;
  return options.caption === false ? 320 : captionWidth(doc);
}

/** @param {Picture} picture @param {number} width @returns {Strip} */
function captionOf({ doc, theme, options }, width) {
  return options.caption === false ? nothing() : { height: captionHeight(), markup: captionMarkup(doc, theme, width) };
}

/** @param {Picture} picture @param {number} width @returns {Strip} */
function legendStrip({ doc, scale, theme, options }, width) {
  const height = options.legend === false ? 0 : legendHeight(doc, scale, theme, width);
  return height > 0 ? { height, markup: legendMarkup(doc, scale, theme, width) } : nothing();
}

/** Legend, and below it the caption, as in a journal. @param {Picture} picture @param {number} width @returns {Strip} */
function printedNotes(picture, width) {
  const legend = legendStrip(picture, width);
  const parts = legend.height > 0 ? [element('g', { transform: 'translate(4 6)' }, legend.markup)] : [];
  const lines = picture.options.caption === false ? [] : captionLines(picture.doc, width - 2 * PRINTED.side);
  let y = (legend.height > 0 ? legend.height - 6 : 4) + PRINTED.line - 3;
  for (const [n, line] of lines.entries()) {
    const { text, muted } = picture.theme;
    parts.push(element('text', { x: 0, y, 'font-size': PRINTED.size, 'font-weight': n === 0 ? 600 : null, fill: n === 0 ? text : muted }, escapeXml(line) || ' '));
    y += PRINTED.line;
  }
  return { height: lines.length > 0 ? y - PRINTED.line + 6 : legend.height, markup: parts.join('') };
}

/** The name, and the facts broken into lines. @param {Doc} doc @param {number} room @returns {string[]} */
function captionLines(doc, room) {
  const lines = [ellipsizeMiddle(doc.title, 'sans600', PRINTED.size, room)];
  let line = '';
  for (const fact of captionFacts(doc)) {
    const longer = line ? `${line} · ${fact}` : fact;
    if (line && textWidth(longer, 'sans400', PRINTED.size) > room) {
      lines.push(line);
      line = fact;
    } else line = longer;
  }
  return line ? [...lines, ellipsizeMiddle(line, 'sans400', PRINTED.size, room)] : lines;
}

/** What reaches out of the part that is shown is covered: not every program that reads these files can clip. @param {string} fill @param {number} width @param {number} height @param {Box} hole */
function coverMarkup(fill, width, height, hole) {
  const [right, bottom] = [hole.x + hole.width, hole.y + hole.height];
  /** @type {[number, number, number, number][]} */
  const strips = [[0, 0, width, hole.y], [0, bottom, width, height - bottom], [0, hole.y, hole.x, hole.height], [right, hole.y, width - right, hole.height]];
  return strips.filter(([, , w, h]) => w > 0 && h > 0).map(([x, y, w, h]) => element('rect', { x, y, width: w, height: h, fill })).join('');
}

/** @param {Picture} picture @param {number} width px @param {number} height px @param {string} content */
function svgFile({ doc, options }, width, height, content) {
  const mm = options.width ? options.width / width : millimetres(width, height);
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg', width: `${shortDecimal(width * mm)}mm`, height: `${shortDecimal(height * mm)}mm`,
    viewBox: `0 0 ${shortDecimal(width)} ${shortDecimal(height)}`, role: 'img', 'font-family': SANS,
  };
  const title = element('title', {}, escapeXml(`${doc.title}: computation graph`));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('svg', attributes, `\n${title}\n${content}\n`)}\n`;
}

/** Millimetres per px: natural size, or smaller so that it fits on one A4 page. @param {number} width @param {number} height */
function millimetres(width, height) {
  const [pageWidth, pageHeight] = width > height ? [SHEET.long, SHEET.short] : [SHEET.short, SHEET.long];
  return Math.min(1 / PX_PER_MM, pageWidth / width, pageHeight / height);
}
