/**
 * Rank assignment: which row each node stands in.
 *
 * Longest path first; then two cheap passes make edges short: whole groups held together by edges of length one
 * slide down towards their consumers, and single nodes slide to the side where more of their edges are. For levels
 * of a usual size a network simplex finishes the work. Where it makes no difference, nodes stay near their
 * producers.
 */

import { groupEdges } from './adjacency.mjs';
import { topologicalOrder } from './cycles.mjs';
import { shortenEdges } from './simplex.mjs';

/**
 * @import {Adjacency} from './adjacency.mjs'
 *
 * @typedef {object} RankProblem
 * @property {number} n
 * @property {Int32Array} from   acyclic
 * @property {Int32Array} to
 * @property {Uint8Array} pinned  the boundary nodes: they stay outside of all others
 * @property {number} top         the top boundary, -1
 */

/** Enough rounds for nested source chains; more never changed a sample. */
const TIGHTEN_ROUNDS = 8;
/** Levels up to this size (nodes and edges) get the network simplex, with this much work. */
const SIMPLEX_SIZE = 10000;
const SIMPLEX_WORK = 2e7;

/**
 * @param {RankProblem} problem
 * @returns {Int32Array} rank per node, smallest 0, every edge leads to a higher rank
 */
export function assignRanks(problem) {
  const { n, from, to } = problem;
  const order = topologicalOrder(n, from, to);
  const out = groupEdges(n, from);
  const into = groupEdges(n, to);
  const rank = longestPath(problem, order, out);
  for (let round = 0; round < TIGHTEN_ROUNDS; round++) {
    const slid = slideGroups(problem, rank);
    const moved = slideNodes(problem, order, out, into, rank);
    if (!slid && !moved) break;
  }
  if (n + from.length <= SIMPLEX_SIZE) optimise(problem, out, into, rank);
  settleUpwards(problem, order, out, into, rank);
  let lowest = Infinity;
  for (let v = 0; v < n; v++) lowest = Math.min(lowest, rank[v]);
  for (let v = 0; v < n; v++) rank[v] -= lowest;
  return rank;
}

/**
 * Least total edge length. Nodes before the first boundary or after the last are kept out by edges without weight;
 * others without weight join the parts of the graph.
 * @param {RankProblem} problem @param {Adjacency} out @param {Adjacency} into @param {Int32Array} rank changed in place
 */
function optimise({ n, from, to, pinned, top }, out, into, rank) {
  const extra = n; // one more node above everything joins all parts
  /** @type {number[]} */
  const tails = [];
  /** @type {number[]} */
  const heads = [];
  for (let v = 0; v < n; v++) {
    if (into.start[v] === into.start[v + 1] && v !== top) {
      tails.push(top >= 0 && !pinned[v] ? top : extra);
      heads.push(v);
    }
    if (pinned[v] && v !== top) {
      for (let u = 0; u < n; u++) if (!pinned[u] && out.start[u] === out.start[u + 1]) tails.push(u) && heads.push(v);
    }
  }
  if (top >= 0) tails.push(extra) && heads.push(top);
  const weight = new Int32Array(from.length + tails.length).fill(1, 0, from.length);
  const least = new Int32Array(weight.length).fill(1);
  const full = new Int32Array(n + 1);
  full.set(rank);
  if (top >= 0) full[top] = -1;
  for (let v = 0; v < n; v++) if (pinned[v] && v !== top) full[v] = rank.reduce((a, b) => Math.max(a, b), 0) + 1;
  full[extra] = -2;
  const joined = { n: n + 1, from: Int32Array.from([...from, ...tails]), to: Int32Array.from([...to, ...heads]), weight, least };
  shortenEdges(joined, full, Math.ceil(SIMPLEX_WORK / (n + weight.length)));
  rank.set(full.subarray(0, n));
}

/** Nodes that may stand anywhere at equal cost go as far up as they can. @param {RankProblem} problem @param {Int32Array} order @param {Adjacency} out @param {Adjacency} into @param {Int32Array} rank changed in place */
function settleUpwards({ from, pinned }, order, out, into, rank) {
  for (const v of order) {
    const ins = into.start[v + 1] - into.start[v];
    if (pinned[v] || ins === 0 || ins !== out.start[v + 1] - out.start[v]) continue;
    let goal = -0x7fffffff;
    for (let slot = into.start[v]; slot < into.start[v + 1]; slot++) goal = Math.max(goal, rank[from[into.edge[slot]]] + 1);
    rank[v] = goal;
  }
}

/** @param {RankProblem} problem @param {Int32Array} order @param {Adjacency} out */
function longestPath(problem, order, out) {
  const rank = new Int32Array(problem.n);
  for (const v of order) {
    for (let slot = out.start[v]; slot < out.start[v + 1]; slot++) {
      const w = problem.to[out.edge[slot]];
      if (rank[w] <= rank[v]) rank[w] = rank[v] + 1;
    }
  }
  return rank;
}

/**
 * Slide each group of nodes joined by edges of length one as far down as its outgoing edges allow, when more
 * edges get shorter than longer.
 * @param {RankProblem} problem @param {Int32Array} rank changed in place
 * @returns {boolean} whether anything moved
 */
function slideGroups({ n, from, to, pinned }, rank) {
  const group = tightGroups(n, from, to, rank);
  const gain = new Int32Array(n);
  const slack = new Int32Array(n).fill(0x7fffffff);
  for (let e = 0; e < from.length; e++) {
    const a = group[from[e]];
    const b = group[to[e]];
    if (a === b) continue;
    gain[a]++;
    gain[b]--;
    slack[a] = Math.min(slack[a], rank[to[e]] - rank[from[e]] - 1);
  }
  for (let v = 0; v < n; v++) if (pinned[v]) gain[group[v]] = -1;
  let moved = false;
  for (let v = 0; v < n; v++) {
    const g = group[v];
    if (gain[g] <= 0 || slack[g] === 0x7fffffff) continue;
    rank[v] += slack[g];
    moved = true;
  }
  return moved;
}

/** Union-find over the edges of length one. @param {number} n @param {Int32Array} from @param {Int32Array} to @param {Int32Array} rank */
function tightGroups(n, from, to, rank) {
  const parent = new Int32Array(n);
  for (let v = 0; v < n; v++) parent[v] = v;
  /** @param {number} v */
  const find = (v) => {
    while (parent[v] !== v) {
      parent[v] = parent[parent[v]];
      v = parent[v];
    }
    return v;
  };
  for (let e = 0; e < from.length; e++) {
    if (rank[to[e]] - rank[from[e]] === 1) parent[find(from[e])] = find(to[e]);
  }
  for (let v = 0; v < n; v++) parent[v] = find(v);
  return parent;
}

/**
 * Slide single nodes to the side with more edges.
 * @param {RankProblem} problem @param {Int32Array} order @param {Adjacency} out @param {Adjacency} into
 * @param {Int32Array} rank changed in place
 */
function slideNodes({ n, from, to, pinned }, order, out, into, rank) {
  let moved = false;
  for (let at = n - 1; at >= 0; at--) {
    const v = order[at];
    const outs = out.start[v + 1] - out.start[v];
    const ins = into.start[v + 1] - into.start[v];
    if (pinned[v] || outs === ins) continue;
    let goal = outs > ins ? 0x7fffffff : 0;
    if (outs > ins) for (let slot = out.start[v]; slot < out.start[v + 1]; slot++) goal = Math.min(goal, rank[to[out.edge[slot]]] - 1);
    else for (let slot = into.start[v]; slot < into.start[v + 1]; slot++) goal = Math.max(goal, rank[from[into.edge[slot]]] + 1);
    if (goal === rank[v]) continue;
    rank[v] = goal;
    moved = true;
  }
  return moved;
}
