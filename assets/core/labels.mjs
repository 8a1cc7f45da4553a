/** Texts on edges: shapes where the boxes do not show them, names at stubs; only where there is room. */

import { textWidth, ellipsizeMiddle } from './text.mjs';
import { badgeOf } from './box.mjs';

/**
 * @import {Doc} from './document.mjs'
 * @import {Level} from './scene.mjs'
 *
 * @typedef {object} EdgeLabel
 * @property {number} edge    position in level.edges
 * @property {string} text
 * @property {number} x       centre, relative to the level's box
 * @property {number} y       middle of the text
 * @property {number} width   of the text in px
 */

export const LABEL_SIZE = 9;
const LABEL_HEIGHT = 11;
const STUB_ROOM = 110;

/** @type {WeakMap<Level, EdgeLabel[]>} */
const levelLabels = new WeakMap();

/**
 * The labels of a level's edges that can be shown without covering a box or each other.
 * @param {Doc} doc @param {Level} level @returns {EdgeLabel[]}
 */
export function labelsOf(doc, level) {
  let labels = levelLabels.get(level);
  if (!labels) {
    labels = placeLabels(doc, level);
    levelLabels.set(level, labels);
  }
  return labels;
}

/** @param {Doc} doc @param {Level} level */
function placeLabels(doc, level) {
  const taken = new Occupancy();
  const { layout, widths, heights } = level;
  for (let k = 0; k < widths.length; k++) taken.add(layout.x[k], layout.y[k], widths[k], heights[k]);
  /** @type {EdgeLabel[]} */
  const labels = [];
  const single = leavesAsOne(level);
  level.edges.forEach((edge, e) => {
    const text = single && edge.target < 0 ? '' : edgeText(doc, level, e);
    if (text === '') return;
    const width = textWidth(text, 'mono400', LABEL_SIZE);
    const { labelX, labelY, anchor } = layout.edges[e];
    const x = anchor === 'middle' ? labelX : anchor === 'start' ? labelX + width / 2 + 5 : labelX - width / 2 - 4;
    if (x - width / 2 < 0 || x + width / 2 > layout.width) return;
    if (!taken.addIfFree(x - width / 2 - 2, labelY - LABEL_HEIGHT / 2, width + 4, LABEL_HEIGHT)) return;
    labels.push({ edge: e, text, x, y: labelY, width });
  });
  return labels;
}

/** Does one tensor leave the level? Then the line outside says what it is. @param {Level} level */
function leavesAsOne({ edges }) {
  const out = edges.filter((edge) => edge.target < 0);
  return out.length === 1 && out[0].tensors === 1;
}

/** @param {Doc} doc @param {Level} level @param {number} e */
function edgeText(doc, level, e) {
  const { edges, layout } = level;
  const { stub, stubEnd } = layout.edges[e];
  if (!stub) return shapeText(doc, level, e);
  return stubText(doc, level, stubEnd === 'target' ? edges[e].source : edges[e].target, edges[e].outside);
}

/** The tensors that a line carries, where nothing else says it. @param {Doc} doc @param {Pick<Level, 'children'|'edges'>} level @param {number} e */
function shapeText(doc, { children, edges }, e) {
  const { source, bundle, tensors, shape } = edges[e];
  if (source < 0 || (bundle >= 0 && bundle !== e)) return ''; // said outside, or by another line
  if (!doc.isScope(children[source])) return ''; // the box shows its own shape
  return tensors > 1 ? `${tensors} tensors` : shape;
}

/**
 * Width of the widest label on the lines that leave each child; direction right keeps this much room behind it.
 * @param {Doc} doc @param {Pick<Level, 'children'|'edges'>} level
 * @returns {Float64Array} px, multiples of 8
 */
export function outLabelWidths(doc, level) {
  const widths = new Float64Array(level.children.length);
  level.edges.forEach(({ source }, e) => {
    const text = shapeText(doc, level, e);
    if (text !== '') widths[source] = Math.max(widths[source], 8 * Math.ceil(textWidth(text, 'mono400', LABEL_SIZE) / 8));
  });
  return widths;
}

/** Name of what is at the other end. @param {Doc} doc @param {Level} level @param {number} end @param {number} outside */
function stubText(doc, level, end, outside) {
  const item = end < 0 ? outside : level.children[end];
  return ellipsizeMiddle(`${doc.name(item)}${badgeOf(doc, item)}`, 'mono400', LABEL_SIZE, STUB_ROOM);
}

/** Rectangles in a coarse grid, to ask quickly whether a place is free. */
class Occupancy {
  constructor() {
    /** @type {Map<string, number[][]>} */
    this.cells = new Map();
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height @param {(cell: string) => void} visit */
  eachCell(x, y, width, height, visit) {
    for (let i = Math.floor(x / 256); i <= Math.floor((x + width) / 256); i++) {
      for (let j = Math.floor(y / 256); j <= Math.floor((y + height) / 256); j++) visit(`${i},${j}`);
    }
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  add(x, y, width, height) {
    this.eachCell(x, y, width, height, (cell) => {
      const list = this.cells.get(cell);
      if (list) list.push([x, y, x + width, y + height]);
      else this.cells.set(cell, [[x, y, x + width, y + height]]);
    });
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height @returns {boolean} whether it was free */
  addIfFree(x, y, width, height) {
    let free = true;
    this.eachCell(x, y, width, height, (cell) => {
      for (const [x0, y0, x1, y1] of this.cells.get(cell) ?? []) {
        if (x < x1 && x + width > x0 && y < y1 && y + height > y0) free = false;
      }
    });
    if (free) this.add(x, y, width, height);
    return free;
  }
}
