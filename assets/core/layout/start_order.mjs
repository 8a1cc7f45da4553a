/** Orders to start from: the layers filled in depth-first or breadth-first order. */

/**
 * @import {Adjacency} from './adjacency.mjs'
 * @import {LayeredGraph} from './layered.mjs'
 *
 * @typedef {{up: Adjacency, down: Adjacency}} Neighbours  segments by lower and by upper node
 */

/** @param {LayeredGraph} graph @param {Neighbours} neighbours @param {boolean} mirrored visit branches in the opposite order @returns {number[][]} */
export function depthFirstRows(graph, neighbours, mirrored) {
  const rows = emptyRows(graph);
  const seen = new Uint8Array(graph.size);
  /** @type {number[]} */
  const stack = [];
  for (const root of sourcesOf(graph, neighbours, mirrored)) {
    stack.push(root);
    while (stack.length > 0) {
      const v = /** @type {number} */ (stack.pop());
      if (seen[v]) continue;
      seen[v] = 1;
      rows[graph.rank[v]].push(v);
      pushBranches(stack, v, graph, neighbours, seen, mirrored);
    }
  }
  return rows;
}

/** @param {LayeredGraph} graph @param {Neighbours} neighbours @param {boolean} upwards start at the sinks @returns {number[][]} */
export function breadthFirstRows(graph, { up, down }, upwards) {
  const [next, back, ends] = upwards ? [up, down, graph.segFrom] : [down, up, graph.segTo];
  const rows = emptyRows(graph);
  const seen = new Uint8Array(graph.size);
  /** @type {number[]} */
  const queue = [];
  for (let v = 0; v < graph.size; v++) {
    if (back.start[v] !== back.start[v + 1] || seen[v]) continue;
    queue.push(v);
    seen[v] = 1;
    for (let head = queue.length - 1; head < queue.length; head++) {
      const at = queue[head];
      rows[graph.rank[at]].push(at);
      for (let slot = next.start[at]; slot < next.start[at + 1]; slot++) {
        const w = ends[next.edge[slot]];
        if (seen[w]) continue;
        seen[w] = 1;
        queue.push(w);
      }
    }
  }
  return rows;
}

/** @param {LayeredGraph} graph @returns {number[][]} */
function emptyRows(graph) {
  return Array.from({ length: graph.depth }, () => []);
}

/** Sources of the layered graph, the boundary first. @param {LayeredGraph} graph @param {Neighbours} neighbours @param {boolean} mirrored */
function sourcesOf(graph, { up }, mirrored) {
  const sources = [];
  for (let v = 0; v < graph.size; v++) if (up.start[v] === up.start[v + 1]) sources.push(v);
  sources.sort((a, b) => graph.rank[a] - graph.rank[b] || a - b);
  return mirrored ? sources.reverse() : sources;
}

/**
 * Boxes before bends, so that long edges end up beside the main line.
 * @param {number[]} stack @param {number} v @param {LayeredGraph} graph @param {Neighbours} neighbours
 * @param {Uint8Array} seen @param {boolean} mirrored
 */
function pushBranches(stack, v, { n, segTo }, { down }, seen, mirrored) {
  const branches = [];
  for (let slot = down.start[v]; slot < down.start[v + 1]; slot++) {
    const w = segTo[down.edge[slot]];
    if (!seen[w]) branches.push(w);
  }
  branches.sort((a, b) => Number(a >= n) - Number(b >= n) || a - b);
  if (mirrored) branches.reverse();
  for (let i = branches.length - 1; i >= 0; i--) stack.push(branches[i]);
}
