/**
 * Layered layout of one level.
 *
 * Two halves: `structureLevel` decides what does not depend on box sizes (ranks, order, alignment) and is the
 * expensive one; `placeStructure` turns a structure and box sizes into coordinates. `layoutLevel` does both.
 */

import { breakCycles } from './cycles.mjs';
import { assignRanks } from './ranks.mjs';
import { buildLayeredGraph } from './layered.mjs';
import { orderLayers } from './order.mjs';
import { alignNodes } from './align.mjs';
import { placeStructure } from './place.mjs';
import { foldTwins } from './twins.mjs';

/**
 * @import {LayeredGraph, OrientedEdges} from './layered.mjs'
 * @import {Layers} from './order.mjs'
 * @import {Alignment} from './align.mjs'
 * @import {EdgePath} from './route.mjs'
 * @import {Folding} from './twins.mjs'
 *
 * @typedef {object} LayoutEdge
 * @property {number} source   box, -1 = boundary
 * @property {number} target   box, -1 = boundary
 * @property {number} [bundle] edges of one source with equal bundle >= 0 carry one tensor and share a line
 *
 * @typedef {object} Structure
 * @property {number} boxes
 * @property {number} top       node of the top boundary, -1 when no edge comes from it
 * @property {number} bottom    node of the bottom boundary, -1
 * @property {LayeredGraph} graph
 * @property {Layers} layers
 * @property {Alignment} alignment
 * @property {OrientedEdges} edges
 * @property {number} crossings
 * @property {Folding|null} folding   twins that were folded before; the structure is that of the folded level
 * @property {LayoutEdge[]} input     the edges as they were given
 *
 * @typedef {object} Layout   px; boxes relative to the level's top-left corner
 * @property {number} width
 * @property {number} height
 * @property {Float64Array} x
 * @property {Float64Array} y
 * @property {EdgePath[]} edges   parallel to the input edges
 * @property {number} inPort      where the top (direction right: left) boundary's lines begin; -1 without
 * @property {number} outPort     where lines end at the bottom (right) boundary; -1 without
 * @property {number} columns     1 unless the level was wrapped
 */

/**
 * Ranks, order and alignment of a level.
 * @param {number} boxes
 * @param {LayoutEdge[]} edges
 * @returns {Structure}
 */
export function structureLevel(boxes, edges) {
  const folding = foldTwins(boxes, edges);
  if (!folding) return structureFolded(boxes, edges, null, edges);
  return structureFolded(folding.boxes, folding.edges, folding, edges);
}

/** @param {number} boxes @param {LayoutEdge[]} edges @param {Folding|null} folding @param {LayoutEdge[]} input @returns {Structure} */
function structureFolded(boxes, edges, folding, input) {
  const hasTop = edges.some((edge) => edge.source < 0);
  const hasBottom = edges.some((edge) => edge.target < 0);
  const top = hasTop ? boxes : -1;
  const bottom = hasBottom ? boxes + Number(hasTop) : -1;
  const n = boxes + Number(hasTop) + Number(hasBottom);
  const oriented = orient(n, top, bottom, edges);
  const pinned = new Uint8Array(n);
  pinned.fill(1, boxes);
  const rank = assignRanks({ n, from: oriented.from, to: oriented.to, pinned, top });
  isolateBoundary(rank, top, bottom);
  const graph = buildLayeredGraph(n, rank, oriented);
  const { layers, crossings } = orderLayers(graph);
  return { boxes, top, bottom, graph, layers, alignment: alignNodes(graph, layers, oriented, top), edges: oriented, crossings, folding, input };
}

/**
 * Lay out one level.
 * @param {object} input
 * @param {ArrayLike<number>} input.widths
 * @param {ArrayLike<number>} input.heights
 * @param {LayoutEdge[]} input.edges
 * @param {"down"|"right"} [input.direction]
 * @param {number} [input.maxAspect] long to short side from which the level wraps into columns
 * @returns {Layout}
 */
export function layoutLevel(input) {
  return placeStructure(structureLevel(input.widths.length, input.edges), input);
}

/** Replace the boundary by nodes, drop nothing, reverse back edges. @param {number} n @param {number} top @param {number} bottom @param {LayoutEdge[]} edges @returns {OrientedEdges} */
function orient(n, top, bottom, edges) {
  const from = Int32Array.from(edges, (edge) => (edge.source < 0 ? top : edge.source));
  const to = Int32Array.from(edges, (edge) => (edge.target < 0 ? bottom : edge.target));
  const bundle = Int32Array.from(edges, (edge) => edge.bundle ?? -1);
  return { reversed: breakCycles(n, from, to), from, to, bundle };
}

/** The boundaries have ranks of their own, before and after all boxes. @param {Int32Array} rank @param {number} top @param {number} bottom */
function isolateBoundary(rank, top, bottom) {
  let highest = 0;
  for (let v = 0; v < rank.length; v++) {
    if (v === top || v === bottom) continue;
    if (top >= 0) rank[v]++;
    highest = Math.max(highest, rank[v]);
  }
  if (top >= 0) rank[top] = 0;
  if (bottom >= 0) rank[bottom] = highest + 1;
  let lowest = Infinity;
  for (let v = 0; v < rank.length; v++) if (v !== top && v !== bottom) lowest = Math.min(lowest, rank[v]);
  const excess = lowest - Number(top >= 0);
  for (let v = 0; v < rank.length; v++) if (v !== top && excess > 0 && lowest !== Infinity) rank[v] -= excess;
}
