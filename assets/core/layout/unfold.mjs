/** Place a level whose twins were folded: the groups as boxes first, then the members inside them. Direction down. */

import { collectPath, feedPath, makeGrid } from './grid.mjs';

/**
 * @import {Layout} from './layout.mjs'
 * @import {Folding} from './twins.mjs'
 * @import {Grid} from './grid.mjs'
 * @import {EdgePath} from './route.mjs'
 *
 * @typedef {object} FlatInput  sizes in direction down
 * @property {ArrayLike<number>} widths
 * @property {ArrayLike<number>} heights
 * @property {ArrayLike<number>|null} inPorts
 * @property {ArrayLike<number>|null} outPorts
 * @property {ArrayLike<number>|null} outLabels
 */

/** Width to height of a grid. */
const GRID_ASPECT = 1.7;

/**
 * Sizes of the folded boxes.
 * @param {Folding} folding @param {FlatInput} input @param {boolean} right the level is mirrored later
 * @returns {{grids: Grid[], input: FlatInput}}
 */
export function foldSizes(folding, input, right) {
  const used = new Uint8Array(folding.boxes);
  for (const { source, target } of folding.edges) {
    if (source >= 0) used[source] = 1;
    if (target >= 0) used[target] = 1;
  }
  const grids = folding.groups.map(({ box, members }) =>
    makeGrid(members.map((k) => input.widths[k]), members.map((k) => input.heights[k]), right ? 1 / GRID_ASPECT : GRID_ASPECT, used[box] === 1));
  const folded = {
    widths: new Float64Array(folding.boxes), heights: new Float64Array(folding.boxes),
    inPorts: input.inPorts ? new Float64Array(folding.boxes).fill(-1) : null, outPorts: input.outPorts ? new Float64Array(folding.boxes).fill(-1) : null,
    outLabels: input.outLabels ? new Float64Array(folding.boxes) : null,
  };
  folding.boxOf.forEach((box, k) => {
    folded.widths[box] = input.widths[k];
    folded.heights[box] = input.heights[k];
    if (folded.inPorts && input.inPorts) folded.inPorts[box] = input.inPorts[k];
    if (folded.outPorts && input.outPorts) folded.outPorts[box] = input.outPorts[k];
    if (folded.outLabels && input.outLabels) folded.outLabels[box] = Math.max(folded.outLabels[box], input.outLabels[k]);
  });
  folding.groups.forEach(({ box }, g) => {
    folded.widths[box] = grids[g].width;
    folded.heights[box] = grids[g].height;
    if (folded.inPorts) folded.inPorts[box] = -1;
    if (folded.outPorts) folded.outPorts[box] = -1;
  });
  return { grids, input: folded };
}

/**
 * Put the members into their group's box and lead the lines to them.
 * @param {Folding} folding @param {Grid[]} grids @param {FlatInput} input
 * @param {Layout} layout of the folded boxes
 * @param {{source: number, target: number}[]} edges the original ones
 * @returns {Layout}
 */
export function unfoldLayout(folding, grids, input, layout, edges) {
  const x = Float64Array.from(folding.boxOf, (box) => layout.x[box]);
  const y = Float64Array.from(folding.boxOf, (box) => layout.y[box]);
  const groupOf = new Int32Array(folding.boxOf.length).fill(-1);
  const memberOf = new Int32Array(folding.boxOf.length);
  folding.groups.forEach(({ members }, g) => members.forEach((k, i) => {
    groupOf[k] = g;
    memberOf[k] = i;
    x[k] += grids[g].x[i];
    y[k] += grids[g].y[i];
  }));
  const place = { folding, grids, input, layout, x, y, groupOf, memberOf };
  return { ...layout, x, y, edges: edges.map((edge, e) => unfoldEdge(place, edge, layout.edges[folding.edgeOf[e]])) };
}

/**
 * @param {{folding: Folding, grids: Grid[], input: FlatInput, layout: Layout, x: Float64Array, y: Float64Array, groupOf: Int32Array, memberOf: Int32Array}} place
 * @param {{source: number, target: number}} edge @param {EdgePath} path of the folded edge
 * @returns {EdgePath}
 */
function unfoldEdge({ folding, grids, input, layout, x, y, groupOf, memberOf }, { source, target }, path) {
  if (path.stub) return path;
  let { points } = path;
  if (source >= 0 && groupOf[source] >= 0) {
    const box = folding.boxOf[source];
    points = collectPath(points, grids[groupOf[source]], { x: layout.x[box], y: layout.y[box] }, memberOf[source], x[source] + portOf(input.outPorts, source, input.widths), y[source] + input.heights[source]);
  }
  if (target >= 0 && groupOf[target] >= 0) {
    const box = folding.boxOf[target];
    points = feedPath(points, grids[groupOf[target]], { x: layout.x[box], y: layout.y[box] }, memberOf[target], x[target] + portOf(input.inPorts, target, input.widths));
  }
  return points === path.points ? path : { ...path, points };
}

/** @param {ArrayLike<number>|null} ports @param {number} k @param {ArrayLike<number>} widths */
function portOf(ports, k, widths) {
  return ports && ports[k] >= 0 ? ports[k] : Math.round(widths[k] / 2);
}
