/**
 * Order within the layers: few crossings.
 *
 * Start from a depth-first order, then sweep down and up with weighted medians and exchange neighbours as long
 * as this helps. The number of sweeps depends on the size only (never on a clock), so results are repeatable.
 */

import { groupEdges } from './adjacency.mjs';
import { countInversions, treeSize } from './crossings.mjs';

/**
 * @import {Adjacency} from './adjacency.mjs'
 * @import {LayeredGraph} from './layered.mjs'
 *
 * @typedef {Int32Array[]} Layers  node numbers, left to right, one array per rank
 */

/**
 * @param {LayeredGraph} graph
 * @returns {{layers: Layers, crossings: number}}
 */
export function orderLayers(graph) {
  const sorter = new LayerSorter(graph);
  sorter.start(false);
  sorter.improve();
  if (sorter.bestCrossings > 0 && graph.size + graph.segFrom.length < 6000) {
    sorter.start(true);
    sorter.improve();
  }
  return { layers: sorter.best, crossings: sorter.bestCrossings };
}

/** Sweeps that a graph of this size gets. @param {number} size nodes + segments */
function sweepBudget(size) {
  if (size < 3000) return 24;
  if (size < 12000) return 12;
  return 6;
}

class LayerSorter {
  /** @param {LayeredGraph} graph */
  constructor(graph) {
    this.graph = graph;
    this.down = groupEdges(graph.size, graph.segFrom);
    this.up = groupEdges(graph.size, graph.segTo);
    this.position = new Int32Array(graph.size);
    /** @type {Layers} */
    this.layers = [];
    /** @type {Layers} */
    this.best = [];
    this.bestCrossings = Infinity;
    this.value = new Float64Array(graph.size);
    const width = widestLayer(graph);
    this.tree = new Int32Array(treeSize(width));
    this.ends = new Int32Array(graph.segFrom.length);
    /** crossings below each layer, -1 when it must be counted again */
    this.between = new Int32Array(graph.depth).fill(-1);
  }

  /** Fill the layers in depth-first order. @param {boolean} mirrored visit branches in the opposite order */
  start(mirrored) {
    const { graph } = this;
    /** @type {number[][]} */
    const rows = Array.from({ length: graph.depth }, () => []);
    const seen = new Uint8Array(graph.size);
    const stack = [];
    for (const root of this.roots(mirrored)) {
      stack.push(root);
      while (stack.length > 0) {
        const v = /** @type {number} */ (stack.pop());
        if (seen[v]) continue;
        seen[v] = 1;
        rows[graph.rank[v]].push(v);
        this.pushBranches(stack, v, seen, mirrored);
      }
    }
    this.layers = rows.map((row) => Int32Array.from(row));
    for (const layer of this.layers) this.renumber(layer);
    this.between.fill(-1);
    this.stale = 0;
    this.keepIfBetter();
  }

  /** Sources of the layered graph, the boundary first. @param {boolean} mirrored */
  roots(mirrored) {
    const roots = [];
    for (let v = 0; v < this.graph.size; v++) if (this.up.start[v] === this.up.start[v + 1]) roots.push(v);
    roots.sort((a, b) => this.graph.rank[a] - this.graph.rank[b] || a - b);
    return mirrored ? roots.reverse() : roots;
  }

  /** Boxes before bends, so that long edges end up beside the main line. @param {number[]} stack @param {number} v @param {Uint8Array} seen @param {boolean} mirrored */
  pushBranches(stack, v, seen, mirrored) {
    const { n, segTo } = this.graph;
    const branches = [];
    for (let slot = this.down.start[v]; slot < this.down.start[v + 1]; slot++) {
      const w = segTo[this.down.edge[slot]];
      if (!seen[w]) branches.push(w);
    }
    branches.sort((a, b) => Number(a >= n) - Number(b >= n) || a - b);
    if (mirrored) branches.reverse();
    for (let i = branches.length - 1; i >= 0; i--) stack.push(branches[i]);
  }

  improve() {
    const sweeps = sweepBudget(this.graph.size + this.graph.segFrom.length);
    let idle = 0;
    for (let sweep = 0; sweep < sweeps && idle < 4 && this.bestCrossings > 0; sweep++) {
      if (sweep % 2 === 0) this.sweepDown();
      else this.sweepUp();
      this.exchange();
      idle = this.keepIfBetter() ? 0 : idle + 1;
    }
  }

  sweepDown() {
    for (let r = 1; r < this.layers.length; r++) this.sortLayer(r, this.up, this.graph.segFrom);
  }

  sweepUp() {
    for (let r = this.layers.length - 2; r >= 0; r--) this.sortLayer(r, this.down, this.graph.segTo);
  }

  /** Sort one layer by the medians of the fixed neighbours; nodes without any keep their places. @param {number} r @param {Adjacency} adjacency @param {Int32Array} other */
  sortLayer(r, adjacency, other) {
    const layer = this.layers[r];
    if (layer.length < 2) return;
    const movable = [];
    for (const v of layer) {
      this.value[v] = this.median(v, adjacency, other);
      if (this.value[v] >= 0) movable.push(v);
    }
    movable.sort((a, b) => this.value[a] - this.value[b] || this.position[a] - this.position[b]);
    let next = 0;
    for (let i = 0; i < layer.length; i++) if (this.value[layer[i]] >= 0) layer[i] = -1;
    for (let i = 0; i < layer.length; i++) if (layer[i] < 0) layer[i] = movable[next++];
    this.renumber(layer);
    this.touch(r);
  }

  /** Weighted median of the neighbours' positions, -1 without neighbours. @param {number} v @param {Adjacency} adjacency @param {Int32Array} other */
  median(v, adjacency, other) {
    const from = adjacency.start[v];
    const count = adjacency.start[v + 1] - from;
    if (count === 0) return -1;
    if (count === 1) return this.position[other[adjacency.edge[from]]];
    const places = [];
    for (let slot = from; slot < from + count; slot++) places.push(this.position[other[adjacency.edge[slot]]]);
    places.sort((a, b) => a - b);
    const middle = count >> 1;
    if (count % 2 === 1) return places[middle];
    if (count === 2) return (places[0] + places[1]) / 2;
    const left = places[middle - 1] - places[0];
    const right = places[count - 1] - places[middle];
    return left + right === 0 ? (places[middle - 1] + places[middle]) / 2 : (places[middle - 1] * right + places[middle] * left) / (left + right);
  }

  /** Exchange neighbours while this removes crossings. */
  exchange() {
    for (let round = 0; round < 4; round++) {
      let gain = 0;
      for (let r = 0; r < this.layers.length; r++) gain += this.exchangeLayer(r);
      if (gain === 0) return;
    }
  }

  /** @param {number} r */
  exchangeLayer(r) {
    const layer = this.layers[r];
    let total = 0;
    for (let i = 0; i + 1 < layer.length; i++) {
      const a = layer[i];
      const b = layer[i + 1];
      const gain = this.pairGain(a, b, this.up, this.graph.segFrom) + this.pairGain(a, b, this.down, this.graph.segTo);
      if (gain <= 0) continue;
      layer[i] = b;
      layer[i + 1] = a;
      this.position[b] = i;
      this.position[a] = i + 1;
      total += gain;
    }
    if (total > 0) this.touch(r);
    return total;
  }

  /** Crossings that vanish when b moves before a. @param {number} a @param {number} b @param {Adjacency} adjacency @param {Int32Array} other */
  pairGain(a, b, adjacency, other) {
    let gain = 0;
    for (let i = adjacency.start[a]; i < adjacency.start[a + 1]; i++) {
      const pa = this.position[other[adjacency.edge[i]]];
      for (let j = adjacency.start[b]; j < adjacency.start[b + 1]; j++) {
        const pb = this.position[other[adjacency.edge[j]]];
        if (pa > pb) gain++;
        else if (pa < pb) gain--;
      }
    }
    return gain;
  }

  /** @param {Int32Array} layer */
  renumber(layer) {
    for (let i = 0; i < layer.length; i++) this.position[layer[i]] = i;
  }

  /** @param {number} r */
  touch(r) {
    this.between[r] = -1;
    if (r > 0) this.between[r - 1] = -1;
  }

  /** @returns {boolean} whether this order is the best so far */
  keepIfBetter() {
    let crossings = 0;
    for (let r = 0; r + 1 < this.layers.length; r++) {
      if (this.between[r] < 0) this.between[r] = this.countBelow(r);
      crossings += this.between[r];
    }
    if (crossings >= this.bestCrossings) return false;
    this.bestCrossings = crossings;
    this.best = this.layers.map((layer) => layer.slice());
    return true;
  }

  /** @param {number} r */
  countBelow(r) {
    let length = 0;
    for (const v of this.layers[r]) {
      const first = length;
      for (let slot = this.down.start[v]; slot < this.down.start[v + 1]; slot++) {
        this.ends[length++] = this.position[this.graph.segTo[this.down.edge[slot]]];
      }
      if (length - first > 1) this.ends.subarray(first, length).sort();
    }
    return countInversions(this.ends, length, this.layers[r + 1].length, this.tree);
  }
}

/** @param {LayeredGraph} graph */
function widestLayer(graph) {
  const width = new Int32Array(graph.depth);
  for (let v = 0; v < graph.size; v++) width[graph.rank[v]]++;
  let widest = 1;
  for (const w of width) widest = Math.max(widest, w);
  return widest;
}
