/**
 * Network simplex for ranks (Gansner, Koutsofios, North, Vo 1993): the ranks with the least total edge length.
 *
 * Walks from spanning tree to spanning tree of tight edges; every step exchanges one edge and never makes the
 * total longer, so that it can stop at any time with valid ranks.
 */

import { groupEdges } from './adjacency.mjs';

/**
 * @typedef {object} LengthProblem   connected
 * @property {number} n
 * @property {Int32Array} from     acyclic
 * @property {Int32Array} to
 * @property {Int32Array} weight   price of one rank of length
 * @property {Int32Array} least    least length
 */

/**
 * Improve valid ranks in place.
 * @param {LengthProblem} problem
 * @param {Int32Array} rank
 * @param {number} budget  most exchanges
 */
export function shortenEdges(problem, rank, budget) {
  const tree = new TightTree(problem, rank);
  tree.span();
  tree.orient();
  for (let step = 0; step < budget; step++) {
    const leaving = tree.findLeaving();
    if (leaving < 0) return;
    const entering = tree.findEntering(leaving);
    if (entering < 0) return;
    tree.exchange(leaving, entering);
  }
}

class TightTree {
  /** @param {LengthProblem} problem @param {Int32Array} rank */
  constructor(problem, rank) {
    const { n, from, to } = problem;
    this.problem = problem;
    this.rank = rank;
    this.out = groupEdges(n, from);
    this.into = groupEdges(n, to);
    this.inTree = new Uint8Array(from.length);
    this.parentEdge = new Int32Array(n);
    /** nodes, parents before children */
    this.preorder = new Int32Array(n);
    /** a node's subtree is what lies between its own place in preorder and `last` */
    this.first = new Int32Array(n);
    this.last = new Int32Array(n);
    this.cut = new Float64Array(from.length);
    this.stack = new Int32Array(n);
    this.seen = new Uint8Array(n);
  }

  /** @param {number} e */
  slack(e) {
    const { from, to, least } = this.problem;
    return this.rank[to[e]] - this.rank[from[e]] - least[e];
  }

  /** @param {number} e @param {number} v */
  other(e, v) {
    return this.problem.from[e] === v ? this.problem.to[e] : this.problem.from[e];
  }

  /** Find a spanning tree of tight edges, shifting what is spanned so far where none is tight. */
  span() {
    const { n, from, to } = this.problem;
    const spanned = [0];
    this.seen.fill(0);
    this.seen[0] = 1;
    for (let head = 0; spanned.length < n; ) {
      for (; head < spanned.length; head++) this.spanFrom(spanned[head], spanned);
      if (spanned.length === n) return;
      let best = -1;
      for (let e = 0; e < from.length; e++) {
        if (this.seen[from[e]] !== this.seen[to[e]] && (best < 0 || this.slack(e) < this.slack(best))) best = e;
      }
      const shift = this.seen[from[best]] ? this.slack(best) : -this.slack(best);
      for (const v of spanned) this.rank[v] += shift;
      this.adopt(best, spanned);
    }
  }

  /** @param {number} v @param {number[]} spanned */
  spanFrom(v, spanned) {
    for (const { start, edge } of [this.out, this.into]) {
      for (let slot = start[v]; slot < start[v + 1]; slot++) {
        const e = edge[slot];
        if (!this.seen[this.other(e, v)] && this.slack(e) === 0) this.adopt(e, spanned);
      }
    }
  }

  /** @param {number} e @param {number[]} spanned */
  adopt(e, spanned) {
    const { from, to } = this.problem;
    const v = this.seen[from[e]] ? to[e] : from[e];
    this.inTree[e] = 1;
    this.seen[v] = 1;
    spanned.push(v);
  }

  /** Root the tree at node 0; recompute order, ranks and cut values. */
  orient() {
    const { n } = this.problem;
    this.seen.fill(0);
    this.parentEdge[0] = -1;
    let count = 0;
    let depth = 1;
    this.stack[0] = 0;
    this.seen[0] = 1;
    while (depth > 0) {
      const v = this.stack[--depth];
      this.first[v] = count;
      this.preorder[count++] = v;
      for (const { start, edge } of [this.out, this.into]) {
        for (let slot = start[v]; slot < start[v + 1]; slot++) {
          const e = edge[slot];
          const w = this.other(e, v);
          if (!this.inTree[e] || this.seen[w]) continue;
          this.seen[w] = 1;
          this.parentEdge[w] = e;
          this.rank[w] = this.problem.from[e] === v ? this.rank[v] + this.problem.least[e] : this.rank[v] - this.problem.least[e];
          this.stack[depth++] = w;
        }
      }
    }
    for (let i = n - 1; i >= 0; i--) this.last[this.preorder[i]] = i;
    for (let i = n - 1; i > 0; i--) {
      const v = this.preorder[i];
      const parent = this.other(this.parentEdge[v], v);
      if (this.last[parent] < this.last[v]) this.last[parent] = this.last[v];
      this.cut[this.parentEdge[v]] = this.cutValue(v);
    }
  }

  /** Cut value of the edge above v, from the edges at v whose cut values are known. @param {number} v */
  cutValue(v) {
    const { from, weight } = this.problem;
    const above = this.parentEdge[v];
    const isTail = from[above] === v;
    let value = weight[above];
    for (const { start, edge } of [this.out, this.into]) {
      for (let slot = start[v]; slot < start[v + 1]; slot++) {
        const e = edge[slot];
        if (e === above) continue;
        const along = (from[e] === v) === isTail;
        const known = this.inTree[e] ? this.cut[e] : 0;
        value += along ? weight[e] - known : known - weight[e];
      }
    }
    return value;
  }

  /** The tree edge with the most negative cut value, -1 when the ranks are optimal. */
  findLeaving() {
    let best = -1;
    for (let i = 1; i < this.preorder.length; i++) {
      const e = this.parentEdge[this.preorder[i]];
      if (this.cut[e] < 0 && (best < 0 || this.cut[e] < this.cut[best])) best = e;
    }
    return best;
  }

  /** The edge of least slack that joins the two parts again in the other direction. @param {number} leaving */
  findEntering(leaving) {
    const { from, to } = this.problem;
    const child = this.parentEdge[from[leaving]] === leaving ? from[leaving] : to[leaving];
    const childIsTail = child === from[leaving];
    const [low, high] = [this.first[child], this.last[child]];
    let best = -1;
    let bestSlack = Infinity;
    for (let e = 0; e < from.length; e++) {
      const tailInside = this.first[from[e]] >= low && this.first[from[e]] <= high;
      const headInside = this.first[to[e]] >= low && this.first[to[e]] <= high;
      if (tailInside === headInside || tailInside === childIsTail || e === leaving) continue;
      const slack = this.slack(e);
      if (slack < bestSlack) {
        best = e;
        bestSlack = slack;
      }
    }
    return best;
  }

  /** @param {number} leaving @param {number} entering */
  exchange(leaving, entering) {
    this.inTree[leaving] = 0;
    this.inTree[entering] = 1;
    this.orient();
  }
}
