/** From a structure and box sizes to coordinates and curves: the cheap half of the layout. */

import { planChannels } from './channels.mjs';
import { chooseColumns } from './columns.mjs';
import { placeAcross } from './compact.mjs';
import { cutStructure } from './cut.mjs';
import { spreadPorts } from './ports.mjs';
import { routeEdges, STUB_STEP } from './route.mjs';
import { SLOT_STEP, stackColumns } from './stack.mjs';
import { foldSizes, unfoldLayout } from './unfold.mjs';

/**
 * @import {Structure, Layout} from './layout.mjs'
 * @import {EdgePath} from './route.mjs'
 * @import {Channels} from './channels.mjs'
 * @import {RankBox, WrapRules} from './columns.mjs'
 * @import {NodeSizes} from './compact.mjs'
 * @import {Ports} from './ports.mjs'
 * @import {Columns} from './stack.mjs'
 * @import {FlatInput} from './unfold.mjs'
 *
 * @typedef {object} Padding  free space between the level's border and its boxes
 * @property {number} top @property {number} right @property {number} bottom @property {number} left
 *
 * @typedef {object} PlaceInput
 * @property {ArrayLike<number>} widths
 * @property {ArrayLike<number>} heights
 * @property {ArrayLike<number>|null} [inPorts]   where lines enter each box, from its left (direction right: top); NaN = free
 * @property {ArrayLike<number>|null} [outPorts]
 * @property {ArrayLike<number>|null} [outLabels]  direction right: room for labels behind each box
 * @property {"down"|"right"} [direction]
 * @property {number} [maxAspect]
 * @property {Padding} [padding]
 * @property {number} [minWidth]   least width of the level (direction right as well)
 * @property {number} [minPort]    direction down: least x of the top boundary's port, so that its line passes
 *                                 beside the level's title
 */

const RANK_GAP = 34;
/** Room between the border's padding and the first or last rank, when lines run straight through it. */
const FAN_GAP = 12;
/** Width to height that a wrapped level aims at: a screen, or a landscape page. */
const WISHED_ASPECT = 1.5;
/** Strips that fit on a screen stay whole. */
const SHORT_STRIP = 1000;
const SHORT_ROW = 1600;
/** Direction right: labels of stubs stand in the gap before the box. */
const STUB_LABEL = 64;
const LABEL_MARGIN = 26;
const NO_PADDING = { top: 0, right: 0, bottom: 0, left: 0 };

/**
 * @param {Structure} structure
 * @param {PlaceInput} input
 * @returns {Layout}
 */
export function placeStructure(structure, input) {
  const right = input.direction === 'right';
  const padding = input.padding ?? NO_PADDING;
  if (structure.boxes === 0) return emptyLayout(padding);
  const flat = {
    widths: right ? input.heights : input.widths, heights: right ? input.widths : input.heights,
    inPorts: input.inPorts ?? null, outPorts: input.outPorts ?? null, outLabels: input.outLabels ?? null,
  };
  const layout = placeDown(structure, flat, wrapRules(input, right), right ? turned(padding) : padding, right);
  if (!right) return widen(layout, input.minWidth ?? 0, input.minPort ?? 0);
  const mirrored = transpose(layout);
  return { ...mirrored, width: Math.max(mirrored.width, input.minWidth ?? 0) };
}

/** @param {Structure} structure @param {FlatInput} flat @param {WrapRules} rules @param {Padding} padding @param {boolean} right the result is mirrored later @returns {Layout} */
function placeDown(structure, flat, rules, padding, right) {
  if (!structure.folding) return placeStrip(structure, flat, rules, padding);
  const { grids, input } = foldSizes(structure.folding, flat, right);
  return unfoldLayout(structure.folding, grids, flat, placeStrip(structure, input, rules, padding), structure.input);
}

/** @param {Structure} structure @param {FlatInput} flat @param {WrapRules} rules @param {Padding} padding @returns {Layout} */
function placeStrip(structure, flat, rules, padding) {
  const sizes = nodeSizes(structure, flat.widths, flat.inPorts, flat.outPorts);
  const thickness = new Float64Array(structure.graph.size);
  for (let v = 0; v < structure.boxes; v++) thickness[v] = flat.heights[v];
  const shared = sharedPorts(structure, flat);
  const room = { stubLabel: rules.stubLabel, outLabels: flat.outLabels };
  let strip = makeStrip(structure, sizes, thickness, shared, room);
  const of = chooseColumns(strip.ranks, rules);
  if (of) strip = makeStrip(cutStructure(structure, of), sizes, thickness, shared, room, of);
  return finishLayout(strip, thickness, shared, of ?? new Int32Array(structure.layers.length), padding, rules.stubLabel > 0);
}

/**
 * @typedef {object} LabelRoom   room for labels between two ranks, in px
 * @property {number} stubLabel
 * @property {ArrayLike<number>|null} outLabels  behind each box
 *
 * @typedef {object} Strip   all ranks above each other, before they are stacked into columns
 * @property {Structure} structure
 * @property {Float64Array} left
 * @property {Ports} ports
 * @property {Channels} channels
 * @property {RankBox[]} ranks
 */

/** @param {Structure} structure @param {NodeSizes} sizes @param {Float64Array} thickness @param {{into: Uint8Array, out: Uint8Array}} shared @param {LabelRoom} room @param {Int32Array} [of] @returns {Strip} */
function makeStrip(structure, sizes, thickness, shared, room, of = new Int32Array(structure.layers.length)) {
  const { graph, layers, alignment, edges } = structure;
  const left = placeAcross(graph, layers, alignment, sizes);
  const ports = spreadPorts(graph, layers, alignment, sizes, edges, shared);
  const channels = planChannels(structure, of);
  return { structure, left, ports, channels, ranks: measureRanks(structure, left, sizes, thickness, ports, channels, room) };
}

/** @param {PlaceInput} input @param {boolean} right @returns {WrapRules} */
function wrapRules(input, right) {
  const nested = input.padding !== undefined && input.padding.top !== input.padding.bottom;
  return { maxAspect: input.maxAspect ?? 2.5, wished: right ? 1 / WISHED_ASPECT : WISHED_ASPECT, stubLabel: right ? STUB_LABEL : 0, shortest: (right ? SHORT_ROW : SHORT_STRIP) * (nested ? 1.5 : 1) };
}

/** @param {Padding} padding @returns {Padding} */
function turned({ top, right, bottom, left }) {
  return { top: left, bottom: right, left: top, right: bottom };
}

/** Additional space at the left that centres the boxes under a wide title and keeps the port's line off it. @param {Layout} layout @param {number} minWidth @param {number} minPort */
function widen(layout, minWidth, minPort) {
  const missing = Math.max(0, minWidth - layout.width);
  const shift = Math.max(Math.floor(missing / 2), layout.inPort >= 0 ? minPort - layout.inPort : 0);
  if (missing === 0 && shift <= 0) return layout;
  const width = Math.max(minWidth, layout.width + shift);
  return { ...shiftLayout(layout, shift), width };
}

/** @param {Layout} layout @param {number} dx @returns {Layout} */
function shiftLayout(layout, dx) {
  const edges = layout.edges.map((edge) => ({ ...edge, points: edge.points.map((value, i) => (i % 2 === 0 ? value + dx : value)), labelX: edge.labelX + dx }));
  return { ...layout, x: layout.x.map((x) => x + dx), edges, inPort: layout.inPort < 0 ? -1 : layout.inPort + dx, outPort: layout.outPort < 0 ? -1 : layout.outPort + dx };
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

/** Boundaries and boxes with a given port have one port per side. @param {Structure} structure @param {FlatInput} input */
function sharedPorts({ boxes, graph }, { inPorts, outPorts }) {
  const into = new Uint8Array(graph.n);
  const out = new Uint8Array(graph.n);
  for (let v = 0; v < graph.n; v++) {
    into[v] = Number(v >= boxes || Boolean(inPorts && inPorts[v] >= 0));
    out[v] = Number(v >= boxes || Boolean(outPorts && outPorts[v] >= 0));
  }
  return { into, out };
}

/** @param {Structure} structure @param {Float64Array} left @param {NodeSizes} sizes @param {Float64Array} thickness @param {Ports} ports @param {Channels} channels @param {LabelRoom} room @returns {RankBox[]} */
function measureRanks(structure, left, sizes, thickness, ports, channels, room) {
  const { graph, layers } = structure;
  const ranks = layers.map((layer) => {
    const rank = { size: 0, gap: 0, before: 0, low: Infinity, high: -Infinity, passing: 0, glued: false };
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
  for (let r = 0; r + 1 < ranks.length; r++) {
    const boundary = (structure.top >= 0 && r === 0) || (structure.bottom >= 0 && r === ranks.length - 2);
    ranks[r].glued = boundary;
    const slots = channels.exits[r] + channels.entries[r + 1];
    ranks[r].gap = gapFor(reach[r], boundary) + (slots > 1 ? (slots - 1) * SLOT_STEP : 0);
  }
  makeRoomForStubs(ranks, structure, ports, room.stubLabel);
  for (let v = 0; room.outLabels && v < structure.boxes; v++) {
    const rank = ranks[graph.rank[v]];
    if (room.outLabels[v] > 0 && graph.rank[v] < ranks.length - 1) rank.gap = Math.max(rank.gap, room.outLabels[v] + LABEL_MARGIN);
  }
  if (channels.returns.length > 0) {
    // the bottom boundary stands below the first column then
    ranks[ranks.length - 1] = { ...ranks[ranks.length - 1], low: Infinity, high: -Infinity };
    ranks[ranks.length - 2].gap = 0;
  }
  return ranks;
}

/** @param {RankBox[]} ranks changed in place @param {Structure} structure @param {Ports} ports @param {number} label length of a stub's label along the ranks */
function makeRoomForStubs(ranks, { graph, edges }, ports, label) {
  for (let e = 0; e < graph.stub.length; e++) {
    if (graph.stub[e] !== 1 && graph.stub[e] !== 2) continue;
    const room = ports.stubSlot[e] * STUB_STEP + label;
    const below = graph.stub[e] === 1 ? graph.rank[edges.to[e]] : graph.rank[edges.from[e]] + 1;
    if (below >= ranks.length) continue;
    if (graph.stub[e] === 1) ranks[below].before = Math.max(ranks[below].before, room);
    if (below > 0) ranks[below - 1].gap = Math.max(ranks[below - 1].gap, RANK_GAP + room);
  }
}

/** Wide curves need more height to stay readable. @param {number} reach @param {boolean} boundary */
function gapFor(reach, boundary) {
  if (boundary) return Math.round(FAN_GAP + Math.min(48, reach / 6));
  return Math.round(RANK_GAP + Math.min(36, reach / 12));
}

/** Stack the strip into its columns and draw the edges. @param {Strip} strip @param {Float64Array} thickness @param {{into: Uint8Array, out: Uint8Array}} sharedSide @param {Int32Array} of @param {Padding} padding in direction down @param {boolean} acrossLabels @returns {Layout} */
function finishLayout({ structure, left, ports, channels, ranks }, thickness, sharedSide, of, padding, acrossLabels) {
  const { graph } = structure;
  const columns = stackColumns(ranks, of, channels);
  shiftColumns(columns, padding.left, padding.top);
  const height = columns.height + padding.top + padding.bottom;
  const x = new Float64Array(graph.size);
  const y = new Float64Array(graph.size);
  for (let v = 0; v < graph.size; v++) {
    const r = graph.rank[v];
    x[v] = left[v] + columns.shift[of[r]];
    y[v] = columns.top[r] + Math.floor((ranks[r].size - thickness[v]) / 2);
  }
  if (channels.returns.length > 0) x[structure.bottom] = structure.top >= 0 ? x[structure.top] : Math.round((columns.left[0] + columns.right[0]) / 2);
  if (structure.top >= 0) columns.top[0] = y[structure.top] = 0;
  if (structure.bottom >= 0) columns.top[graph.depth - 1] = y[structure.bottom] = height;
  const placed = {
    graph, x, y, size: thickness, rankSize: Float64Array.from(ranks, (rank) => rank.size), columns, channels, ports, sharedSide, acrossLabels, originY: padding.top,
    fanTop: structure.top >= 0 ? padding.top : -Infinity, fanBottom: structure.bottom >= 0 ? height - padding.bottom : Infinity,
  };
  return {
    width: columns.width + padding.left + padding.right, height, x: x.slice(0, structure.boxes), y: y.slice(0, structure.boxes), edges: routeEdges(placed, structure.edges),
    inPort: structure.top < 0 ? -1 : x[structure.top], outPort: structure.bottom < 0 ? -1 : x[structure.bottom], columns: columns.left.length,
  };
}

/** @param {Columns} columns @param {number} dx @param {number} dy */
function shiftColumns(columns, dx, dy) {
  for (let r = 0; r < columns.top.length; r++) columns.top[r] += dy;
  for (let c = 0; c < columns.left.length; c++) {
    columns.shift[c] += dx;
    columns.left[c] += dx;
    columns.right[c] += dx;
  }
}

/** Mirror at the diagonal: direction down becomes right. @param {Layout} layout @returns {Layout} */
function transpose(layout) {
  const edges = layout.edges.map((edge) => ({ ...edge, points: swapPairs(edge.points), labelX: edge.labelY, labelY: edge.labelX, anchor: turnedAnchor(edge) }));
  return { ...layout, width: layout.height, height: layout.width, x: layout.y, y: layout.x, edges };
}

/** A label that stood beside its line stands before or behind it now. @param {EdgePath} edge @returns {EdgePath['anchor']} */
function turnedAnchor(edge) {
  if (!edge.stub) return 'middle';
  const { points } = edge; // not yet mirrored: the free end is the upper one at a target
  const freeEndFirst = edge.stubEnd === 'target';
  const [free, fixed] = freeEndFirst ? [points[1], points[points.length - 1]] : [points[points.length - 1], points[1]];
  return free < fixed ? 'end' : 'start';
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
