/**
 * A scene as SVG: the same boxes and curves as on the screen, text as text, one page.
 *
 * Everything is written as presentation attributes, because style sheets inside SVG files are ignored by
 * some programs and forbidden by a strict content security policy.
 */

import { BOX, boxOf, headerOf } from './box.mjs';
import { edgeChangesOf, HOLDS, styleOfChange } from './changes.mjs';
import { changeMarkup, changeStyle } from './changes_svg.mjs';
import { mixColors } from './color.mjs';
import { labelsOf, LABEL_SIZE } from './labels.mjs';
import { levelOf } from './level.mjs';
import { element, escapeXml, shortDecimal } from './markup.mjs';
import { tellItem } from './categories.mjs';
import { formatInteger } from './numbers.mjs';
import { createScale, mutedOn, overlayFill, textOn } from './overlay.mjs';
import { walkScene } from './scene.mjs';
import { hatchMarkup, hatchOf } from './paper.mjs';
import { framePicture } from './svg_page.mjs';
import { familyColor, MONO, SANS, scopeFill, themeOf } from './theme.mjs';

/**
 * @import {Doc} from './document.mjs'
 * @import {BoxContent, CodeMark} from './box.mjs'
 * @import {ChangeStyle} from './changes.mjs'
 * @import {Level, Scene} from './scene.mjs'
 * @import {LevelEdge} from './level.mjs'
 * @import {Scale} from './overlay.mjs'
 * @import {Theme} from './theme.mjs'
 * @import {Area as Box} from './paper.mjs'
 *
 * @typedef {object} SvgOptions
 * @property {"light"|"dark"} [theme]
 * @property {"screen"|"paper"} [style]   "paper" is for print: greys and patterns, tight margins; it has no dark theme
 * @property {string} [overlay]   overlay name; "type" (default) colours the family bars only
 * @property {'auto'|'log'|'linear'} [scaleMode]  of the overlay's numbers
 * @property {boolean} [legend]   default true
 * @property {boolean} [caption]  model name and totals, default true
 * @property {number|null} [width]   of the page in mm; by default natural size, or as much as fits on A4
 * @property {Box|null} [region]     the part of the scene that is shown; by default all of it
 * @property {ArrayLike<number>|null} [kept]  per item, 0 where it is faded; by default nothing is
 *
 * @typedef {object} Pen
 * @property {Doc} doc
 * @property {Theme} theme
 * @property {Scale|null} scale
 * @property {ArrayLike<number>|null} kept
 * @property {Box|null} region
 */

/** Dash patterns of mask, state and control edges. */
const DASHES = ['', '5 3', '2 3', '1 3'];
/** Width of the family bar where it holds a pattern, px. */
const PRINTED_BAR = 9;

/**
 * @param {Doc} doc
 * @param {Scene} scene
 * @param {SvgOptions} [options]
 * @returns {string} a complete SVG file
 */
export function renderSvg(doc, scene, options = {}) {
  const theme = themeOf(options.style === 'paper' ? 'paper' : options.theme ?? 'light');
  const scale = createScale(doc, options.overlay ?? 'type', theme, options.scaleMode);
  const pen = { doc, theme, scale, kept: options.kept ?? null, region: options.region ?? null };
  return framePicture({ doc, theme, scale, scene, options, content: sceneMarkup(pen, scene) });
}

/** @param {Pen} pen @param {Scene} scene */
function sceneMarkup(pen, scene) {
  /** @type {string[]} */
  const parts = [];
  walkScene(scene, (level, x, y, depth) => {
    if (!isInside(pen, x, y, level.layout.width, level.layout.height)) return;
    const content = levelMarkup(pen, level, x, y, depth, scene.direction);
    parts.push(element('g', { transform: x === 0 && y === 0 ? '' : `translate(${shortDecimal(x)} ${shortDecimal(y)})` }, content));
  });
  return parts.join('\n');
}

/** Whether a box is in the part that is shown. @param {Pen} pen @param {number} x @param {number} y @param {number} width @param {number} height */
function isInside({ region }, x, y, width, height) {
  return region === null || (x < region.x + region.width && y < region.y + region.height && x + width > region.x && y + height > region.y);
}

/** @param {Pen} pen @param {number} item */
function isFaded({ kept }, item) {
  return kept !== null && kept[item] === 0;
}

/** How much of a faded thing's own colour is left; the same as on the screen. */
const FADED_INK = 0.22;

/** Colours stand in quotes only where they are attributes: quotes in names are escaped. @param {string} markup @param {string} ground */
function fadeInk(markup, ground) {
  return markup.replace(/"(#[0-9a-f]{6})"/g, (_, color) => `"${mixColors(ground, color, FADED_INK)}"`);
}

/**
 * The frame of an open scope, its edges and its closed boxes.
 * @param {Pen} pen @param {Level} level @param {number} x @param {number} y @param {number} depth @param {"down"|"right"} direction
 */
function levelMarkup(pen, level, x, y, depth, direction) {
  const parts = [];
  const behind = depth === 0 ? pen.theme.canvas : scopeFill(pen.theme, depth);
  /** @param {string} markup @param {boolean} faded */
  const add = (markup, faded) => parts.push(faded ? fadeInk(markup, behind) : markup);
  if (depth > 0) add(frameMarkup(pen, level, depth, direction), isFaded(pen, level.item));
  for (const faded of pen.kept ? [true, false] : [false]) {
    const edges = edgesMarkup(pen, level, direction, (e) => endsFaded(pen, level, e) === faded && isEdgeInside(pen, level.layout.edges[e].points, x, y));
    if (edges) add(edges, faded);
  }
  const labels = labelsOf(pen.doc, level);
  const strong = pen.kept ? labels.filter((label) => !endsFaded(pen, level, label.edge)) : labels;
  if (strong.length > 0) parts.push(labelMarkup(pen, strong, behind));
  level.children.forEach((child, k) => {
    const [bx, by, width] = [level.layout.x[k], level.layout.y[k], level.widths[k]];
    if (level.inner[k] !== null || !isInside(pen, x + bx, y + by, width, level.heights[k])) return;
    add(boxMarkup(pen, child, bx, by, width), isFaded(pen, child));
  });
  return parts.join('\n') || element('g', {});
}

/** @param {Pen} pen @param {Level} level @param {"down"|"right"} direction @param {(edge: number) => boolean} isMeant */
function edgesMarkup(pen, level, direction, isMeant) {
  const changes = edgeChangesOf(pen.doc, levelOf(pen.doc, level.item));
  const styleOf = (/** @type {number} */ e) => (changes?.[e] ? styleOfChange(pen.theme, changes[e]) : null);
  const arrows = level.edges.map((edge, e) => (isMeant(e) ? edgeMarkup(pen, edge, level.layout.edges[e].points, direction, styleOf(e)) : '')).join('');
  return arrows && element('g', { fill: 'none', stroke: pen.theme.edge, 'stroke-width': pen.theme.print ? 1 : 1.2 }, arrows);
}

/** An edge is as faint as the fainter of its ends. @param {Pen} pen @param {Level} level @param {number} e */
function endsFaded(pen, level, e) {
  const { source, target } = level.edges[e];
  return [source, target].some((end) => isFaded(pen, end < 0 ? level.item : level.children[end]));
}

/** @param {Pen} pen @param {Float64Array} points @param {number} x @param {number} y */
function isEdgeInside(pen, points, x, y) {
  if (pen.region === null) return true;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < points.length; i += 2) {
    [left, right] = [Math.min(left, points[i]), Math.max(right, points[i])];
    [top, bottom] = [Math.min(top, points[i + 1]), Math.max(bottom, points[i + 1])];
  }
  return isInside(pen, x + left - 1, y + top - 1, right - left + 2, bottom - top + 2);
}

/** @param {Pen} pen @param {Level} level @param {number} depth @param {"down"|"right"} direction */
function frameMarkup({ doc, theme }, level, depth, direction) {
  const { width, height } = level.layout;
  const header = headerOf(doc, level.item, width, direction === 'down' ? level.layout.inPort : -1);
  const parts = [
    element('title', {}, escapeXml(doc.id(level.item))),
    element('rect', { x: 0.5, y: 0.5, width: width - 1, height: height - 1, rx: 10, fill: scopeFill(theme, depth), stroke: theme.scopeBorder }),
    chevronMarkup(BOX.headerX, BOX.headerBaseline - 4, true, theme.muted),
    text(header.nameX, BOX.headerBaseline, header.name, { 'font-size': BOX.nameSize, 'font-weight': 600, fill: theme.text }),
  ];
  if (header.type) parts.push(text(header.typeX, BOX.headerBaseline, header.type, { 'font-size': BOX.detailSize, fill: theme.muted }));
  if (header.badge) parts.push(badgeMarkup(theme, header.badge, header.badgeWidth, width - header.badgeWidth - 10, 7));
  if (header.code) parts.push(codeMarkup(theme, header.code, width - 10 - (header.badge ? header.badgeWidth + 6 : 0), 7));
  const change = changeStyle(doc, theme, level.item);
  // What an open scope holds can be seen.
  if (change && change.sign !== styleOfChange(theme, HOLDS).sign) parts.push(changeMarkup(change, theme, width, height, 10));
  return element('g', {}, parts.join(''));
}

/** @param {Pen} pen @param {LevelEdge} edge @param {Float64Array} points @param {"down"|"right"} direction @param {ChangeStyle|null} change */
function edgeMarkup({ theme }, edge, points, direction, change) {
  const own = { stroke: change?.color ?? null, 'stroke-width': change ? 2 : null };
  const path = element('path', { d: pathData(points), 'stroke-dasharray': change?.dash.join(' ') || (DASHES[edge.kind] ?? ''), ...own });
  return edge.target < 0 ? path : path + element('path', { d: arrowData(points, direction), fill: change?.color ?? theme.edge, stroke: 'none' });
}

/** @param {Float64Array} p */
function pathData(p) {
  let data = `M${shortDecimal(p[0])} ${shortDecimal(p[1])}`;
  for (let i = 2; i < p.length; i += 6) {
    const straight = (p[i - 2] === p[i] && p[i] === p[i + 2] && p[i] === p[i + 4]) || (p[i - 1] === p[i + 1] && p[i + 1] === p[i + 3] && p[i + 3] === p[i + 5]);
    const from = straight ? i + 4 : i;
    const numbers = Array.from(p.subarray(from, i + 6), shortDecimal);
    data += `${straight ? 'L' : 'C'}${numbers.join(' ')}`;
  }
  return data;
}

/** Triangle at the end of a curve. @param {Float64Array} p @param {"down"|"right"} direction */
function arrowData(p, direction) {
  const x = p[p.length - 2];
  const y = p[p.length - 1];
  const dx = x - p[p.length - 4];
  const dy = y - p[p.length - 3];
  const length = Math.hypot(dx, dy);
  const [ux, uy] = length > 0 ? [dx / length, dy / length] : direction === 'right' ? [1, 0] : [0, 1];
  const corners = [[x, y], [x - 7 * ux - 3.5 * uy, y - 7 * uy + 3.5 * ux], [x - 7 * ux + 3.5 * uy, y - 7 * uy - 3.5 * ux]];
  return `M${corners.map((corner) => corner.map(shortDecimal).join(' ')).join('L')}Z`;
}

/** @param {Pen} pen @param {{text: string, x: number, y: number, width: number}[]} labels @param {string} behind */
function labelMarkup({ theme }, labels, behind) {
  const parts = labels.map((label) =>
    element('rect', { x: label.x - label.width / 2 - 2, y: label.y - 6, width: label.width + 4, height: 12, fill: behind }) +
    text(label.x, label.y + 3, label.text, { 'text-anchor': 'middle' }));
  return element('g', { 'font-family': MONO, 'font-size': LABEL_SIZE, fill: theme.edgeLabel }, parts.join(''));
}

/** A closed box. @param {Pen} pen @param {number} item @param {number} x @param {number} y @param {number} width */
function boxMarkup(pen, item, x, y, width) {
  const box = boxOf(pen.doc, item);
  const change = changeStyle(pen.doc, pen.theme, item);
  const fill = pen.scale ? overlayFill(pen.scale, item) : change?.fill ?? pen.theme.box;
  const parts = [element('title', {}, escapeXml(titleOf(pen, item)))];
  const behind = behindOf(box);
  for (let sheet = box.stack; sheet >= 0; sheet--) {
    const at = sheet * BOX.stackOffset;
    parts.push(rectMarkup(pen.theme, at, behind - at, width - behind, box.height - behind, fill));
  }
  if (box.bar) parts.push(barMarkup(pen.theme, pen.doc.familyName(item), box.height));
  parts.push(boxTextMarkup(pen.theme, box, width, fill), changeMarkup(change, pen.theme, width - behind, box.height - behind, BOX.radius, behind));
  return element('g', { transform: `translate(${shortDecimal(x)} ${shortDecimal(y)})` }, parts.join(''));
}

/** @param {Theme} theme @param {BoxContent} box @param {number} width @param {string} fill */
function boxTextMarkup(theme, box, width, fill) {
  const strong = textOn(theme, fill);
  const nameX = box.textX + (box.chevron ? 12 : 0);
  const parts = [text(nameX, box.nameY, box.name, { 'font-size': BOX.nameSize, 'font-weight': 600, fill: strong })];
  if (box.chevron) parts.push(chevronMarkup(box.textX, box.nameY - 4, false, strong));
  const mono = box.detailFont === 'mono400';
  if (box.detail) parts.push(text(box.textX, box.detailY, box.detail, { 'font-size': BOX.detailSize, 'font-family': mono ? MONO : '', fill: mutedOn(theme, fill) }));
  if (box.badge) parts.push(badgeMarkup(theme, box.badge, box.badgeWidth, width - behindOf(box) - box.badgeWidth - 8, 7 + behindOf(box)));
  if (box.code) parts.push(codeMarkup(theme, box.code, width - behindOf(box) - 7 - (box.badge ? box.badgeWidth + 6 : 0), (box.chevron ? 7 : 5) + behindOf(box)));
  return parts.join('');
}

/** Space that the sheets behind a repeat take at its right and top. @param {BoxContent} box */
function behindOf(box) {
  return box.stack * BOX.stackOffset;
}

/** @param {Theme} theme @param {number} x @param {number} y @param {number} width @param {number} height @param {string} fill */
function rectMarkup(theme, x, y, width, height, fill) {
  return element('rect', { x: x + 0.5, y: y + 0.5, width: width - 1, height: height - 1, rx: BOX.radius, fill, stroke: theme.boxBorder });
}

/** The family bar, rounded like the box at its left side. @param {Theme} theme @param {string} family @param {number} height */
function barMarkup(theme, family, height) {
  const r = BOX.radius;
  const w = theme.print ? PRINTED_BAR : BOX.barWidth + 1;
  const d = `M${w} 0.5H${r}A${r - 0.5} ${r - 0.5} 0 0 0 0.5 ${r}V${height - r}A${r - 0.5} ${r - 0.5} 0 0 0 ${r} ${height - 0.5}H${w}Z`;
  if (!theme.print) return element('path', { d, fill: familyColor(theme, family) });
  const hatch = hatchOf(family);
  // Strokes keep clear of the round corners.
  const strokes = hatchMarkup(hatch, { x: 1.5, y: 4, width: w - 2, height: height - 8 });
  return element('path', { d, fill: hatch.fill }) + strokes + element('path', { d, fill: 'none', stroke: theme.boxBorder, 'stroke-width': 0.8 });
}

/** @param {number} x @param {number} y middle @param {boolean} open @param {string} color */
function chevronMarkup(x, y, open, color) {
  const d = open ? `M${x} ${y - 2}h7l-3.5 4.5Z` : `M${x} ${y - 3.5}v7l5 -3.5Z`;
  return element('path', { d, fill: color });
}

/** @param {Theme} theme @param {string} label @param {number} width @param {number} x @param {number} y */
function badgeMarkup(theme, label, width, x, y) {
  return element('rect', { x, y, width, height: 16, rx: 8, fill: theme.accent }) +
    text(x + width / 2, y + 11.5, label, { 'font-size': BOX.badgeSize, 'font-weight': 600, fill: theme.accentText, 'text-anchor': 'middle' });
}

/** The pill of what has code. @param {Theme} theme @param {CodeMark} code @param {number} right @param {number} y */
function codeMarkup(theme, code, right, y) {
  const x = right - code.width;
  const [fill, stroke, ink] = code.quiet ? ['none', theme.boxBorder, theme.muted] : [theme.warningSoft, 'none', theme.warning];
  return element('rect', { x, y, width: code.width, height: 15, rx: 7.5, fill, stroke }) +
    text(x + code.width / 2, y + 11, code.text, { 'font-size': BOX.badgeSize, 'font-weight': 600, fill: ink, 'text-anchor': 'middle' });
}

/** @param {number} x @param {number} y @param {string} content @param {Record<string, string|number>} attributes */
function text(x, y, content, attributes) {
  return element('text', { x, y, ...attributes }, escapeXml(content));
}

/** Tooltip: path, type, shape and the known values. @param {Pen} pen @param {number} item */
function titleOf({ doc }, item) {
  const lines = [doc.id(item), [doc.type(item), doc.shape(item), doc.dtype(item)].filter(Boolean).join(' · ')];
  for (const overlay of doc.overlays) {
    const value = tellItem(doc, overlay, item);
    if (value) lines.push(`${overlay.label}: ${value}`);
  }
  if (doc.leaves[item] > 1) lines.push(`${formatInteger(doc.leaves[item])} nodes`);
  return lines.join('\n');
}
