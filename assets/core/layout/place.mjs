/** From a structure and box sizes to coordinates and curves: the cheap half of the layout. */

import { placeAcross } from './compact.mjs';
import { arrangeColumns } from './columns.mjs';
import { spreadPorts } from './ports.mjs';
import { routeEdges } from './route.mjs';

/**
 * @import {Structure, Layout} from './layout.mjs'
 * @import {EdgePath} from './route.mjs'
 * @import {NodeSizes} from './compact.mjs'
 * @import {Ports} from './ports.mjs'
 * @import {RankBox, Columns} from './columns.mjs'
 *
 * @typedef {object} Padding  free space between the level's border and its boxes
 * @property {number} top @property {number} right @property {number} bottom @property {number} left
 *
 * @typedef {object} PlaceInput
 * @property {ArrayLike<number>} widths
 * @property {ArrayLike<number>} heights
 * @property {ArrayLike<number>|null} [inPorts]   where lines enter each box, from its left (direction right: top); NaN = free
 * @property {ArrayLike<number>|null} [outPorts]
 * @property {"down"|"right"} [direction]
 * @property {number} [maxAspect]
 * @property {Padding} [padding]
 * @property {number} [minWidth]   least width of the level (direction right as well)
 */

const RANK_GAP = 34;
/** Room between the border and the first rank in which the boundary's lines fan out. */
const FAN_GAP = 26;
const NO_PADDING = { top: 0, right: 0, bottom: 0, left: 0 };

/**
 * @param {Structure} structure
 * @param {PlaceInput} input
 * @returns {Layout}
 */
export function placeStructure(structure, input) {
  const right = input.direction === 'right';
  const padding = input.padding ?? NO_PADDING;
  const across = right ? { before: padding.top, after: padding.bottom } : { before: padding.left, after: padding.right };
  const along = right ? { before: padding.left, after: padding.right } : { before: padding.top, after: padding.bottom };
  if (structure.boxes === 0) return emptyLayout(padding);
  const sizes = nodeSizes(structure, right ? input.heights : input.widths, input.inPorts, input.outPorts);
  const thickness = new Float64Array(structure.graph.size);
  for (let v = 0; v < structure.boxes; v++) thickness[v] = (right ? input.widths : input.heights)[v];
  const left = placeAcross(structure.graph, structure.layers, structure.alignment, sizes);
  const ports = spreadPorts(structure.graph, structure.layers, structure.alignment, sizes, structure.edges, sharedPorts(structure, input));
  const ranks = measureRanks(structure, left, sizes, thickness, ports);
  const columns = arrangeColumns(ranks, input.maxAspect ?? 3);
  const placed = assemble(structure, left, thickness, ranks, columns, ports, across, along);
  const layout = {
    width: columns.width + across.before + across.after,
    height: placed.height,
    x: placed.x.slice(0, structure.boxes),
    y: placed.y.slice(0, structure.boxes),
    edges: routeEdges(placed, structure.edges),
    inPort: structure.top < 0 ? -1 : placed.x[structure.top],
    outPort: structure.bottom < 0 ? -1 : placed.x[structure.bottom],
    columns: columns.left.length,
  };
  return widen(right ? transpose(layout) : layout, input.minWidth ?? 0);
}

/** @param {Layout} layout @param {number} minWidth */
function widen(layout, minWidth) {
  return layout.width < minWidth ? { ...layout, width: minWidth } : layout;
}

/** @param {Padding} padding @returns {Layout} */
function emptyLayout(padding) {
  const none = new Float64Array(0);
  return { width: padding.left + padding.right, height: padding.top + padding.bottom, x: none, y: none, edges: [], inPort: -1, outPort: -1, columns: 1 };
}

/** @param {Structure} structure @param {ArrayLike<number>} widths @param {ArrayLike<number>|null|undefined} inPorts @param {ArrayLike<number>|null|undefined} outPorts @returns {NodeSizes} */
function nodeSizes({ boxes, graph }, widths, inPorts, outPorts) {
  const width = new Float64Array(graph.size);
  const inPort = new Float64Array(graph.size);
  const outPort = new Float64Array(graph.size);
  for (let v = 0; v < boxes; v++) {
    width[v] = widths[v];
    inPort[v] = portOr(inPorts, v, Math.round(widths[v] / 2));
    outPort[v] = portOr(outPorts, v, Math.round(widths[v] / 2));
  }
  return { width, inPort, outPort };
}

/** @param {ArrayLike<number>|null|undefined} ports @param {number} v @param {number} otherwise */
function portOr(ports, v, otherwise) {
  return ports && ports[v] >= 0 ? ports[v] : otherwise;
}

/** Boundaries and boxes with a given port have one port per side. @param {Structure} structure @param {PlaceInput} input */
function sharedPorts({ boxes, graph }, { inPorts, outPorts }) {
  const into = new Uint8Array(graph.n);
  const out = new Uint8Array(graph.n);
  for (let v = 0; v < graph.n; v++) {
    into[v] = Number(v >= boxes || Boolean(inPorts && inPorts[v] >= 0));
    out[v] = Number(v >= boxes || Boolean(outPorts && outPorts[v] >= 0));
  }
  return { into, out };
}

/** @param {Structure} structure @param {Float64Array} left @param {NodeSizes} sizes @param {Float64Array} thickness @param {Ports} ports @returns {RankBox[]} */
function measureRanks(structure, left, sizes, thickness, ports) {
  const { graph, layers } = structure;
  const ranks = layers.map((layer) => {
    const rank = { size: 0, gap: RANK_GAP, low: Infinity, high: -Infinity, passing: 0 };
    for (const v of layer) {
      rank.size = Math.max(rank.size, thickness[v]);
      rank.low = Math.min(rank.low, left[v]);
      rank.high = Math.max(rank.high, left[v] + sizes.width[v]);
    }
    return rank;
  });
  const reach = new Float64Array(ranks.length);
  for (let s = 0; s < graph.segFrom.length; s++) {
    const r = graph.rank[graph.segFrom[s]];
    ranks[r].passing++;
    reach[r] = Math.max(reach[r], Math.abs(left[graph.segFrom[s]] + ports.out[s] - left[graph.segTo[s]] - ports.into[s]));
  }
  ranks.forEach((rank, r) => {
    rank.gap = r === ranks.length - 1 ? 0 : gapFor(reach[r], (structure.top >= 0 && r === 0) || (structure.bottom >= 0 && r === ranks.length - 2));
  });
  return ranks;
}

/** Wide curves need more height to stay readable. @param {number} reach @param {boolean} boundary */
function gapFor(reach, boundary) {
  return Math.round((boundary ? FAN_GAP : RANK_GAP) + Math.min(36, reach / 12));
}

/**
 * Final positions of all nodes, boundary at the border.
 * @param {Structure} structure @param {Float64Array} left @param {Float64Array} size @param {RankBox[]} ranks
 * @param {Columns} columns @param {Ports} ports
 * @param {{before: number, after: number}} across @param {{before: number, after: number}} along
 */
function assemble(structure, left, size, ranks, columns, ports, across, along) {
  const { graph } = structure;
  for (let r = 0; r < ranks.length; r++) columns.top[r] += along.before;
  for (let r = 0; r < ranks.length; r++) columns.shift[r] += across.before;
  for (let c = 0; c < columns.left.length; c++) {
    columns.left[c] += across.before;
    columns.right[c] += across.before;
  }
  const height = columns.height + along.before + along.after;
  const x = new Float64Array(graph.size);
  const y = new Float64Array(graph.size);
  for (let v = 0; v < graph.size; v++) {
    const r = graph.rank[v];
    x[v] = left[v] + columns.shift[r];
    y[v] = columns.top[r] + Math.floor((ranks[r].size - size[v]) / 2);
  }
  const fanTop = along.before;
  const fanBottom = height - along.after;
  if (structure.top >= 0) columns.top[0] = y[structure.top] = 0;
  if (structure.bottom >= 0) columns.top[graph.depth - 1] = y[structure.bottom] = height;
  return { graph, x, y, size, rankSize: Float64Array.from(ranks, (rank) => rank.size), columns, ports, fanTop: structure.top >= 0 ? fanTop : -Infinity, fanBottom: structure.bottom >= 0 ? fanBottom : Infinity, height };
}

/** Mirror at the diagonal: direction down becomes right. @param {Layout} layout @returns {Layout} */
function transpose(layout) {
  const edges = layout.edges.map((edge) => ({ ...edge, points: swapPairs(edge.points), labelX: edge.labelY, labelY: edge.labelX }));
  return { ...layout, width: layout.height, height: layout.width, x: layout.y, y: layout.x, edges };
}

/** @param {Float64Array} points */
function swapPairs(points) {
  const swapped = new Float64Array(points.length);
  for (let i = 0; i < points.length; i += 2) {
    swapped[i] = points[i + 1];
    swapped[i + 1] = points[i];
  }
  return swapped;
}
