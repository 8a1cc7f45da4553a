/**
 * What leads to a node and what depends on it, over the whole graph, also inside closed scopes.
 *
 * @import {Doc} from '../document.mjs'
 *
 * @typedef {'upstream'|'downstream'} TraceDirection
 *
 * @typedef {object} Reach
 * @property {Uint8Array} items   1 = reached: nodes, and scopes that hold some and not the start
 * @property {Uint8Array} edges   1 = the tensor goes along this edge of the document
 * @property {number} nodes       reached nodes, the start not counted
 */

import { edgeIndex } from '../level.mjs';

/**
 * Follow the edges from nodes, against the flow for `upstream`. Linear in the size of the graph.
 * @param {Doc} doc @param {Iterable<number>} starts  items; a scope stands for all nodes in it
 * @param {TraceDirection} direction @returns {Reach}
 */
export function reach(doc, starts, direction) {
  const up = direction === 'upstream';
  const index = edgeIndex(doc);
  const { start, edge } = up ? index.into : index.out;
  const far = up ? doc.edges.source : doc.edges.target;
  const own = startsOf(doc, starts);
  const items = Uint8Array.from(own.inside);
  const edges = new Uint8Array(doc.edges.length);
  const waiting = own.leaves;
  let nodes = -waiting.length;
  for (let at = 0; at < waiting.length; at++) {
    for (let slot = start[waiting[at]]; slot < start[waiting[at] + 1]; slot++) {
      const next = far[edge[slot]];
      if (own.inside[next] === 0) edges[edge[slot]] = 1;
      if (items[next] !== 0) continue;
      items[next] = 1;
      waiting.push(next);
    }
  }
  nodes += waiting.length;
  for (let item = 0; item < doc.n; item++) if (own.inside[item] !== 0) items[item] = 0;
  markScopes(doc, items, own.around);
  return { items, edges, nodes };
}

/** @param {Doc} doc @param {Iterable<number>} starts */
function startsOf(doc, starts) {
  const inside = new Uint8Array(doc.n);
  const around = new Uint8Array(doc.n);
  /** @type {number[]} */
  const leaves = [];
  for (const start of starts) {
    for (let item = start; item < doc.end[start]; item++) {
      if (inside[item] === 0 && !doc.isScope(item)) leaves.push(item);
      inside[item] = 1;
    }
    for (let at = doc.parent[start]; at >= 0 && around[at] === 0; at = doc.parent[at]) around[at] = 1;
  }
  return { inside, around, leaves };
}

/** Scopes that hold something reached. Items are in preorder, so that parents come later when read backwards. @param {Doc} doc @param {Uint8Array} items @param {Uint8Array} except */
function markScopes(doc, items, except) {
  const holds = Uint8Array.from(items);
  for (let item = doc.n - 1; item > 0; item--) if (holds[item] !== 0) holds[doc.parent[item]] = 1;
  for (let item = 1; item < doc.n; item++) if (except[item] === 0) items[item] = holds[item];
}
