/**
 * Vertical alignment: which nodes of neighbouring layers share one straight line.
 *
 * Chosen greedily by priority, without crossings: first the inside of long edges, then the segments that lie on
 * the longest paths, those from the boundary before all others. Nodes on one line are one block: they get one x
 * together, which is why the main line is straight whatever stands beside it.
 */

import { groupEdges } from './adjacency.mjs';

/**
 * @import {LayeredGraph, OrientedEdges} from './layered.mjs'
 * @import {Layers} from './order.mjs'
 *
 * @typedef {object} Alignment
 * @property {Int32Array} below   per node: the node straight below, -1
 * @property {Int32Array} above   per node: the node straight above, -1
 * @property {Uint8Array} straight per segment: 1 when it is vertical
 */

const INNER_PRIORITY = 1e12;
/** Longer than any path. */
const FROM_BOUNDARY = 1e7;

/**
 * @param {LayeredGraph} graph
 * @param {Layers} layers
 * @param {OrientedEdges} edges
 * @param {number} top  node of the top boundary, -1
 * @returns {Alignment}
 */
export function alignNodes(graph, layers, edges, top) {
  const position = positionsIn(graph, layers);
  const priority = segmentPriorities(graph, edges, top, position);
  const candidates = [];
  for (let s = 0; s < priority.length; s++) if (priority[s] > 0) candidates.push(s);
  candidates.sort((a, b) => priority[b] - priority[a] || a - b);
  const below = new Int32Array(graph.size).fill(-1);
  const above = new Int32Array(graph.size).fill(-1);
  const straight = new Uint8Array(graph.segFrom.length);
  for (const s of candidates) {
    const u = graph.segFrom[s];
    const v = graph.segTo[s];
    if (below[u] >= 0 || above[v] >= 0) continue;
    if (crossesAligned(layers[graph.rank[u]], position, below, u, v)) continue;
    below[u] = v;
    above[v] = u;
    straight[s] = 1;
  }
  return { below, above, straight };
}

/** @param {LayeredGraph} graph @param {Layers} layers */
function positionsIn(graph, layers) {
  const position = new Int32Array(graph.size);
  for (const layer of layers) for (let i = 0; i < layer.length; i++) position[layer[i]] = i;
  return position;
}

/** Does u-v cross the nearest aligned pair on either side? @param {Int32Array} upper @param {Int32Array} position @param {Int32Array} below @param {number} u @param {number} v */
function crossesAligned(upper, position, below, u, v) {
  for (let i = position[u] - 1; i >= 0; i--) {
    const w = below[upper[i]];
    if (w < 0) continue;
    if (position[w] > position[v]) return true;
    break;
  }
  for (let i = position[u] + 1; i < upper.length; i++) {
    const w = below[upper[i]];
    if (w < 0) continue;
    return position[w] < position[v];
  }
  return false;
}

/**
 * Priority of every segment; 0 = leave it to the compaction.
 *
 * Among several equally good segments of a node the middle one wins; of an even number none does, so that the
 * node ends up centred over its branches.
 * @param {LayeredGraph} graph @param {OrientedEdges} edges @param {number} top @param {Int32Array} position
 */
function segmentPriorities(graph, edges, top, position) {
  const { n, segFrom, segTo, stub, trunkOf, trunkSegment, lastSegment } = graph;
  const length = pathLengths(graph, edges, top);
  const priority = new Float64Array(segFrom.length);
  for (let e = 0; e < stub.length; e++) {
    if (stub[e] !== 0) continue;
    const along = length.up[edges.from[e]] + 1 + length.down[edges.to[e]];
    const first = trunkOf[e] < 0 ? lastSegment[e] : trunkSegment[trunkOf[e]];
    priority[first] = Math.max(priority[first], along);
    priority[lastSegment[e]] = Math.max(priority[lastSegment[e]], along);
  }
  for (let s = 0; s < segFrom.length; s++) if (segFrom[s] >= n && segTo[s] >= n) priority[s] = INNER_PRIORITY;
  const centred = priority.slice();
  centreTies(graph.size, segFrom, segTo, priority, position, centred);
  centreTies(graph.size, segTo, segFrom, priority, position, centred);
  return centred;
}

/**
 * Number of boxes on the longest path that ends and that begins at each node. Where lines come in from the boundary,
 * paths that begin elsewhere (at a constant, say) hardly count.
 * @param {LayeredGraph} graph @param {OrientedEdges} edges @param {number} top
 */
function pathLengths({ n, rank, stub }, { from, to }, top) {
  const up = new Float64Array(n);
  const down = new Float64Array(n);
  const byRank = Array.from(from, (_, e) => e).filter((e) => stub[e] === 0).sort((a, b) => rank[from[a]] - rank[from[b]]);
  if (top >= 0) up[top] = FROM_BOUNDARY;
  for (const e of byRank) up[to[e]] = Math.max(up[to[e]], up[from[e]] + 1);
  for (let i = byRank.length - 1; i >= 0; i--) down[from[byRank[i]]] = Math.max(down[from[byRank[i]]], down[to[byRank[i]]] + 1);
  return { up, down };
}

/**
 * @param {number} size @param {Int32Array} near @param {Int32Array} far @param {Float64Array} priority
 * @param {Int32Array} position @param {Float64Array} centred changed in place
 */
function centreTies(size, near, far, priority, position, centred) {
  const groups = groupEdges(size, near);
  for (let v = 0; v < size; v++) {
    const segments = groups.edge.subarray(groups.start[v], groups.start[v + 1]);
    if (segments.length < 2) continue;
    let best = 0;
    for (const s of segments) best = Math.max(best, priority[s]);
    if (best >= INNER_PRIORITY) continue;
    const ends = new Set();
    const tied = Array.from(segments).filter((s) => priority[s] === best && !ends.has(far[s]) && ends.add(far[s]));
    if (tied.length < 2) continue;
    tied.sort((a, b) => position[far[a]] - position[far[b]] || a - b);
    const middle = tied.length % 2 === 1 ? tied[tied.length >> 1] : -1;
    for (const s of segments) if (s !== middle) centred[s] = 0;
  }
}
