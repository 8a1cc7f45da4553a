/** Compressed adjacency lists: the edges of node v are `edge[start[v] .. start[v+1]-1]`. */

/**
 * @typedef {object} Adjacency
 * @property {Int32Array} start  length n + 1
 * @property {Int32Array} edge   edge numbers, grouped by node, in ascending order within a node
 */

/**
 * Group the edges 0..m-1 by one of their ends.
 * @param {number} n number of nodes
 * @param {ArrayLike<number>} end the end of each edge to group by; edges with a negative end are left out
 * @returns {Adjacency}
 */
export function groupEdges(n, end) {
  const start = new Int32Array(n + 1);
  let kept = 0;
  for (let e = 0; e < end.length; e++) {
    if (end[e] < 0) continue;
    start[end[e] + 1]++;
    kept++;
  }
  for (let v = 0; v < n; v++) start[v + 1] += start[v];
  const edge = new Int32Array(kept);
  const next = start.slice(0, n);
  for (let e = 0; e < end.length; e++) {
    if (end[e] >= 0) edge[next[end[e]]++] = e;
  }
  return { start, edge };
}
