/** Edges of a level: lines, arrowheads, shapes along them. */

import { BOX } from '../core/box.mjs';
import { labelsOf, LABEL_SIZE } from '../core/labels.mjs';
import { levelOf } from '../core/level.mjs';
import { tracedEdges } from './edge_places.mjs';
import { locate } from './geometry.mjs';
import { markedEdges } from './marks.mjs';
import { paintTraced } from './paint_traced.mjs';
import { addHead, allHeads, allLines, extentOf, hasHead, lineOf, routesOf } from './routes.mjs';

/**
 * @import {Level, Scene} from '../core/scene.mjs'
 * @import {LevelEdge} from '../core/level.mjs'
 * @import {Layout} from '../core/layout/layout.mjs'
 * @import {EdgeLabel} from '../core/labels.mjs'
 * @import {MovingLevel} from './transition.mjs'
 * @import {Pen} from './paint.mjs'
 */

const LINE_WIDTH = 1.2;
/** CSS px: thinner lines vanish. */
const LEAST_LINE_WIDTH = 0.55;
/** While something else is to be seen: the way between what is kept stays in sight. */
const FADED_EDGES = 0.4;
/** CSS px: shorter edges are specks between boxes that touch. */
const LEAST_LENGTH = 4;
/** So few edges are drawn together, also when some are out of the window. */
const FEW_EDGES = 300;
/** Scales from which details of edges can be told apart. */
export const HEADS_FROM = 0.22;
const DASHES_FROM = 0.3;
const LABELS_FROM = 5.6 / LABEL_SIZE;
const LABEL_FONT = `400 ${LABEL_SIZE}px "JetBrains Mono", ui-monospace, monospace`;
/** Mask, state and control edges, as in core/svg.mjs. */
const EDGE_DASHES = [[], [5, 3], [2, 3], [1, 3]];

/**
 * @param {Pen} pen @param {Level} level @param {LevelEdge[]} edges @param {number} x @param {number} y
 * @param {string} behind  colour of the ground
 */
export function paintEdges(pen, level, edges, x, y, behind) {
  if (edges.length === 0) return;
  const { context, colours, now } = pen;
  const shown = shownEdges(pen, level.layout, x, y);
  if (shown.length === 0) return;
  const least = (LEAST_LENGTH * pen.detail) / pen.scale;
  context.save();
  context.translate(x, y);
  const strength = now.kept ? context.globalAlpha : 1;
  if (now.kept) context.globalAlpha = strength * FADED_EDGES;
  context.strokeStyle = colours.theme.edge;
  context.fillStyle = colours.theme.edge;
  context.lineWidth = Math.max(LINE_WIDTH, LEAST_LINE_WIDTH / pen.scale);
  const dashed = hasDashes(pen, edges);
  const whole = !dashed && (edges.length <= FEW_EDGES || shown.length > edges.length / 2);
  if (whole) context.stroke(allLines(level.layout, least));
  else strokeEach(context, level.layout, edges, shown, dashed);
  if (pen.scale >= HEADS_FROM) context.fill(whole ? allHeads(level.layout, edges) : headsOf(level.layout, edges, shown));
  paintMarked(pen, level);
  if (now.kept) context.globalAlpha = strength;
  paintTraced(pen, level);
  if (pen.scale >= LABELS_FROM) {
    const traced = now.kept && now.trace ? tracedEdges(pen.doc, now.trace, levelOf(pen.doc, level.item)) : [];
    for (const label of labelsOf(pen.doc, settled(level))) paintLabel(pen, level, label, x, y, behind, now.kept && !traced.includes(label.edge) ? FADED_EDGES : 1);
    context.textAlign = 'left';
  }
  context.restore();
}

/**
 * Lines and heads of some edges; the context stands at the level's corner.
 * @param {Pen} pen @param {Level} level @param {LevelEdge[]} edges @param {number[]} shown
 */
export function paintLines(pen, level, edges, shown) {
  const { context, colours, now, scale } = pen;
  const strength = context.globalAlpha;
  if (now.kept) context.globalAlpha = strength * FADED_EDGES;
  context.strokeStyle = colours.theme.edge;
  context.fillStyle = colours.theme.edge;
  context.lineWidth = Math.max(LINE_WIDTH, LEAST_LINE_WIDTH / scale);
  strokeEach(context, level.layout, edges, shown, hasDashes(pen, edges));
  if (scale >= HEADS_FROM) context.fill(headsOf(level.layout, edges, shown));
  context.globalAlpha = strength;
}

/** @param {Pen} pen @param {LevelEdge[]} edges */
function hasDashes({ scale }, edges) {
  return scale >= DASHES_FROM && edges.some((edge) => edge.kind !== 0);
}

/** The way that a diagnosis is about. @param {Pen} pen @param {Level} level @param {Set<number>} [among]  edges; all by default */
export function paintMarked(pen, level, among) {
  const { context, colours, doc, now, scale } = pen;
  const mark = doc.marks[now.diagnosis];
  if (!mark) return;
  const graph = levelOf(doc, level.item);
  const all = markedEdges(doc, mark, graph);
  const marked = among ? all.filter((e) => among.has(e)) : all;
  context.strokeStyle = colours.theme.danger;
  context.fillStyle = colours.theme.danger;
  context.lineWidth = Math.max(1.8, 1.2 / scale);
  strokeEach(context, level.layout, graph.edges, marked, hasDashes(pen, graph.edges));
  if (scale >= HEADS_FROM) context.fill(headsOf(level.layout, graph.edges, marked));
}

/** Labels are placed for the level at rest. @param {MovingLevel} level @returns {Level} */
function settled(level) {
  return level.rest ?? level;
}

/** Edges that cross the window and are long enough to be seen. @param {Pen} pen @param {Layout} layout @param {number} x @param {number} y @returns {number[]} */
function shownEdges({ window, scale, detail }, layout, x, y) {
  const routes = routesOf(layout);
  const { boxes } = routes;
  const least = (LEAST_LENGTH * detail) / scale;
  const shown = [];
  for (let e = 0, at = 0; at < boxes.length; e++, at += 4) {
    if (extentOf(routes, e) < least) continue;
    if (boxes[at] + x > window.right || boxes[at + 1] + y > window.bottom || boxes[at + 2] + x < window.left || boxes[at + 3] + y < window.top) continue;
    shown.push(e);
  }
  return shown;
}

/** @param {CanvasRenderingContext2D} context @param {Layout} layout @param {LevelEdge[]} edges @param {number[]} shown @param {boolean} dashed */
function strokeEach(context, layout, edges, shown, dashed) {
  let kind = 0;
  for (const e of shown) {
    if (dashed && edges[e].kind !== kind) {
      kind = edges[e].kind;
      context.setLineDash(EDGE_DASHES[kind] ?? []);
    }
    context.stroke(lineOf(layout, e));
  }
  context.setLineDash([]);
}

/** @param {Layout} layout @param {LevelEdge[]} edges @param {number[]} shown */
function headsOf(layout, edges, shown) {
  const path = new Path2D();
  for (const e of shown) if (hasHead(edges[e])) addHead(path, layout.edges[e].points);
  return path;
}

/**
 * @param {Pen} pen @param {MovingLevel} level @param {EdgeLabel} label @param {number} x @param {number} y  the level's corner
 * @param {string} behind @param {number} [strength]  of the text
 */
function paintLabel({ context, colours, window }, level, label, x, y, behind, strength = 1) {
  const route = level.layout.edges[label.edge];
  const rest = settled(level).layout.edges[label.edge];
  const cx = label.x + route.labelX - rest.labelX;
  const cy = label.y + route.labelY - rest.labelY;
  const half = label.width / 2 + 2;
  if (cx + x + half < window.left || cx + x - half > window.right || cy + y + 6 < window.top || cy + y - 6 > window.bottom) return;
  context.fillStyle = behind;
  context.fillRect(cx - half, cy - 6, 2 * half, 12);
  context.font = LABEL_FONT;
  context.textAlign = 'center';
  context.fillStyle = colours.theme.edgeLabel;
  const { globalAlpha } = context;
  context.globalAlpha = globalAlpha * strength;
  context.fillText(label.text, cx, cy + 3);
  context.globalAlpha = globalAlpha;
}

/** Everything that enters or leaves the selected item, on top. @param {Pen} pen @param {Scene} scene */
export function paintIncident(pen, scene) {
  const { context, colours, doc, now } = pen;
  if (now.selected <= 0) return;
  const place = locate(doc, scene, now.selected);
  const { position } = place;
  const level = /** @type {MovingLevel|null} */ (place.level);
  if (!level) return;
  const [x, y] = [place.box.x - level.layout.x[position], place.box.y - level.layout.y[position]];
  context.save();
  context.translate(x, y);
  context.strokeStyle = colours.theme.accent;
  context.fillStyle = colours.theme.accent;
  context.lineWidth = Math.max(1.8, 1.1 / pen.scale);
  const { edges } = levelOf(doc, level.item);
  const incident = edges.flatMap((edge, e) => (edge.source === position || edge.target === position ? [e] : []));
  for (const e of incident) {
    context.stroke(lineOf(level.layout, e));
    ringNeighbour(pen, level, edges[e].source === position ? edges[e].target : edges[e].source);
  }
  if (pen.scale >= HEADS_FROM) context.fill(headsOf(level.layout, edges, incident));
  paintLabelsOf(pen, level, incident, x, y);
  context.restore();
}

/**
 * The labels of some edges again, over lines that were drawn since; the context stands at the level's corner.
 * @param {Pen} pen @param {MovingLevel} level @param {number[]} edges @param {number} x @param {number} y  the corner
 */
export function paintLabelsOf(pen, level, edges, x, y) {
  if (pen.scale < LABELS_FROM) return;
  const behind = pen.colours.ground(pen.doc.depth[level.item]);
  for (const label of labelsOf(pen.doc, settled(level))) if (edges.includes(label.edge)) paintLabel(pen, level, label, x, y, behind);
  pen.context.textAlign = 'left';
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
