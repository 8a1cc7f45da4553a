/** Make a graph acyclic by reversing back edges, and put its nodes into a topological order. */

import { groupEdges } from './adjacency.mjs';

/**
 * Reverse (in place) the edges that close a cycle.
 *
 * A depth-first search in index order decides, because index order is program order: what leads back to
 * something that is still being walked is the loop's return. Iterative, for chains of any length.
 * @param {number} n
 * @param {Int32Array} from changed in place
 * @param {Int32Array} to changed in place
 * @returns {Uint8Array} 1 for every edge that was reversed
 */
export function breakCycles(n, from, to) {
  const out = groupEdges(n, from);
  const reversed = new Uint8Array(from.length);
  const state = new Uint8Array(n); // 0 new, 1 on the path, 2 done
  const cursor = out.start.slice(0, n);
  const path = new Int32Array(n);
  for (const root of rootsFirst(n, to)) {
    if (state[root] !== 0) continue;
    let depth = 0;
    path[0] = root;
    state[root] = 1;
    while (depth >= 0) {
      const v = path[depth];
      if (cursor[v] === out.start[v + 1]) {
        state[v] = 2;
        depth--;
        continue;
      }
      const e = out.edge[cursor[v]++];
      const w = to[e];
      if (state[w] === 1) reversed[e] = 1;
      else if (state[w] === 0) {
        state[w] = 1;
        path[++depth] = w;
      }
    }
  }
  for (let e = 0; e < from.length; e++) {
    if (reversed[e]) [from[e], to[e]] = [to[e], from[e]];
  }
  return reversed;
}

/** Nodes without incoming edges first, then all others. @param {number} n @param {Int32Array} to */
function rootsFirst(n, to) {
  const hasInput = new Uint8Array(n);
  for (let e = 0; e < to.length; e++) hasInput[to[e]] = 1;
  const roots = [];
  for (let v = 0; v < n; v++) if (!hasInput[v]) roots.push(v);
  for (let v = 0; v < n; v++) if (hasInput[v]) roots.push(v);
  return roots;
}

/**
 * Kahn's order of an acyclic graph; among ready nodes the one that became ready first comes first.
 * @param {number} n
 * @param {Int32Array} from
 * @param {Int32Array} to
 * @returns {Int32Array}
 */
export function topologicalOrder(n, from, to) {
  const out = groupEdges(n, from);
  const missing = new Int32Array(n);
  for (let e = 0; e < to.length; e++) missing[to[e]]++;
  const order = new Int32Array(n);
  let filled = 0;
  for (let v = 0; v < n; v++) if (missing[v] === 0) order[filled++] = v;
  for (let head = 0; head < filled; head++) {
    const v = order[head];
    for (let slot = out.start[v]; slot < out.start[v + 1]; slot++) {
      const w = to[out.edge[slot]];
      if (--missing[w] === 0) order[filled++] = w;
    }
  }
  return order;
}
