/**
 * Edges as things that can be pointed at and selected. Pure.
 *
 * An edge of the picture is an edge of a level; it stands for one or more tensors between two boxes.
 *
 * @import {Doc} from '../core/document.mjs'
 * @import {Scene, Level} from '../core/scene.mjs'
 * @import {LevelGraph} from '../core/level.mjs'
 * @import {Trace} from './tracing.mjs'
 *
 * @typedef {object} EdgeKey
 * @property {number} scope  the item whose level it lies in
 * @property {number} index  its place among the edges of that level, the same in every scene
 */

import { levelOf } from '../core/level.mjs';
import { positionIn } from './pack.mjs';
import { routesOf } from './routes.mjs';

/** A curve is looked at as so many straight pieces. */
const PIECES = 12;

/** The same edge, as far as the state is concerned. @param {EdgeKey|null} a @param {EdgeKey|null} b */
export function sameEdge(a, b) {
  return a === b || (a !== null && b !== null && a.scope === b.scope && a.index === b.index);
}

/**
 * The edge under a world point, or null; boxes hide the edges below them.
 * @param {Scene} scene @param {number} x @param {number} y @param {number} slack  world units
 * @returns {EdgeKey|null}
 */
export function edgeAt(scene, x, y, slack) {
  let [level, left, top] = [scene.root, 0, 0];
  for (;;) {
    const k = childAt(level, x - left, y - top);
    if (k < 0) break;
    const inner = level.inner[k];
    if (!inner) return null;
    [level, left, top] = [inner, left + level.layout.x[k], top + level.layout.y[k]];
  }
  const index = nearestEdge(level, x - left, y - top, slack);
  return index < 0 ? null : { scope: level.item, index };
}

/** @param {Level} level @param {number} x @param {number} y */
function childAt({ layout, widths, heights, children }, x, y) {
  for (let k = 0; k < children.length; k++) {
    const [dx, dy] = [x - layout.x[k], y - layout.y[k]];
    if (dx >= 0 && dy >= 0 && dx <= widths[k] && dy <= heights[k]) return k;
  }
  return -1;
}

/** @param {Level} level @param {number} x @param {number} y  in the level @param {number} slack @returns {number} -1 = none */
function nearestEdge({ layout }, x, y, slack) {
  const { boxes } = routesOf(layout);
  let best = -1;
  let least = slack;
  for (let e = 0, at = 0; at < boxes.length; e++, at += 4) {
    if (x < boxes[at] - slack || y < boxes[at + 1] - slack || x > boxes[at + 2] + slack || y > boxes[at + 3] + slack) continue;
    const distance = distanceTo(layout.edges[e].points, x, y);
    if (distance < least) [best, least] = [e, distance];
  }
  return best;
}

/** From a point to a route of curves. @param {Float64Array} points @param {number} x @param {number} y */
export function distanceTo(points, x, y) {
  let least = Infinity;
  let [px, py] = [points[0], points[1]];
  for (let i = 2; i + 5 < points.length; i += 6) {
    const [x0, y0] = [points[i - 2], points[i - 1]];
    for (let piece = 1; piece <= PIECES; piece++) {
      const t = piece / PIECES;
      const s = 1 - t;
      const [a, b, c, d] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
      const qx = a * x0 + b * points[i] + c * points[i + 2] + d * points[i + 4];
      const qy = a * y0 + b * points[i + 1] + c * points[i + 3] + d * points[i + 5];
      least = Math.min(least, distanceToPiece(px, py, qx, qy, x, y));
      [px, py] = [qx, qy];
    }
  }
  return least;
}

/** @param {number} ax @param {number} ay @param {number} bx @param {number} by @param {number} x @param {number} y */
function distanceToPiece(ax, ay, bx, by, x, y) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length));
  return Math.hypot(ax + t * dx - x, ay + t * dy - y);
}

/** The edges of an item at the level it lies in: those that enter first. @param {Doc} doc @param {number} item @returns {EdgeKey[]} */
export function edgesOf(doc, item) {
  if (item <= 0) return [];
  const scope = doc.parent[item];
  const { edges, children } = levelOf(doc, scope);
  const k = positionIn(children, item);
  const keys = (/** @type {(edge: {source: number, target: number}) => boolean} */ fits) => edges.flatMap((edge, index) => (fits(edge) ? [{ scope, index }] : []));
  return [...keys((edge) => edge.target === k), ...keys((edge) => edge.source === k)];
}

/** @type {WeakMap<object, WeakMap<LevelGraph, number[]>>} */
const tracedOf = new WeakMap();

/** The edges of a level that a trace goes along. @param {Doc} doc @param {Trace} trace @param {LevelGraph} graph @returns {number[]} */
export function tracedEdges(doc, { reach }, graph) {
  let levels = tracedOf.get(reach);
  if (!levels) tracedOf.set(reach, (levels = new WeakMap()));
  let traced = levels.get(graph);
  if (!traced) {
    const ends = tracedEnds(doc, reach.edges, graph);
    traced = graph.edges.flatMap((edge, e) => (ends.has(keyOf(graph, edge.source, edge.target, edge.kind)) ? [e] : []));
    levels.set(graph, traced);
  }
  return traced;
}

/** @param {Doc} doc @param {Uint8Array} marks @param {LevelGraph} graph */
function tracedEnds(doc, marks, graph) {
  const { source, target, kind } = doc.edges;
  const ends = new Set();
  for (let e = 0; e < marks.length; e++) {
    if (marks[e] === 0) continue;
    const [from, to] = [childAround(doc, graph, source[e]), childAround(doc, graph, target[e])];
    if (from !== to) ends.add(keyOf(graph, from, to, kind[e]));
  }
  return ends;
}

/** @param {LevelGraph} graph @param {number} from @param {number} to @param {number} kind */
function keyOf({ children }, from, to, kind) {
  return ((from + 1) * (children.length + 1) + to + 1) * 4 + kind;
}

/** Which child of the level an item lies in, -1 = none. @param {Doc} doc @param {LevelGraph} graph @param {number} item */
function childAround(doc, { scope, children }, item) {
  if (item <= scope || item >= doc.end[scope]) return -1;
  let [low, high] = [0, children.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (children[middle] <= item) low = middle;
    else high = middle - 1;
  }
  return low;
}
