/**
 * Take a structure apart at column boundaries.
 *
 * Edges between different columns become jumps: they lose their bends and are routed through the gutters, so
 * that the columns in between do not have to make room for them. Edges to the bottom boundary jump as well: the
 * boundary's port lies below the first column, so that wrapped levels can stand above each other.
 */

/**
 * @import {Structure} from './layout.mjs'
 * @import {LayeredGraph} from './layered.mjs'
 * @import {Alignment} from './align.mjs'
 */

/** Value of `stub` for an edge that is routed through the gutters. */
export const JUMP = 3;

/**
 * @param {Structure} structure
 * @param {Int32Array} columnOf column of each rank
 * @returns {Structure} the same nodes; bends that are no longer needed stand in no layer
 */
export function cutStructure(structure, columnOf) {
  const { graph, edges } = structure;
  const stub = graph.stub.slice();
  for (let e = 0; e < stub.length; e++) {
    const crosses = columnOf[graph.rank[edges.from[e]]] !== columnOf[graph.rank[edges.to[e]]];
    if (stub[e] === 0 && (crosses || edges.to[e] === structure.bottom)) stub[e] = JUMP;
  }
  const needed = neededBends(structure, stub);
  const { kept, renamed } = keepSegments(graph, stub, needed);
  const dropped = droppedNodes(graph, needed);
  return {
    ...structure,
    graph: {
      ...graph, stub,
      segFrom: kept.map((s) => graph.segFrom[s]), segTo: kept.map((s) => graph.segTo[s]), segBundle: kept.map((s) => graph.segBundle[s]),
      lastSegment: graph.lastSegment.map((s, e) => (stub[e] === 0 ? renamed[s] : -1)),
      trunkSegment: graph.trunkSegment.map((s, t) => (needed[t] > 0 ? renamed[s] : -1)),
    },
    layers: structure.layers.map((layer) => layer.filter((v) => dropped[v] === 0)),
    alignment: cutAlignment(structure.alignment, graph, kept, dropped, columnOf),
  };
}

/** How many bends of each trunk are still used inside the source's column. @param {Structure} structure @param {Uint8Array} stub */
function neededBends({ graph, edges }, stub) {
  const needed = new Int32Array(graph.trunks.length);
  for (let e = 0; e < stub.length; e++) {
    const t = graph.trunkOf[e];
    if (t < 0 || stub[e] !== 0) continue;
    needed[t] = Math.max(needed[t], graph.rank[edges.to[e]] - graph.rank[edges.from[e]] - 1);
  }
  return needed;
}

/** @param {LayeredGraph} graph @param {Uint8Array} stub @param {Int32Array} needed */
function keepSegments(graph, stub, needed) {
  const keep = new Uint8Array(graph.segFrom.length);
  for (let t = 0; t < needed.length; t++) keep.fill(1, graph.trunkSegment[t], graph.trunkSegment[t] + needed[t]);
  for (let e = 0; e < stub.length; e++) if (stub[e] === 0) keep[graph.lastSegment[e]] = 1;
  const renamed = new Int32Array(keep.length).fill(-1);
  const kept = [];
  for (let s = 0; s < keep.length; s++) if (keep[s]) renamed[s] = kept.push(s) - 1;
  return { kept: Int32Array.from(kept), renamed };
}

/** @param {LayeredGraph} graph @param {Int32Array} needed */
function droppedNodes(graph, needed) {
  const dropped = new Uint8Array(graph.size);
  graph.trunks.forEach((trunk, t) => dropped.fill(1, trunk.base + needed[t], trunk.base + trunk.length));
  return dropped;
}

/** @param {Alignment} alignment @param {LayeredGraph} graph @param {Int32Array} kept @param {Uint8Array} dropped @param {Int32Array} columnOf @returns {Alignment} */
function cutAlignment(alignment, graph, kept, dropped, columnOf) {
  const below = alignment.below.slice();
  const above = alignment.above.slice();
  for (let v = 0; v < graph.size; v++) {
    const w = below[v];
    if (w < 0) continue;
    if (!dropped[v] && !dropped[w] && columnOf[graph.rank[v]] === columnOf[graph.rank[w]]) continue;
    below[v] = -1;
    above[w] = -1;
  }
  return { below, above, straight: Uint8Array.from(kept, (s) => alignment.straight[s]) };
}
