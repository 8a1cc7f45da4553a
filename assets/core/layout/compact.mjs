/**
 * Horizontal coordinates: one x for every block of aligned nodes.
 *
 * Blocks are pushed against each other from the left and from the right; the mean of the two is a feasible
 * start that keeps every block straight. Then blocks move, within the room they have, to the weighted median of
 * what they are joined to.
 */

import { groupEdges } from './adjacency.mjs';

/**
 * @import {Adjacency} from './adjacency.mjs'
 * @import {LayeredGraph} from './layered.mjs'
 * @import {Layers} from './order.mjs'
 * @import {Alignment} from './align.mjs'
 *
 * @typedef {object} NodeSizes  per node of the layered graph, in px
 * @property {Float64Array} width
 * @property {Float64Array} inPort    x of the straight incoming line, from the node's left
 * @property {Float64Array} outPort   x of the straight outgoing line, from the node's left
 *
 * @typedef {object} Blocks
 * @property {number} count
 * @property {Int32Array} of          block of each node
 * @property {Float64Array} offset    left of each node, from its block's x
 *
 * @typedef {object} Constraints  x[right] >= x[left] + gap
 * @property {Int32Array} left
 * @property {Int32Array} right
 * @property {Float64Array} gap
 * @property {Int32Array} order       blocks from left to right
 * @property {Adjacency} byLeft
 * @property {Adjacency} byRight
 */

const BOX_GAP = 24;
const LINE_GAP = 12;
const BOX_LINE_GAP = 16;

/**
 * @param {LayeredGraph} graph
 * @param {Layers} layers
 * @param {Alignment} alignment
 * @param {NodeSizes} sizes
 * @returns {Float64Array} left of each node; the smallest is 0
 */
export function placeAcross(graph, layers, alignment, sizes) {
  const blocks = makeBlocks(graph, layers, alignment, sizes);
  const constraints = makeConstraints(graph, layers, blocks, sizes);
  const x = startPositions(blocks.count, constraints);
  relax(x, constraints, makePulls(graph, blocks, sizes, alignment), sweepsFor(blocks.count));
  const left = new Float64Array(graph.size);
  let lowest = Infinity;
  for (let v = 0; v < graph.size; v++) {
    if (blocks.of[v] < 0) continue; // a bend that was cut away
    left[v] = Math.round(x[blocks.of[v]]) + blocks.offset[v];
    lowest = Math.min(lowest, left[v]);
  }
  for (let v = 0; v < graph.size; v++) left[v] -= lowest;
  return left;
}

/** @param {number} blocks */
function sweepsFor(blocks) {
  if (blocks < 500) return 24;
  return blocks < 4000 ? 12 : 6;
}

/** @param {LayeredGraph} graph @param {Layers} layers @param {Alignment} alignment @param {NodeSizes} sizes @returns {Blocks} */
function makeBlocks(graph, layers, alignment, sizes) {
  const of = new Int32Array(graph.size).fill(-1);
  const offset = new Float64Array(graph.size);
  let count = 0;
  for (const layer of layers) {
    for (const top of layer) {
      if (alignment.above[top] >= 0) continue;
      of[top] = count;
      offset[top] = -sizes.inPort[top];
      for (let u = top, v = alignment.below[u]; v >= 0; u = v, v = alignment.below[v]) {
        of[v] = count;
        offset[v] = offset[u] + sizes.outPort[u] - sizes.inPort[v];
      }
      count++;
    }
  }
  return { count, of, offset };
}

/** @param {LayeredGraph} graph @param {Layers} layers @param {Blocks} blocks @param {NodeSizes} sizes @returns {Constraints} */
function makeConstraints(graph, layers, blocks, sizes) {
  const { left, right, gap } = neighbourGaps(graph, layers, blocks, sizes);
  const byLeft = groupEdges(blocks.count, left);
  const byRight = groupEdges(blocks.count, right);
  return { left, right, gap, byLeft, byRight, order: orderBlocks(blocks.count, right, byLeft) };
}

/** One constraint per pair of neighbouring blocks: the largest gap any layer asks for. @param {LayeredGraph} graph @param {Layers} layers @param {Blocks} blocks @param {NodeSizes} sizes */
function neighbourGaps(graph, layers, blocks, sizes) {
  /** @type {Map<number, number>} */
  const known = new Map();
  /** @type {number[]} */
  const left = [];
  /** @type {number[]} */
  const right = [];
  /** @type {number[]} */
  const gap = [];
  for (const layer of layers) {
    for (let i = 0; i + 1 < layer.length; i++) {
      const u = layer[i];
      const v = layer[i + 1];
      const need = blocks.offset[u] + sizes.width[u] + separation(u, v, graph.n) - blocks.offset[v];
      const key = blocks.of[u] * blocks.count + blocks.of[v];
      const at = known.get(key);
      if (at === undefined) {
        known.set(key, left.length);
        left.push(blocks.of[u]);
        right.push(blocks.of[v]);
        gap.push(need);
      } else if (gap[at] < need) gap[at] = need;
    }
  }
  return { left: Int32Array.from(left), right: Int32Array.from(right), gap: Float64Array.from(gap) };
}

/** @param {number} u @param {number} v @param {number} n */
function separation(u, v, n) {
  if (u < n && v < n) return BOX_GAP;
  return u < n || v < n ? BOX_LINE_GAP : LINE_GAP;
}

/** Blocks such that left ones come first (non-crossing alignments make this possible). @param {number} count @param {Int32Array} right @param {Adjacency} byLeft */
function orderBlocks(count, right, byLeft) {
  const missing = new Int32Array(count);
  for (let c = 0; c < right.length; c++) missing[right[c]]++;
  const order = new Int32Array(count);
  let filled = 0;
  for (let b = 0; b < count; b++) if (missing[b] === 0) order[filled++] = b;
  for (let head = 0; head < filled; head++) {
    for (let slot = byLeft.start[order[head]]; slot < byLeft.start[order[head] + 1]; slot++) {
      const next = right[byLeft.edge[slot]];
      if (--missing[next] === 0) order[filled++] = next;
    }
  }
  return order;
}

/** Mean of the leftmost and the rightmost packing. @param {number} count @param {Constraints} constraints */
function startPositions(count, { left, right, gap, order, byLeft, byRight }) {
  const leftmost = new Float64Array(count);
  let extent = 0;
  for (const b of order) {
    for (let slot = byRight.start[b]; slot < byRight.start[b + 1]; slot++) {
      const c = byRight.edge[slot];
      leftmost[b] = Math.max(leftmost[b], leftmost[left[c]] + gap[c]);
    }
    extent = Math.max(extent, leftmost[b]);
  }
  const rightmost = new Float64Array(count).fill(extent);
  for (let i = count - 1; i >= 0; i--) {
    const b = order[i];
    for (let slot = byLeft.start[b]; slot < byLeft.start[b + 1]; slot++) {
      const c = byLeft.edge[slot];
      rightmost[b] = Math.min(rightmost[b], rightmost[right[c]] - gap[c]);
    }
  }
  return leftmost.map((x, b) => (x + rightmost[b]) / 2);
}

/**
 * What pulls the blocks: for each bent segment, the two blocks, the distance at which it would be straight, its weight.
 * @param {LayeredGraph} graph @param {Blocks} blocks @param {NodeSizes} sizes @param {Alignment} alignment
 */
function makePulls(graph, blocks, sizes, alignment) {
  const from = [];
  const to = [];
  const shift = [];
  const weight = [];
  for (let s = 0; s < graph.segFrom.length; s++) {
    const u = graph.segFrom[s];
    const v = graph.segTo[s];
    if (alignment.straight[s] || blocks.of[u] === blocks.of[v]) continue;
    from.push(blocks.of[u]);
    to.push(blocks.of[v]);
    shift.push(blocks.offset[u] + sizes.outPort[u] - blocks.offset[v] - sizes.inPort[v]);
    weight.push(u >= graph.n && v >= graph.n ? 4 : u < graph.n && v < graph.n ? 2 : 1);
  }
  return { from: Int32Array.from(from), to: Int32Array.from(to), shift, weight };
}

/**
 * Move blocks to the weighted median of their wishes, as far as their neighbours let them.
 * @param {Float64Array} x changed in place @param {Constraints} constraints
 * @param {{from: Int32Array, to: Int32Array, shift: number[], weight: number[]}} pulls @param {number} sweeps
 */
function relax(x, constraints, pulls, sweeps) {
  const byFrom = groupEdges(x.length, pulls.from);
  const byTo = groupEdges(x.length, pulls.to);
  const { order } = constraints;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    let moved = 0;
    for (let i = 0; i < order.length; i++) {
      const b = sweep % 2 === 0 ? order[i] : order[order.length - 1 - i];
      const wish = wishOf(b, x, pulls, byFrom, byTo);
      if (wish === null) continue;
      const goal = clampTo(b, wish, x, constraints);
      moved = Math.max(moved, Math.abs(goal - x[b]));
      x[b] = goal;
    }
    if (moved < 0.5) return;
  }
}

/** @param {number} b @param {Float64Array} x @param {{from: Int32Array, to: Int32Array, shift: number[], weight: number[]}} pulls @param {Adjacency} byFrom @param {Adjacency} byTo */
function wishOf(b, x, pulls, byFrom, byTo) {
  /** @type {{at: number, weight: number}[]} */
  const wishes = [];
  for (let slot = byFrom.start[b]; slot < byFrom.start[b + 1]; slot++) {
    const p = byFrom.edge[slot];
    wishes.push({ at: x[pulls.to[p]] - pulls.shift[p], weight: pulls.weight[p] });
  }
  for (let slot = byTo.start[b]; slot < byTo.start[b + 1]; slot++) {
    const p = byTo.edge[slot];
    wishes.push({ at: x[pulls.from[p]] + pulls.shift[p], weight: pulls.weight[p] });
  }
  return weightedMedian(wishes);
}

/** Middle of the interval of weighted medians; null without wishes. @param {{at: number, weight: number}[]} wishes */
function weightedMedian(wishes) {
  if (wishes.length === 0) return null;
  if (wishes.length === 1) return wishes[0].at;
  wishes.sort((a, b) => a.at - b.at);
  let total = 0;
  for (const wish of wishes) total += wish.weight;
  let sum = 0;
  for (let i = 0; i < wishes.length; i++) {
    sum += wishes[i].weight;
    if (2 * sum === total) return (wishes[i].at + wishes[i + 1].at) / 2;
    if (2 * sum > total) return wishes[i].at;
  }
  return null;
}

/** @param {number} b @param {number} wish @param {Float64Array} x @param {Constraints} constraints */
function clampTo(b, wish, x, { left, right, gap, byLeft, byRight }) {
  let low = -Infinity;
  let high = Infinity;
  for (let slot = byRight.start[b]; slot < byRight.start[b + 1]; slot++) {
    const c = byRight.edge[slot];
    low = Math.max(low, x[left[c]] + gap[c]);
  }
  for (let slot = byLeft.start[b]; slot < byLeft.start[b + 1]; slot++) {
    const c = byLeft.edge[slot];
    high = Math.min(high, x[right[c]] - gap[c]);
  }
  return Math.max(low, Math.min(high, wish));
}
