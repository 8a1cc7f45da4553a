/**
 * The layered graph: ranks filled with boxes and with bends of long edges.
 *
 * Every edge that passes a rank has a bend there. Edges that carry one tensor out of one source share their
 * bends (a trunk), so that a tensor used three times is one line with three branches. Edges that would only
 * be clutter are left out here and drawn as stubs.
 */

/**
 * @typedef {object} Trunk
 * @property {number} source
 * @property {number} base    node number of its first bend, which stands one rank below the source
 * @property {number} length  number of bends
 * @property {number} bundle  the bundle whose edges share it, -1 for a trunk of one edge
 *
 * @typedef {object} LayeredGraph
 * @property {number} n        real nodes: boxes, then boundary top and bottom when present
 * @property {number} size     n + bends
 * @property {number} depth    number of ranks
 * @property {Int32Array} rank
 * @property {Int32Array} trunkOf   per edge; -1 when the edge needs no bend
 * @property {Trunk[]} trunks
 * @property {Uint8Array} stub      per edge: 0 drawn, 1 stub at the target, 2 stub at the source
 * @property {Int32Array} segFrom   segments: pieces between neighbouring ranks
 * @property {Int32Array} segTo
 * @property {Int32Array} segBundle    segments of one source with equal bundle >= 0 leave at one port
 * @property {Int32Array} lastSegment  per edge: the segment that enters its target; -1 for stubs
 * @property {Int32Array} trunkSegment per trunk: its first segment; the others follow in order
 *
 * @typedef {object} OrientedEdges  all edges lead to a higher rank
 * @property {Int32Array} from
 * @property {Int32Array} to
 * @property {Uint8Array} reversed
 * @property {Int32Array} bundle
 */

/** A source (or target) with more ends than this, spread over more ranks than `BROADCAST_RANKS`, is a broadcast. */
const BROADCAST_ENDS = 8;
const BROADCAST_RANKS = 6;
/** Broadcast edges that are not longer than this are drawn in full. */
const BROADCAST_NEAR = 2;

/**
 * @param {number} n
 * @param {Int32Array} rank
 * @param {OrientedEdges} edges
 * @returns {LayeredGraph}
 */
export function buildLayeredGraph(n, rank, edges) {
  const stub = findStubs(n, rank, edges);
  const { trunkOf, trunks } = makeTrunks(n, rank, edges, stub);
  const size = numberBends(n, trunks);
  const fullRank = new Int32Array(size);
  fullRank.set(rank.subarray(0, n));
  for (const trunk of trunks) {
    for (let i = 0; i < trunk.length; i++) fullRank[trunk.base + i] = rank[trunk.source] + 1 + i;
  }
  let depth = 0;
  for (let v = 0; v < n; v++) depth = Math.max(depth, rank[v] + 1);
  return { n, size, depth, rank: fullRank, trunkOf, trunks, stub, ...makeSegments(edges, trunkOf, trunks, stub, rank) };
}

/** Give every bend its node number. @param {number} n @param {Trunk[]} trunks @returns {number} number of nodes */
function numberBends(n, trunks) {
  let size = n;
  for (const trunk of trunks) {
    trunk.base = size;
    size += trunk.length;
  }
  return size;
}

/** @param {number} n @param {Int32Array} rank @param {OrientedEdges} edges @returns {Uint8Array} */
function findStubs(n, rank, edges) {
  const stub = new Uint8Array(edges.from.length);
  const spread = endSpread(n, rank, edges.from, edges.to);
  const gather = endSpread(n, rank, edges.to, edges.from);
  for (let e = 0; e < stub.length; e++) {
    const { from, to, reversed } = edges;
    if (rank[to[e]] - rank[from[e]] <= BROADCAST_NEAR) continue;
    if (spread[from[e]]) stub[e] = reversed[e] ? 2 : 1;
    else if (gather[to[e]]) stub[e] = reversed[e] ? 1 : 2;
  }
  return stub;
}

/**
 * Which nodes have so many edges to so many ranks that their far edges become stubs.
 * @param {number} n @param {Int32Array} rank @param {Int32Array} near @param {Int32Array} far
 */
function endSpread(n, rank, near, far) {
  const ends = new Int32Array(n);
  const low = new Int32Array(n).fill(0x7fffffff);
  const high = new Int32Array(n).fill(-1);
  for (let e = 0; e < near.length; e++) {
    const v = near[e];
    const r = rank[far[e]];
    if (Math.abs(r - rank[v]) <= BROADCAST_NEAR) continue;
    ends[v]++;
    low[v] = Math.min(low[v], r);
    high[v] = Math.max(high[v], r);
  }
  const wide = new Uint8Array(n);
  for (let v = 0; v < n; v++) wide[v] = ends[v] > BROADCAST_ENDS && high[v] - low[v] > BROADCAST_RANKS ? 1 : 0;
  return wide;
}

/**
 * One trunk per long edge, shared within a bundle. Trunks that would need more bends than the graph can carry
 * (longest first) are given up: their edges become stubs.
 * @param {number} n @param {Int32Array} rank @param {OrientedEdges} edges @param {Uint8Array} stub changed in place
 * @returns {{trunkOf: Int32Array, trunks: Trunk[]}}
 */
function makeTrunks(n, rank, edges, stub) {
  const trunkOf = new Int32Array(edges.from.length).fill(-1);
  /** @type {Trunk[]} */
  const trunks = [];
  /** @type {Map<number, number>} */
  const byBundle = new Map();
  for (let e = 0; e < trunkOf.length; e++) {
    const length = rank[edges.to[e]] - rank[edges.from[e]] - 1;
    if (stub[e] || length < 1) continue;
    const bundle = edges.reversed[e] ? -1 : edges.bundle[e];
    let t = bundle < 0 ? undefined : byBundle.get(bundle);
    if (t === undefined) {
      t = trunks.length;
      trunks.push({ source: edges.from[e], base: 0, length: 0, bundle });
      if (bundle >= 0) byBundle.set(bundle, t);
    }
    trunks[t].length = Math.max(trunks[t].length, length);
    trunkOf[e] = t;
  }
  return dropOverlongTrunks(n, trunks, trunkOf, stub, edges.reversed);
}

/** @param {number} n @param {Trunk[]} trunks @param {Int32Array} trunkOf @param {Uint8Array} stub @param {Uint8Array} reversed */
function dropOverlongTrunks(n, trunks, trunkOf, stub, reversed) {
  const budget = 8 * n + 20000;
  let bends = 0;
  for (const trunk of trunks) bends += trunk.length;
  if (bends <= budget) return { trunkOf, trunks };
  const longestFirst = trunks.map((_, t) => t).sort((a, b) => trunks[b].length - trunks[a].length || a - b);
  const renamed = new Int32Array(trunks.length);
  for (const t of longestFirst) {
    if (bends <= budget) break;
    bends -= trunks[t].length;
    renamed[t] = -1;
  }
  /** @type {Trunk[]} */
  const kept = [];
  for (let t = 0; t < trunks.length; t++) if (renamed[t] === 0) renamed[t] = kept.push(trunks[t]) - 1;
  for (let e = 0; e < trunkOf.length; e++) {
    if (trunkOf[e] < 0) continue;
    trunkOf[e] = renamed[trunkOf[e]];
    if (trunkOf[e] < 0) stub[e] = reversed[e] ? 2 : 1;
  }
  return { trunkOf, trunks: kept };
}

/**
 * @param {OrientedEdges} edges @param {Int32Array} trunkOf @param {Trunk[]} trunks @param {Uint8Array} stub @param {Int32Array} rank
 */
function makeSegments(edges, trunkOf, trunks, stub, rank) {
  /** @type {number[]} */
  const from = [];
  /** @type {number[]} */
  const to = [];
  /** @type {number[]} */
  const bundle = [];
  const trunkSegment = new Int32Array(trunks.length);
  trunks.forEach((trunk, t) => {
    trunkSegment[t] = from.length;
    for (let i = 0; i < trunk.length; i++) {
      from.push(i === 0 ? trunk.source : trunk.base + i - 1);
      to.push(trunk.base + i);
      bundle.push(trunk.bundle);
    }
  });
  const lastSegment = new Int32Array(trunkOf.length).fill(-1);
  for (let e = 0; e < trunkOf.length; e++) {
    if (stub[e]) continue;
    const bends = rank[edges.to[e]] - rank[edges.from[e]] - 1;
    lastSegment[e] = from.length;
    from.push(bends === 0 ? edges.from[e] : trunks[trunkOf[e]].base + bends - 1);
    to.push(edges.to[e]);
    bundle.push(edges.reversed[e] ? -1 : edges.bundle[e]);
  }
  return { segFrom: Int32Array.from(from), segTo: Int32Array.from(to), segBundle: Int32Array.from(bundle), lastSegment, trunkSegment };
}
