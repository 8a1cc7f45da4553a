/** Edges of a level: lines, arrowheads, shapes along them. */

import { BOX } from '../core/box.mjs';
import { levelOf } from '../core/level.mjs';
import { textWidth } from '../core/text.mjs';
import { locate } from './geometry.mjs';
import { FONTS } from './paint_boxes.mjs';
import { addHead, allHeads, allLines, hasHead, lineOf, routesOf } from './routes.mjs';

/**
 * @import {Level, Scene} from '../core/scene.mjs'
 * @import {LevelEdge} from '../core/level.mjs'
 * @import {Layout} from '../core/layout/layout.mjs'
 * @import {Pen} from './paint.mjs'
 */

const LINE = 1.25;
/** CSS px: thinner lines vanish. */
const LEAST_LINE = 0.55;
/** Scales from which details of edges can be told apart. */
const HEADS_FROM = 0.22;
const LABELS_FROM = 5.6 / BOX.detailSize;
const DASH = [4, 3];

/**
 * @param {Pen} pen @param {Level} level @param {LevelEdge[]} edges @param {number} x @param {number} y
 */
export function paintEdges(pen, level, edges, x, y) {
  if (edges.length === 0) return;
  const { context, colours } = pen;
  const shown = shownEdges(pen, level.layout, x, y);
  if (shown.length === 0) return;
  context.save();
  context.translate(x, y);
  context.strokeStyle = colours.theme.edge;
  context.fillStyle = colours.theme.edge;
  context.lineWidth = Math.max(LINE, LEAST_LINE / pen.scale);
  const whole = shown.length === edges.length && edges.every((edge) => edge.kind === 0);
  if (whole) context.stroke(allLines(level.layout));
  else strokeEach(context, level.layout, edges, shown);
  if (pen.scale >= HEADS_FROM) context.fill(whole ? allHeads(level.layout) : headsOf(level.layout, shown));
  if (pen.scale >= LABELS_FROM) paintLabels(pen, level, edges, shown);
  context.restore();
}

/** Edges that cross the window. @param {Pen} pen @param {Layout} layout @param {number} x @param {number} y @returns {number[]} */
function shownEdges({ window }, layout, x, y) {
  const { boxes } = routesOf(layout);
  const shown = [];
  for (let e = 0, at = 0; at < boxes.length; e++, at += 4) {
    if (boxes[at] + x > window.right || boxes[at + 1] + y > window.bottom || boxes[at + 2] + x < window.left || boxes[at + 3] + y < window.top) continue;
    shown.push(e);
  }
  return shown;
}

/** @param {CanvasRenderingContext2D} context @param {Layout} layout @param {LevelEdge[]} edges @param {number[]} shown */
function strokeEach(context, layout, edges, shown) {
  for (const e of shown) if (edges[e].kind === 0) context.stroke(lineOf(layout, e));
  context.setLineDash(DASH);
  for (const e of shown) if (edges[e].kind !== 0) context.stroke(lineOf(layout, e));
  context.setLineDash([]);
}

/** @param {Layout} layout @param {number[]} shown */
function headsOf(layout, shown) {
  const path = new Path2D();
  for (const e of shown) if (hasHead(layout.edges[e])) addHead(path, layout.edges[e].points);
  return path;
}

/** @param {Pen} pen @param {Level} level @param {LevelEdge[]} edges @param {number[]} shown */
function paintLabels(pen, level, edges, shown) {
  const { context, colours } = pen;
  const { layout } = level;
  context.font = FONTS.mono400;
  context.textAlign = 'center';
  for (const e of shown) {
    const route = layout.edges[e];
    const text = labelOf(pen, level, edges, e);
    if (!text || !Number.isFinite(route.labelX)) continue;
    const width = textWidth(text, 'mono400', BOX.detailSize);
    context.fillStyle = colours.theme.canvas;
    context.fillRect(route.labelX - width / 2 - 3, route.labelY - 6, width + 6, 12);
    context.fillStyle = colours.theme.edgeLabel;
    context.fillText(text, route.labelX, route.labelY + 3.2);
  }
  context.textAlign = 'left';
}

/** The shape, once per tensor; a stub says where it comes from or goes to. @param {Pen} pen @param {Level} level @param {LevelEdge[]} edges @param {number} e */
function labelOf(pen, level, edges, e) {
  const edge = edges[e];
  const route = level.layout.edges[e];
  if (route.stub) {
    const far = route.stubEnd === 'target' ? edge.source : edge.target;
    return far < 0 ? '' : pen.doc.name(level.children[far]);
  }
  return edge.bundle >= 0 && edge.bundle !== e ? '' : edge.shape;
}

/** Everything that enters or leaves the selected item, on top. @param {Pen} pen @param {Scene} scene */
export function paintIncident(pen, scene) {
  const { context, colours, doc, now } = pen;
  if (now.selected <= 0) return;
  const place = locate(doc, scene, now.selected);
  const { level, position } = place;
  if (!level) return;
  const [x, y] = [place.box.x - level.layout.x[position], place.box.y - level.layout.y[position]];
  context.save();
  context.translate(x, y);
  context.strokeStyle = colours.theme.accent;
  context.fillStyle = colours.theme.accent;
  context.lineWidth = Math.max(1.8, 1.1 / pen.scale);
  levelOf(doc, level.item).edges.forEach((edge, e) => {
    if (edge.source !== position && edge.target !== position) return;
    context.stroke(lineOf(level.layout, e));
    if (pen.scale >= HEADS_FROM) context.fill(headsOf(level.layout, [e]));
    ringNeighbour(pen, level, edge.source === position ? edge.target : edge.source);
  });
  context.restore();
}

/** @param {Pen} pen @param {Level} level @param {number} k  child position, -1 = the boundary */
function ringNeighbour({ context, scale }, level, k) {
  if (k < 0) return;
  const before = context.lineWidth;
  context.lineWidth = Math.max(1.25, 0.9 / scale);
  context.beginPath();
  context.roundRect(level.layout.x[k], level.layout.y[k], level.widths[k], level.heights[k], BOX.radius);
  context.stroke();
  context.lineWidth = before;
}
