/** Caption and legend around an exported drawing. */

import { changeLegendHeight, changeLegendMarkup } from './changes_svg.mjs';
import { element, escapeXml } from './markup.mjs';
import { formatCount, formatFlops, formatInteger } from './numbers.mjs';
import { categoryLegend, familyLegend, legendOf } from './overlay.mjs';
import { hatchMarkup, hatchOf } from './paper.mjs';
import { ellipsizeMiddle, textWidth } from './text.mjs';

/**
 * @import {Doc} from './document.mjs'
 * @import {Scale} from './overlay.mjs'
 * @import {Theme} from './theme.mjs'
 */

const MARGIN = 24;
const RAMP_WIDTH = 200;
const ENTRY_HEIGHT = 16;

export function captionHeight() {
  return 58;
}

/** Width at which the caption is not shortened, within reason. @param {Doc} doc */
export function captionWidth(doc) {
  const wanted = Math.max(textWidth(doc.title, 'sans600', 16), textWidth(captionFacts(doc).join(' · '), 'sans400', 10.5));
  return Math.ceil(Math.max(320, Math.min(560, wanted + 2 * MARGIN + 2)));
}

/** Model name and totals. @param {Doc} doc @param {Theme} theme @param {number} width */
export function captionMarkup(doc, theme, width) {
  const room = width - 2 * MARGIN;
  const name = ellipsizeMiddle(doc.title, 'sans600', 16, room);
  const facts = ellipsizeMiddle(captionFacts(doc).join(' · '), 'sans400', 10.5, room);
  return element('text', { x: MARGIN, y: 34, 'font-size': 16, 'font-weight': 600, fill: theme.text }, escapeXml(name)) +
    element('text', { x: MARGIN, y: 52, 'font-size': 10.5, fill: theme.muted }, escapeXml(facts) || ' ');
}

/** In words, for the fonts of pictures have no sign for it. @param {number|null|undefined} unknown  how many a sum leaves out */
function atLeast(unknown) {
  return unknown ? 'at least ' : '';
}

/** @param {Doc} doc */
export function captionFacts(doc) {
  const { layer_calls: calls, ops, parameters, flops, layers_of_unknown_weights: unknownLayers, unknown_flops: unknownFlops } = doc.totals;
  const facts = [];
  if (calls) facts.push(`${formatInteger(calls)} layer calls`);
  if (ops) facts.push(`${formatInteger(ops)} ops`);
  if (parameters) facts.push(`${atLeast(unknownLayers)}${formatCount(parameters)} parameters`);
  if (flops) facts.push(`${atLeast(unknownFlops)}${formatFlops(flops)} FLOPs`);
  if (doc.subtitle) facts.push(doc.subtitle);
  return facts;
}

/** @param {Doc} doc @param {Scale|null} scale @param {Theme} theme @param {number} width @returns {number} px */
export function legendHeight(doc, scale, theme, width) {
  if (scale?.categories) return legendRows(categoryLegend(scale), width - 2 * MARGIN).length * ENTRY_HEIGHT + 38;
  if (scale) return 58;
  if (doc.change) return changeLegendHeight(doc);
  const rows = legendRows(familyLegend(doc, theme), width - 2 * MARGIN).length;
  return rows === 0 ? 0 : rows * ENTRY_HEIGHT + 20;
}

/** @param {Doc} doc @param {Scale|null} scale @param {Theme} theme @param {number} width */
export function legendMarkup(doc, scale, theme, width) {
  if (doc.change && !scale) return changeLegendMarkup(doc, theme);
  if (scale?.categories) return categoryRows(scale, theme, width - 2 * MARGIN);
  return scale ? rampLegend(scale, theme) : familyRows(familyLegend(doc, theme), theme, width - 2 * MARGIN);
}

/** @param {Scale} scale @param {Theme} theme */
function rampLegend(scale, theme) {
  const legend = legendOf(scale);
  const stops = legend.stops.map((stop) => element('stop', { offset: stop.offset, 'stop-color': stop.color }));
  const ticks = legend.ticks.map((tick) => {
    const anchor = tick.offset === 0 ? 'start' : tick.offset === 1 ? 'end' : 'middle';
    return element('text', { x: tick.offset * RAMP_WIDTH, y: 34, 'text-anchor': anchor, fill: theme.muted }, escapeXml(tick.label));
  });
  const parts = [
    element('defs', {}, element('linearGradient', { id: 'ramp' }, stops.join(''))),
    element('text', { x: 0, y: 6, 'font-weight': 600, fill: theme.text }, escapeXml(legend.title)),
    element('rect', { x: 0.5, y: 13, width: RAMP_WIDTH - 1, height: 9, rx: 4.5, fill: 'url(#ramp)', stroke: theme.boxBorder }),
    ...ticks,
  ];
  return element('g', { 'font-size': 10 }, parts.join(''));
}

/** The kinds of an overlay without numbers, below its name. @param {Scale} scale @param {Theme} theme @param {number} room */
function categoryRows(scale, theme, room) {
  const parts = [element('text', { x: 0, y: 6, 'font-weight': 600, fill: theme.text }, escapeXml(scale.overlay.label))];
  legendRows(categoryLegend(scale), room).forEach((row, r) =>
    row.forEach(({ name, color, x }) => {
      const y = r * ENTRY_HEIGHT + 16;
      parts.push(element('rect', { x: x + 0.5, y: y + 0.5, width: 9, height: 10, rx: 2, fill: color, stroke: theme.boxBorder }));
      parts.push(element('text', { x: x + 14, y: y + 9, fill: theme.muted }, escapeXml(name)));
    }));
  return element('g', { 'font-size': 10 }, parts.join(''));
}

/** @param {{name: string, color: string}[]} families @param {Theme} theme @param {number} room */
function familyRows(families, theme, room) {
  const parts = legendRows(families, room).flatMap((row, r) =>
    row.map(({ name, color, x }) =>
      swatchMarkup(theme, name, color, x, r * ENTRY_HEIGHT) +
      element('text', { x: x + 9, y: r * ENTRY_HEIGHT + 9, fill: theme.muted }, escapeXml(name))));
  return element('g', { 'font-size': 10 }, parts.join(''));
}

/** @param {Theme} theme @param {string} family @param {string} color @param {number} x @param {number} y */
function swatchMarkup(theme, family, color, x, y) {
  if (!theme.print) return element('rect', { x, y, width: 4, height: 11, rx: 2, fill: color });
  const hatch = hatchOf(family);
  const area = { x: x - 4, y: y + 0.5, width: 9, height: 10 };
  return element('rect', { ...area, fill: hatch.fill }) + hatchMarkup(hatch, area) + element('rect', { ...area, fill: 'none', stroke: theme.boxBorder, 'stroke-width': 0.7 });
}

/** Break the entries into rows. @param {{name: string, color: string}[]} families @param {number} room */
function legendRows(families, room) {
  /** @type {{name: string, color: string, x: number}[][]} */
  const rows = [];
  let x = Infinity;
  for (const family of families) {
    const width = 9 + textWidth(family.name, 'sans400', 10) + 16;
    if (x + width > room) {
      rows.push([]);
      x = 0;
    }
    rows[rows.length - 1].push({ ...family, x });
    x += width;
  }
  return rows;
}
