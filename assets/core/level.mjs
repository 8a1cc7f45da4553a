/**
 * One level of the outline: the children of a scope and the edges between them.
 *
 * Document edges join leaf items; an edge that runs from inside child a to inside child b becomes one
 * lifted edge a -> b of the level. An end outside the scope is the boundary (-1).
 */

import { groupEdges } from './layout/adjacency.mjs';

/**
 * @import {Doc} from './document.mjs'
 * @import {Adjacency} from './layout/adjacency.mjs'
 *
 * @typedef {object} LevelEdge
 * @property {number} source   position among the children, -1 = the scope's boundary
 * @property {number} target   position among the children, -1 = the scope's boundary
 * @property {number} kind     0 data, 1 mask, 2 state, 3 control
 * @property {string} shape    the tensor's shape; "" when the edge stands for tensors of several shapes
 * @property {number} count    how many document edges it stands for
 * @property {number} tensors  how many different tensors these carry
 * @property {number} bundle   edges of one source that carry the same single tensor share a bundle
 *                             (the position of the first of them in the list); -1 = several tensors
 * @property {number} outside  boundary edges: the item beside or above the scope at the other end; else -1
 *
 * @typedef {object} LevelGraph
 * @property {number} scope
 * @property {Int32Array} children  items
 * @property {LevelEdge[]} edges    sorted by source (boundary first), then by first appearance
 */

/** @type {WeakMap<Doc, {out: Adjacency, into: Adjacency, levels: Map<number, LevelGraph>}>} */
const levelIndexes = new WeakMap();

/**
 * The children of a scope and their lifted edges; computed once per scope and document.
 * @param {Doc} doc
 * @param {number} scope item with children
 * @returns {LevelGraph}
 */
export function levelOf(doc, scope) {
  const index = edgeIndex(doc);
  const known = index.levels.get(scope);
  if (known) return known;
  const children = doc.childrenOf(scope);
  const level = { scope, children, edges: liftEdges(doc, scope, children, index) };
  index.levels.set(scope, level);
  return level;
}

/** The edges of a document by source and by target, and the levels known so far; made once. @param {Doc} doc */
export function edgeIndex(doc) {
  let index = levelIndexes.get(doc);
  if (!index) {
    index = { out: groupEdges(doc.n, doc.edges.source), into: groupEdges(doc.n, doc.edges.target), levels: new Map() };
    levelIndexes.set(doc, index);
  }
  return index;
}

/**
 * @param {Doc} doc
 * @param {number} scope
 * @param {Int32Array} children
 * @param {{out: Adjacency, into: Adjacency}} index
 * @returns {LevelEdge[]}
 */
function liftEdges(doc, scope, children, index) {
  const first = scope + 1;
  const last = doc.end[scope];
  const position = positionsOf(doc, first, last, children);
  const lift = new EdgeLifter(doc, scope);
  for (let slot = index.into.start[first]; slot < index.into.start[last]; slot++) {
    const e = index.into.edge[slot];
    const source = doc.edges.source[e];
    if (source < first || source >= last) lift.add(e, -1, position[doc.edges.target[e] - first]);
  }
  lift.closeSource();
  for (let k = 0; k < children.length; k++) {
    const from = index.out.start[children[k]];
    const to = index.out.start[doc.end[children[k]]];
    for (let slot = from; slot < to; slot++) {
      const e = index.out.edge[slot];
      const target = doc.edges.target[e];
      const outside = target < first || target >= last;
      const at = outside ? -1 : position[target - first];
      if (at !== k) lift.add(e, k, at);
    }
    lift.closeSource();
  }
  return lift.edges;
}

/** For every item of the scope: the position of the child it lies in. @param {Doc} doc @param {number} first @param {number} last @param {Int32Array} children */
function positionsOf(doc, first, last, children) {
  const position = new Int32Array(last - first);
  for (let k = 0; k < children.length; k++) position.fill(k, children[k] - first, doc.end[children[k]] - first);
  return position;
}

/** Merges document edges with equal lifted ends and kind; the edges of one source must come together. */
class EdgeLifter {
  /** @param {Doc} doc @param {number} scope */
  constructor(doc, scope) {
    this.doc = doc;
    this.scope = scope;
    /** @type {LevelEdge[]} */
    this.edges = [];
    /** where the open source's edges begin in `edges` */
    this.opened = 0;
    /** @type {Map<number, number>} (target, kind) of the open source -> edge number */
    this.seen = new Map();
    /** @type {Set<number>[]} tensors of each edge of the open source */
    this.tensors = [];
  }

  /** The largest item at the outer end that does not contain the scope. @param {number} e @param {number} source @param {number} target */
  outsideOf(e, source, target) {
    if (source >= 0 && target >= 0) return -1;
    const { parent, end, edges } = this.doc;
    let item = source < 0 ? edges.source[e] : edges.target[e];
    while (parent[item] >= 0 && !(parent[item] <= this.scope && this.scope < end[parent[item]])) item = parent[item];
    return item;
  }

  /** @param {number} e document edge @param {number} source @param {number} target */
  add(e, source, target) {
    const { kind, shape, port, source: leaf } = this.doc.edges;
    const key = (target + 1) * 4 + kind[e];
    const tensor = leaf[e] * 4096 + port[e];
    const known = this.seen.get(key);
    if (known === undefined) {
      this.seen.set(key, this.edges.length);
      this.tensors.push(new Set([tensor]));
      this.edges.push({ source, target, kind: kind[e], shape: this.doc.strings[shape[e]], count: 1, tensors: 1, bundle: -1, outside: this.outsideOf(e, source, target) });
      return;
    }
    const edge = this.edges[known];
    edge.count++;
    this.tensors[known - this.opened].add(tensor);
    if (edge.shape !== this.doc.strings[shape[e]]) edge.shape = '';
  }

  /** All edges of one source were added: count tensors, name bundles, sort by target. */
  closeSource() {
    /** @type {Map<number, number>} */
    const bundles = new Map();
    for (let at = this.opened; at < this.edges.length; at++) {
      const tensors = this.tensors[at - this.opened];
      this.edges[at].tensors = tensors.size;
      if (tensors.size > 1) continue;
      const [tensor] = tensors;
      if (!bundles.has(tensor)) bundles.set(tensor, at);
      this.edges[at].bundle = /** @type {number} */ (bundles.get(tensor));
    }
    this.opened = this.edges.length;
    this.seen.clear();
    this.tensors = [];
  }
}
