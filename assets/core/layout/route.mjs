/** Turn placed nodes into curves: one chain of cubic pieces per edge. */

import { PathBuilder, reversePath } from './path.mjs';
import { LANE, LANE_MARGIN } from './columns.mjs';

/**
 * @import {LayeredGraph, OrientedEdges} from './layered.mjs'
 * @import {Columns} from './columns.mjs'
 * @import {Ports} from './ports.mjs'
 *
 * @typedef {object} EdgePath
 * @property {Float64Array} points  cubic chain from source to target
 * @property {number} labelX
 * @property {number} labelY
 * @property {boolean} stub   only a short piece at one end is drawn; its label names the other end
 * @property {"source"|"target"|""} stubEnd  the end at which a stub is drawn
 *
 * @typedef {object} Placed   everything in px, direction down
 * @property {LayeredGraph} graph
 * @property {Float64Array} x       left of every node
 * @property {Float64Array} y       top of every node
 * @property {Float64Array} size    height of every node
 * @property {Float64Array} rankSize
 * @property {Columns} columns
 * @property {Ports} ports
 * @property {number} fanTop     y down to which the lines of the top boundary run straight
 * @property {number} fanBottom  y from which lines run straight to the bottom boundary
 */

const STUB_LENGTH = 20;
const CORNER = 10;

/**
 * @param {Placed} placed
 * @param {OrientedEdges} edges
 * @returns {EdgePath[]}
 */
export function routeEdges(placed, edges) {
  const lanes = assignLanes(placed);
  const paths = [];
  for (let e = 0; e < edges.from.length; e++) {
    paths.push(placed.graph.stub[e] ? routeStub(placed, edges, e) : routeEdge(placed, edges, lanes, e));
  }
  return paths;
}

/** @param {Placed} placed @param {OrientedEdges} edges @param {number} e @returns {EdgePath} */
function routeStub({ graph, x, y, size, ports }, edges, e) {
  const atTarget = graph.stub[e] === 1;
  const v = atTarget ? edges.to[e] : edges.from[e];
  const portX = x[v] + ports.stub[e];
  const portY = atTarget ? y[v] : y[v] + size[v];
  const farY = atTarget ? portY - STUB_LENGTH : portY + STUB_LENGTH;
  const points = new PathBuilder(portX, atTarget ? farY : portY).line(portX, atTarget ? portY : farY).finish();
  const reversed = edges.reversed[e] === 1;
  return { points: reversed ? reversePath(points) : points, labelX: portX, labelY: farY, stub: true, stubEnd: atTarget !== reversed ? 'target' : 'source' };
}

/** @param {Placed} placed @param {OrientedEdges} edges @param {Map<number, Lane>} lanes @param {number} e @returns {EdgePath} */
function routeEdge(placed, edges, lanes, e) {
  const { graph, x, y, size, ports } = placed;
  const segments = segmentsOf(graph, e);
  const source = edges.from[e];
  const path = new PathBuilder(x[source] + ports.out[segments[0]], y[source] + size[source]);
  let labelAt = null;
  for (const s of segments) {
    const from = labelAt === null ? path.points.length : 0;
    followSegment(placed, lanes, path, s);
    if (labelAt === null) labelAt = middleOf(path.points, from);
  }
  const target = edges.to[e];
  path.line(path.x, y[target]);
  const points = path.finish();
  const [labelX, labelY] = /** @type {[number, number]} */ (labelAt);
  return { points: edges.reversed[e] ? reversePath(points) : points, labelX, labelY, stub: false, stubEnd: '' };
}

/** Segments of an edge from top to bottom. @param {LayeredGraph} graph @param {number} e */
function segmentsOf(graph, e) {
  const last = graph.lastSegment[e];
  const t = graph.trunkOf[e];
  if (t < 0) return [last];
  const bends = graph.segFrom[last] - graph.trunks[t].base + 1;
  const segments = [];
  for (let i = 0; i < bends; i++) segments.push(graph.trunkSegment[t] + i);
  segments.push(last);
  return segments;
}

/** @param {Placed} placed @param {Map<number, Lane>} lanes @param {PathBuilder} path @param {number} s */
function followSegment({ graph, x, columns, rankSize, ports, fanTop, fanBottom }, lanes, path, s) {
  const upper = graph.rank[graph.segFrom[s]];
  const lower = upper + 1;
  const endX = x[graph.segTo[s]] + ports.into[s];
  const startY = Math.max(columns.top[upper] + rankSize[upper], upper === 0 ? fanTop : -Infinity);
  const endY = Math.min(columns.top[lower], lower === graph.depth - 1 ? fanBottom : Infinity);
  path.line(path.x, startY);
  const lane = lanes.get(s);
  if (lane === undefined) path.curve(endX, endY);
  else path.orthogonal([path.x, lane.bottom, lane.x, lane.bottom, lane.x, lane.top, endX, lane.top, endX, endY], CORNER);
}

/**
 * @typedef {object} Lane  the way of a segment from the foot of a column to the head of the next
 * @property {number} x
 * @property {number} top
 * @property {number} bottom
 */

/**
 * Nest the lines that jump to the next column so that they do not cross each other: the rightmost turns first.
 * @param {Placed} placed @returns {Map<number, Lane>} by segment
 */
function assignLanes({ graph, x, columns, ports, rankSize }) {
  /** @type {Map<number, Lane>} */
  const lanes = new Map();
  if (columns.left.length < 2) return lanes;
  /** @type {number[][]} */
  const jumps = Array.from(columns.left, () => []);
  for (let s = 0; s < graph.segFrom.length; s++) {
    const upper = graph.rank[graph.segFrom[s]];
    if (columns.of[upper] !== columns.of[upper + 1]) jumps[columns.of[upper]].push(s);
  }
  /** @param {number} s */
  const startX = (s) => x[graph.segFrom[s]] + ports.out[s];
  jumps.forEach((segments, c) => {
    if (segments.length === 0) return;
    segments.sort((a, b) => startX(b) - startX(a) || a - b);
    const lower = graph.rank[graph.segTo[segments[0]]];
    const foot = columns.top[lower - 1] + rankSize[lower - 1];
    segments.forEach((s, i) => {
      const outer = segments.length - 1 - i;
      lanes.set(s, {
        x: columns.right[c] + LANE_MARGIN + i * LANE,
        bottom: foot + LANE_MARGIN + i * LANE,
        top: columns.top[lower] - LANE_MARGIN - 8 - outer * LANE,
      });
    });
  });
  return lanes;
}

/** Middle of the curve pieces added since `from`. @param {number[]} points @param {number} from @returns {[number, number]} */
function middleOf(points, from) {
  const at = Math.max(8, from + 6 * Math.max(1, Math.ceil((points.length - from) / 12)));
  const p = points.slice(at - 8, at);
  return [(p[0] + 3 * p[2] + 3 * p[4] + p[6]) / 8, (p[1] + 3 * p[3] + 3 * p[5] + p[7]) / 8];
}
