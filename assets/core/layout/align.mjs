/**
 * Vertical alignment: which nodes of neighbouring layers share one straight line.
 *
 * Chosen greedily by priority, without crossings: first the inside of long edges, then the segments that lie on
 * the longest runs of neighbouring boxes. A run is one block: its nodes get one x together, which is
 * why a chain is straight whatever stands beside it.
 */

import { groupEdges } from './adjacency.mjs';

/**
 * @import {LayeredGraph} from './layered.mjs'
 * @import {Layers} from './order.mjs'
 *
 * @typedef {object} Alignment
 * @property {Int32Array} below   per node: the node straight below, -1
 * @property {Int32Array} above   per node: the node straight above, -1
 * @property {Uint8Array} straight per segment: 1 when it is vertical
 */

const INNER_PRIORITY = 1e9;

/**
 * @param {LayeredGraph} graph
 * @param {Layers} layers
 * @returns {Alignment}
 */
export function alignNodes(graph, layers) {
  const position = positionsIn(graph, layers);
  const priority = segmentPriorities(graph, layers, position);
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
 * @param {LayeredGraph} graph @param {Layers} layers @param {Int32Array} position
 */
function segmentPriorities(graph, layers, position) {
  const { n, segFrom, segTo } = graph;
  const run = boxRuns(graph, layers);
  const priority = new Float64Array(segFrom.length);
  for (let s = 0; s < segFrom.length; s++) {
    const bends = Number(segFrom[s] >= n) + Number(segTo[s] >= n);
    if (bends === 2) priority[s] = INNER_PRIORITY;
    else priority[s] = bends === 1 ? 1 : 1 + run.up[segFrom[s]] + 1 + run.down[segTo[s]];
  }
  const centred = priority.slice();
  centreTies(graph.size, segFrom, segTo, priority, position, centred);
  centreTies(graph.size, segTo, segFrom, priority, position, centred);
  return centred;
}

/** Length of the longest run of neighbouring boxes above and below each node. @param {LayeredGraph} graph @param {Layers} layers */
function boxRuns({ n, size, segFrom, segTo }, layers) {
  const up = new Int32Array(size);
  const down = new Int32Array(size);
  const bySource = groupEdges(size, segFrom);
  for (const layer of layers) {
    for (const v of layer) {
      for (let slot = bySource.start[v]; slot < bySource.start[v + 1]; slot++) {
        const w = segTo[bySource.edge[slot]];
        if (v < n && w < n) up[w] = Math.max(up[w], up[v] + 1);
      }
    }
  }
  for (let r = layers.length - 1; r >= 0; r--) {
    for (const v of layers[r]) {
      for (let slot = bySource.start[v]; slot < bySource.start[v + 1]; slot++) {
        const w = segTo[bySource.edge[slot]];
        if (v < n && w < n) down[v] = Math.max(down[v], down[w] + 1);
      }
    }
  }
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
