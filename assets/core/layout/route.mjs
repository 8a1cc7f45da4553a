/** Turn placed nodes into curves: one chain of cubic pieces per edge. */

import { PathBuilder, reversePath } from './path.mjs';
import { JUMP } from './cut.mjs';
import { ENTRY_DISTANCE, EXIT_DISTANCE, laneX, overheadY, SLOT_STEP } from './stack.mjs';

/**
 * @import {LayeredGraph, OrientedEdges} from './layered.mjs'
 * @import {Channels, Jump, Return} from './channels.mjs'
 * @import {Columns} from './stack.mjs'
 * @import {Ports} from './ports.mjs'
 *
 * @typedef {object} EdgePath
 * @property {Float64Array} points  cubic chain from source to target
 * @property {number} labelX
 * @property {number} labelY
 * @property {boolean} stub   only a short piece at one end is drawn; its label names the other end
 * @property {"source"|"target"|""} stubEnd  the end at which a stub is drawn
 * @property {"start"|"middle"|"end"} anchor  which part of the label stands at labelX
 *
 * @typedef {object} Placed   everything in px, direction down
 * @property {LayeredGraph} graph
 * @property {Float64Array} x       left of every node
 * @property {Float64Array} y       top of every node
 * @property {Float64Array} size    height of every node
 * @property {Float64Array} rankSize
 * @property {Columns} columns
 * @property {Channels} channels
 * @property {Ports} ports
 * @property {{into: Uint8Array, out: Uint8Array}} sharedSide  nodes with one port on that side
 * @property {boolean} acrossLabels  labels run along the ranks (direction right)
 * @property {number} originY    y of the first rank's top: everything above is padding
 * @property {number} fanTop     y down to which the lines of the top boundary run straight
 * @property {number} fanBottom  y from which lines run straight to the bottom boundary
 */

const STUB_LENGTH = 18;
export const STUB_STEP = 12;
const STUB_SPREAD = 6;
const CORNER = 10;

/**
 * @param {Placed} placed
 * @param {OrientedEdges} edges
 * @returns {EdgePath[]}
 */
export function routeEdges(placed, edges) {
  /** @type {EdgePath[]} */
  const paths = [];
  for (let e = 0; e < edges.from.length; e++) {
    if (placed.graph.stub[e] === 0) paths[e] = routeEdge(placed, edges, e);
    else if (placed.graph.stub[e] !== JUMP) paths[e] = routeStub(placed, edges, e);
  }
  for (const jump of placed.channels.jumps) paths[jump.edge] = routeJump(placed, edges, jump);
  for (const line of placed.channels.returns) paths[line.edge] = routeReturn(placed, edges, line);
  return paths;
}

/**
 * A short piece at one end; the further left, the longer, so that the labels stand like stairs.
 * @param {Placed} placed @param {OrientedEdges} edges @param {number} e @returns {EdgePath}
 */
function routeStub({ graph, x, y, size, ports, sharedSide, acrossLabels }, edges, e) {
  const atTarget = graph.stub[e] === 1;
  const v = atTarget ? edges.to[e] : edges.from[e];
  const portX = x[v] + (atTarget ? ports.freeInto[e] : ports.freeOut[e]);
  const portY = atTarget ? y[v] : y[v] + size[v];
  const length = STUB_LENGTH + STUB_STEP * ports.stubSlot[e];
  const farY = atTarget ? portY - length : portY + length;
  const shared = (atTarget ? sharedSide.into[v] : sharedSide.out[v]) === 1;
  // at a port that all lines share, stubs come in from the side; labels across the ranks need their own lines
  const farX = portX + (shared ? STUB_STEP + 3 : 0) + (acrossLabels ? ports.stubPlace[e] * (shared ? STUB_STEP : STUB_SPREAD) : 0);
  const [top, bottom] = atTarget ? [[farX, farY], [portX, portY]] : [[portX, portY], [farX, farY]];
  const points = new PathBuilder(top[0], top[1]).curve(bottom[0], bottom[1]).finish();
  const reversed = edges.reversed[e] === 1;
  return { points: reversed ? reversePath(points) : points, labelX: farX, labelY: farY + (atTarget ? 4 : -4), stub: true, stubEnd: atTarget !== reversed ? 'target' : 'source', anchor: 'start' };
}

/** @param {Placed} placed @param {OrientedEdges} edges @param {number} e @returns {EdgePath} */
function routeEdge(placed, edges, e) {
  const { graph, x, y, size, ports } = placed;
  const segments = segmentsOf(graph, e);
  const source = edges.from[e];
  const path = new PathBuilder(x[source] + ports.out[segments[0]], y[source] + size[source]);
  let labelAt = null;
  for (const s of segments) {
    const from = labelAt === null ? path.points.length : 0;
    followSegment(placed, path, s);
    if (labelAt === null) labelAt = middleOf(path.points, from);
  }
  const target = edges.to[e];
  path.line(path.x, y[target]);
  const points = path.finish();
  const [labelX, labelY] = /** @type {[number, number]} */ (labelAt);
  return { points: edges.reversed[e] ? reversePath(points) : points, labelX, labelY, stub: false, stubEnd: '', anchor: 'middle' };
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

/** @param {Placed} placed @param {PathBuilder} path @param {number} s */
function followSegment(placed, path, s) {
  const { graph, x, ports } = placed;
  const upper = graph.rank[graph.segFrom[s]];
  path.line(path.x, rankBottom(placed, upper));
  path.curve(x[graph.segTo[s]] + ports.into[s], rankTop(placed, upper + 1));
}

/** y below which the lines of a rank may bend. @param {Placed} placed @param {number} rank */
function rankBottom({ columns, rankSize, fanTop }, rank) {
  return Math.max(columns.top[rank] + rankSize[rank], rank === 0 ? fanTop : -Infinity);
}

/** y down to which the lines into a rank may bend. @param {Placed} placed @param {number} rank */
function rankTop({ columns, graph, fanBottom }, rank) {
  return Math.min(columns.top[rank], rank === graph.depth - 1 ? fanBottom : Infinity);
}

/** Through the gutters to another column. @param {Placed} placed @param {OrientedEdges} edges @param {Jump} jump @returns {EdgePath} */
function routeJump(placed, edges, jump) {
  const { x, y, size, columns, channels, ports, originY } = placed;
  const { edge } = jump;
  const source = edges.from[edge];
  const target = edges.to[edge];
  const startX = x[source] + ports.freeOut[edge];
  const endX = x[target] + ports.freeInto[edge];
  const exitY = rankBottom(placed, jump.exitRank) + EXIT_DISTANCE + jump.exitSlot * SLOT_STEP;
  const entryY = rankTop(placed, jump.entryRank) - ENTRY_DISTANCE - jump.entrySlot * SLOT_STEP;
  const firstX = laneX(columns, channels.lanes[jump.first].gutter, channels.lanes[jump.first].place);
  const lastX = laneX(columns, channels.lanes[jump.last].gutter, channels.lanes[jump.last].place);
  const corners = [startX, exitY, firstX, exitY];
  if (jump.top >= 0) corners.push(firstX, originY + overheadY(jump.top), lastX, originY + overheadY(jump.top));
  corners.push(lastX, entryY, endX, entryY, endX, y[target]);
  const points = new PathBuilder(startX, y[source] + size[source]).orthogonal(corners, CORNER).finish();
  return { points: edges.reversed[edge] ? reversePath(points) : points, labelX: (columns.right[jump.from] + startX) / 2, labelY: exitY, stub: false, stubEnd: '', anchor: 'middle' };
}

/** Down, and below all columns to the bottom boundary's port. @param {Placed} placed @param {OrientedEdges} edges @param {Return} line @returns {EdgePath} */
function routeReturn(placed, edges, { edge, exitRank, exitSlot, lane }) {
  const { x, y, size, columns, channels, ports, fanBottom } = placed;
  const source = edges.from[edge];
  const target = edges.to[edge];
  const startX = x[source] + ports.freeOut[edge];
  const corners = [];
  if (lane >= 0) {
    const exitY = rankBottom(placed, exitRank) + EXIT_DISTANCE + exitSlot * SLOT_STEP;
    const along = laneX(columns, channels.lanes[lane].gutter, channels.lanes[lane].place);
    corners.push(startX, exitY, along, exitY, along, fanBottom);
  } else if (startX !== x[target]) corners.push(startX, fanBottom);
  if (corners.length > 0) corners.push(x[target], fanBottom);
  corners.push(x[target], y[target]);
  const points = new PathBuilder(startX, y[source] + size[source]).orthogonal(corners, CORNER).finish();
  return { points, labelX: startX, labelY: rankBottom(placed, exitRank) + EXIT_DISTANCE, stub: false, stubEnd: '', anchor: 'middle' };
}

/** Middle of the curve pieces added since `from`. @param {number[]} points @param {number} from @returns {[number, number]} */
function middleOf(points, from) {
  const at = Math.max(8, from + 6 * Math.max(1, Math.ceil((points.length - from) / 12)));
  const p = points.slice(at - 8, at);
  return [(p[0] + 3 * p[2] + 3 * p[4] + p[6]) / 8, (p[1] + 3 * p[3] + 3 * p[5] + p[7]) / 8];
}
