/**
 * Twins: boxes with the same sources and the same targets, such as 88 experts.
 *
 * Many of them in one rank would make a strip that nobody can read. They are laid out as one box that holds a
 * grid; inside, a bus leads to every row and another one collects what comes out.
 */

/**
 * @import {LayoutEdge} from './layout.mjs'
 *
 * @typedef {object} Folding
 * @property {number} boxes           boxes after folding
 * @property {LayoutEdge[]} edges     edges after folding; the edges of all twins of a group are one
 * @property {Int32Array} boxOf       folded box of every box
 * @property {Int32Array} edgeOf      folded edge of every edge
 * @property {{box: number, members: number[]}[]} groups
 */

/** Up to this many twins stand in one row. */
const MOST_IN_A_ROW = 8;

/** So many boxes without any edge stand in a grid too: no line tells where they belong. */
const FEWEST_LOOSE = 4;

/**
 * @param {number} boxes
 * @param {LayoutEdge[]} edges
 * @returns {Folding|null} null when there are no large groups of twins
 */
export function foldTwins(boxes, edges) {
  if (boxes < FEWEST_LOOSE) return null;
  const groups = findTwins(boxes, edges);
  if (groups.length === 0) return null;
  const { boxOf, count } = renumber(boxes, groups);
  const folded = foldEdges(edges, boxOf);
  return { boxes: count, edges: folded.edges, boxOf, edgeOf: folded.edgeOf, groups: groups.map((members) => ({ box: boxOf[members[0]], members })) };
}

/** @param {number} boxes @param {LayoutEdge[]} edges @returns {number[][]} */
function findTwins(boxes, edges) {
  /** @type {string[][]} */
  const ends = Array.from({ length: boxes }, () => []);
  for (const { source, target } of edges) {
    if (target >= 0) ends[target].push(`<${source}`);
    if (source >= 0) ends[source].push(`>${target}`);
  }
  /** @type {Map<string, number[]>} */
  const byEnds = new Map();
  for (let k = 0; k < boxes; k++) {
    const key = ends[k].sort().join('');
    const members = byEnds.get(key);
    if (members) members.push(k);
    else byEnds.set(key, [k]);
  }
  return Array.from(byEnds).filter(([ends, members]) => members.length > (ends ? MOST_IN_A_ROW : FEWEST_LOOSE - 1)).map(([, members]) => members);
}

/** Number the boxes anew; a group takes the place of its first member. @param {number} boxes @param {number[][]} groups */
function renumber(boxes, groups) {
  const first = new Int32Array(boxes).map((_, k) => k);
  for (const members of groups) for (const member of members) first[member] = members[0];
  const boxOf = new Int32Array(boxes);
  let count = 0;
  for (let k = 0; k < boxes; k++) boxOf[k] = first[k] === k ? count++ : boxOf[first[k]];
  return { boxOf, count };
}

/** @param {LayoutEdge[]} edges @param {Int32Array} boxOf */
function foldEdges(edges, boxOf) {
  /** @type {LayoutEdge[]} */
  const folded = [];
  /** @type {Map<string, number>} */
  const known = new Map();
  /** @type {Map<string, number>} how often each pair of original ends was seen: parallel edges stay apart */
  const parallel = new Map();
  const edgeOf = Int32Array.from(edges, ({ source, target, bundle }) => {
    const pair = `${source}>${target}`;
    const nth = parallel.get(pair) ?? 0;
    parallel.set(pair, nth + 1);
    const from = source < 0 ? -1 : boxOf[source];
    const to = target < 0 ? -1 : boxOf[target];
    const key = `${from}>${to}/${nth}`;
    let at = known.get(key);
    if (at === undefined) {
      at = folded.push({ source: from, target: to, bundle }) - 1;
      known.set(key, at);
    }
    return at;
  });
  return { edges: folded, edgeOf };
}
