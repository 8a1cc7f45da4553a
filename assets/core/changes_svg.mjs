/** What became of boxes and edges, in an exported drawing. */

import { changesOf, styleOfChange, TOLD } from './changes.mjs';
import { element, escapeXml } from './markup.mjs';
import { textWidth } from './text.mjs';

/**
 * @import {Doc} from './document.mjs'
 * @import {ChangeStyle} from './changes.mjs'
 * @import {Theme} from './theme.mjs'
 */

const RADIUS = 7.5;
const ROW = 18;

/** The style of an item, or null where nothing became of it. @param {Doc} doc @param {Theme} theme @param {number} item */
export function changeStyle(doc, theme, item) {
  const state = changesOf(doc)?.[item] ?? 0;
  return state ? styleOfChange(theme, state) : null;
}

/**
 * Outline and sign on a box or frame.
 * @param {ChangeStyle|null} style @param {Theme} theme @param {number} width @param {number} height @param {number} radius @param {number} [top]
 */
export function changeMarkup(style, theme, width, height, radius, top = 0) {
  if (!style) return '';
  const line = element('rect', {
    x: 0.5, y: top + 0.5, width: width - 1, height: height - 1, rx: radius, fill: 'none', stroke: style.color,
    'stroke-width': style.strong ? 1.8 : 1.2, 'stroke-dasharray': style.dash.join(' '),
  });
  return line + signMarkup(style, theme, 0, top);
}

/** @param {ChangeStyle} style @param {Theme} theme @param {number} x @param {number} y */
function signMarkup(style, theme, x, y) {
  // A square that is as round as it can be: readers of the picture know rectangles.
  const disc = { x: x - RADIUS, y: y - RADIUS, width: 2 * RADIUS, height: 2 * RADIUS, rx: RADIUS, fill: style.strong ? style.color : theme.box, stroke: style.strong ? theme.box : style.color, 'stroke-width': 1.2 };
  const ink = style.strong ? theme.box : style.color;
  return element('rect', disc) + element('text', { x, y: y + 3.8, 'font-size': 11, 'font-weight': 700, 'text-anchor': 'middle', fill: ink }, style.sign);
}

/** The states that a document shows. @param {Doc} doc */
export function shownChanges(doc) {
  const present = new Set(changesOf(doc) ?? []);
  return TOLD.filter((state) => present.has(state));
}

/** @param {Doc} doc @returns {number} px; 0 for documents that compare nothing */
export function changeLegendHeight(doc) {
  return doc.change ? ROW + 20 : 0;
}

/** @param {Doc} doc @param {Theme} theme */
export function changeLegendMarkup(doc, theme) {
  let x = RADIUS;
  const parts = shownChanges(doc).map((state) => {
    const style = styleOfChange(theme, state);
    const at = x;
    x += 2 * RADIUS + 8 + textWidth(style.label, 'sans400', 10) + 12;
    return signMarkup(style, theme, at, 6) + element('text', { x: at + RADIUS + 5, y: 9.5, fill: theme.muted }, escapeXml(style.label));
  });
  return element('g', { 'font-size': 10 }, parts.join('') || ' ');
}
