/**
 * Ports: where lines meet the top and bottom side of a box.
 *
 * The straight line, if there is one, keeps the middle; the others stand left and right of it in the order of
 * their other ends. Lines of one tensor share a port. Boundaries and open scopes have one port for all.
 */

import { groupEdges } from './adjacency.mjs';
import { JUMP } from './cut.mjs';

/**
 * @import {Adjacency} from './adjacency.mjs'
 * @import {LayeredGraph, OrientedEdges} from './layered.mjs'
 * @import {Layers} from './order.mjs'
 * @import {Alignment} from './align.mjs'
 * @import {NodeSizes} from './compact.mjs'
 *
 * @typedef {object} Ports   offsets from the node's left
 * @property {Float64Array} out   per segment: at its upper node
 * @property {Float64Array} into  per segment: at its lower node
 * @property {Float64Array} freeOut  per edge without a segment (stub, jump): at its source
 * @property {Float64Array} freeInto at its target
 * @property {Int32Array} stubSlot  per stub: how many stubs stand to its right at the same side of the box
 * @property {Int32Array} stubPlace per stub: how many stand to its left
 */

const PORT_STEP = 16;
const PORT_MARGIN = 10;

/**
 * @param {LayeredGraph} graph
 * @param {Layers} layers
 * @param {Alignment} alignment
 * @param {NodeSizes} sizes
 * @param {OrientedEdges} edges
 * @param {{into: Uint8Array, out: Uint8Array}} shared nodes with one port on that side
 * @returns {Ports}
 */
export function spreadPorts(graph, layers, alignment, sizes, edges, shared) {
  const position = new Int32Array(graph.size);
  for (const layer of layers) for (let i = 0; i < layer.length; i++) position[layer[i]] = i;
  const out = new Float64Array(graph.segFrom.length);
  const into = new Float64Array(graph.segFrom.length);
  const freeOut = new Float64Array(edges.from.length);
  const freeInto = new Float64Array(edges.from.length);
  const stubSlot = new Int32Array(edges.from.length);
  const stubPlace = new Int32Array(edges.from.length);
  const bySource = groupEdges(graph.size, graph.segFrom);
  const byTarget = groupEdges(graph.size, graph.segTo);
  const freeAtSource = groupEdges(graph.n, edges.from.map((v, e) => (graph.stub[e] & 2 ? v : -1)));
  const freeAtTarget = groupEdges(graph.n, edges.to.map((v, e) => (graph.stub[e] & 1 ? v : -1)));
  for (let v = 0; v < graph.n; v++) {
    const below = { segments: entriesOf(bySource, v), free: entriesOf(freeAtSource, v), bySegment: out, byEdge: freeOut, centre: sizes.outPort[v] };
    if (below.segments.length + below.free.length < 2) centreLines(below);
    else {
      const lines = linesOf(below.segments, graph.segTo, graph.segBundle, position);
      for (const e of below.free) lines.push({ s: -1, e, at: Infinity, bundle: edges.reversed[e] ? -1 : edges.bundle[e] });
      spreadLines(below, lines, alignment, sizes.width[v]);
      if (shared.out[v]) centreLines(below);
      numberStubs(lines, graph.stub, stubSlot, stubPlace);
    }
    const above = { segments: entriesOf(byTarget, v), free: entriesOf(freeAtTarget, v), bySegment: into, byEdge: freeInto, centre: sizes.inPort[v] };
    if (above.segments.length + above.free.length < 2) centreLines(above);
    else {
      const lines = linesOf(above.segments, graph.segFrom, null, position);
      for (const e of above.free) lines.push({ s: -1, e, at: graph.stub[e] === JUMP ? -1 : Infinity, bundle: -1 });
      spreadLines(above, lines, alignment, sizes.width[v]);
      if (shared.into[v]) centreLines(above);
      numberStubs(lines, graph.stub, stubSlot, stubPlace);
    }
  }
  return { out, into, freeOut, freeInto, stubSlot, stubPlace };
}

/**
 * One line at a side of a box: a segment, or an edge without one.
 * @typedef {object} PortLine
 * @property {number} s       segment, -1
 * @property {number} e       edge, -1
 * @property {number} at      where its other end is, for the order
 * @property {number} bundle  lines of one bundle share a port; -1 = none
 */

/** @param {Adjacency} adjacency @param {number} v */
function entriesOf(adjacency, v) {
  return adjacency.edge.subarray(adjacency.start[v], adjacency.start[v + 1]);
}

/**
 * One side of a box.
 * @typedef {object} BoxSide
 * @property {Int32Array} segments
 * @property {Int32Array} free        edges without a segment
 * @property {Float64Array} bySegment result
 * @property {Float64Array} byEdge    result
 * @property {number} centre
 */

/** All lines at one port. @param {BoxSide} side */
function centreLines({ segments, free, bySegment, byEdge, centre }) {
  for (const s of segments) bySegment[s] = centre;
  for (const e of free) byEdge[e] = centre;
}

/** @param {BoxSide} side @param {PortLine[]} lines sorted here @param {Alignment} alignment @param {number} width */
function spreadLines({ bySegment, byEdge, centre }, lines, alignment, width) {
  const at = offsetsOf(lines, alignment, centre, width);
  lines.forEach((line, i) => {
    if (line.s >= 0) bySegment[line.s] = at[i];
    else byEdge[line.e] = at[i];
  });
}

/** @param {Int32Array} segments @param {Int32Array} other @param {Int32Array|null} bundle @param {Int32Array} position @returns {PortLine[]} */
function linesOf(segments, other, bundle, position) {
  return Array.from(segments, (s) => ({ s, e: -1, at: position[other[s]], bundle: bundle === null ? -1 : bundle[s] }));
}

/**
 * @param {PortLine[]} lines sorted here by their other end
 * @param {Alignment} alignment @param {number} centre @param {number} width
 */
function offsetsOf(lines, alignment, centre, width) {
  if (lines.length === 1) return [centre];
  lines.sort((a, b) => a.at - b.at || a.s - b.s || a.e - b.e);
  const { portOf, count } = numberPorts(lines);
  const straight = lines.findIndex((line) => line.s >= 0 && alignment.straight[line.s] === 1);
  const pivot = straight >= 0 ? portOf[straight] : (count - 1) / 2;
  const room = Math.min((centre - PORT_MARGIN) / Math.max(pivot, 0.5), (width - PORT_MARGIN - centre) / Math.max(count - 1 - pivot, 0.5));
  const step = Math.max(0.5, Math.min(PORT_STEP, room));
  return portOf.map((port) => centre + (port - pivot) * step);
}

/** @param {PortLine[]} lines from left to right @param {Uint8Array} stub @param {Int32Array} stubSlot changed in place @param {Int32Array} stubPlace changed in place */
function numberStubs(lines, stub, stubSlot, stubPlace) {
  const stubs = lines.filter(({ e }) => e >= 0 && stub[e] !== JUMP);
  stubs.forEach(({ e }, place) => {
    stubPlace[e] = place;
    stubSlot[e] = stubs.length - 1 - place;
  });
}

/** @param {PortLine[]} lines */
function numberPorts(lines) {
  /** @type {Map<number, number>} bundle -> port */
  const ports = new Map();
  let count = 0;
  const portOf = lines.map(({ bundle }) => {
    const known = bundle < 0 ? undefined : ports.get(bundle);
    if (known !== undefined) return known;
    if (bundle >= 0) ports.set(bundle, count);
    return count++;
  });
  return { portOf, count };
}
