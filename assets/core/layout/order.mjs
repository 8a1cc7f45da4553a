/**
 * Order within the layers: few crossings.
 *
 * Start from a depth-first order (and, while crossings remain, from others), then sweep down and up with weighted
 * medians and exchange neighbours as long as this helps; every other pair of sweeps turns ties round. The number of
 * sweeps depends on the size only (never on a clock), so results are repeatable.
 */

import { groupEdges } from './adjacency.mjs';
import { countInversions, treeSize } from './crossings.mjs';
import { breadthFirstRows, depthFirstRows } from './start_order.mjs';

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
  const { sweeps, patience, starts, reach, kicks } = effortFor(graph.size + graph.segFrom.length);
  for (let start = 0; start < starts && sorter.bestCrossings > 0; start++) {
    sorter.adoptRows(start < 2 ? depthFirstRows(graph, sorter, start === 1) : breadthFirstRows(graph, sorter, start === 3));
    sorter.improve(sweeps, patience, reach);
  }
  for (let kick = 1; kick <= kicks && sorter.bestCrossings > 0; kick++) {
    sorter.kick(kick);
    sorter.improve(sweeps, patience, reach);
  }
  return { layers: sorter.best, crossings: sorter.bestCrossings };
}

/** How much work a graph of this size gets. @param {number} size nodes + segments */
function effortFor(size) {
  if (size < 1500) return { sweeps: 40, patience: Math.min(12, 3 + (size >> 4)), starts: 4, reach: 40, kicks: Math.min(8, size >> 4) };
  if (size < 6000) return { sweeps: 16, patience: 4, starts: 1, reach: 6, kicks: 0 };
  if (size < 20000) return { sweeps: 12, patience: 4, starts: 1, reach: 6, kicks: 0 };
  return { sweeps: 6, patience: 2, starts: 1, reach: 0, kicks: 0 };
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

  /** Leave a dead end: shift some nodes of the best order to other places, the same ones in every run. @param {number} seed */
  kick(seed) {
    let state = seed * 0x9e3779b1;
    this.adoptRows(this.best.map((layer) => {
      const row = Array.from(layer);
      for (let k = 0; k < row.length >> 1; k++) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        const from = (state >>> 8) % row.length;
        const [moved] = row.splice(from, 1);
        row.splice(Math.max(0, from - 3 + (state >>> 16) % 7), 0, moved);
      }
      return row;
    }));
  }

  /** @param {number[][]} rows */
  adoptRows(rows) {
    this.layers = rows.map((row) => Int32Array.from(row));
    for (const layer of this.layers) this.renumber(layer);
    this.between.fill(-1);
    this.keepIfBetter();
  }

  /** @param {number} sweeps @param {number} patience sweeps without success until it gives up @param {number} reach of the sifting, 0 = none */
  improve(sweeps, patience, reach) {
    let idle = 0;
    for (let sweep = 0; sweep < sweeps && idle < patience && this.bestCrossings > 0; sweep++) {
      const turned = sweep % 4 >= 2;
      if (sweep % 2 === 0) this.sweepDown(turned);
      else this.sweepUp(turned);
      this.exchange(turned);
      if (reach > 0) this.sift(reach);
      idle = this.keepIfBetter() ? 0 : idle + 1;
    }
  }

  /** @param {boolean} turned */
  sweepDown(turned) {
    for (let r = 1; r < this.layers.length; r++) this.sortLayer(r, this.up, this.graph.segFrom, turned);
  }

  /** @param {boolean} turned */
  sweepUp(turned) {
    for (let r = this.layers.length - 2; r >= 0; r--) this.sortLayer(r, this.down, this.graph.segTo, turned);
  }

  /** Sort one layer by the medians of the fixed neighbours; nodes without any keep their places. @param {number} r @param {Adjacency} adjacency @param {Int32Array} other @param {boolean} turned nodes with equal medians change places */
  sortLayer(r, adjacency, other, turned) {
    const layer = this.layers[r];
    if (layer.length < 2) return;
    const movable = [];
    for (const v of layer) {
      this.value[v] = this.median(v, adjacency, other);
      if (this.value[v] >= 0) movable.push(v);
    }
    const ties = turned ? -1 : 1;
    movable.sort((a, b) => this.value[a] - this.value[b] || ties * (this.position[a] - this.position[b]));
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

  /** Exchange neighbours while this removes crossings. @param {boolean} turned also exchange once where it makes no difference */
  exchange(turned) {
    for (let round = 0; round < 10; round++) {
      let gain = 0;
      for (let r = 0; r < this.layers.length; r++) gain += this.exchangeLayer(r, turned && round === 0);
      if (gain === 0) return;
    }
  }

  /** @param {number} r @param {boolean} evenIfEqual */
  exchangeLayer(r, evenIfEqual) {
    const layer = this.layers[r];
    let total = 0;
    let changed = false;
    for (let i = 0; i + 1 < layer.length; i++) {
      const a = layer[i];
      const b = layer[i + 1];
      const gain = this.swapGain(a, b);
      if (gain < 0 || (gain === 0 && !evenIfEqual)) continue;
      layer[i] = b;
      layer[i + 1] = a;
      this.position[b] = i;
      this.position[a] = i + 1;
      total += gain;
      changed = true;
    }
    if (changed) this.touch(r);
    return total;
  }

  /** Move every node of every layer to the best place within reach, as long as this removes crossings. @param {number} reach places to either side */
  sift(reach) {
    for (let round = 0; round < 6; round++) {
      let gain = 0;
      for (let r = 0; r < this.layers.length; r++) gain += this.siftLayer(r, reach);
      if (gain === 0) return;
    }
  }

  /** @param {number} r @param {number} reach */
  siftLayer(r, reach) {
    const layer = this.layers[r];
    let total = 0;
    for (const v of layer.length < 3 ? [] : layer.slice()) total += this.siftNode(layer, v, reach);
    if (total > 0) this.touch(r);
    return total;
  }

  /** @param {Int32Array} layer @param {number} v @param {number} reach @returns {number} crossings removed */
  siftNode(layer, v, reach) {
    const at = this.position[v];
    let best = at;
    let most = 0;
    for (let i = at - 1, gain = 0; i >= Math.max(0, at - reach); i--) {
      gain += this.swapGain(layer[i], v);
      if (gain > most) [most, best] = [gain, i];
    }
    for (let i = at + 1, gain = 0; i < Math.min(layer.length, at + reach + 1); i++) {
      gain += this.swapGain(v, layer[i]);
      if (gain > most) [most, best] = [gain, i];
    }
    if (best === at) return 0;
    if (best < at) layer.copyWithin(best + 1, best, at);
    else layer.copyWithin(at, at + 1, best + 1);
    layer[best] = v;
    this.renumber(layer);
    return most;
  }

  /** Crossings on both sides that vanish when b moves before a. @param {number} a @param {number} b */
  swapGain(a, b) {
    return this.pairGain(a, b, this.up, this.graph.segFrom) + this.pairGain(a, b, this.down, this.graph.segTo);
  }

  /** Crossings on one side that vanish when b moves before a. @param {number} a @param {number} b @param {Adjacency} adjacency @param {Int32Array} other */
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
