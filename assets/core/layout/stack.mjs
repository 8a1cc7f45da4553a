/** Put ranks above each other and columns side by side: y of every rank, x of every column, ways for jumps. */

import { orderLanes } from './channels.mjs';

/**
 * @import {RankBox} from './columns.mjs'
 * @import {Channels} from './channels.mjs'
 *
 * @typedef {object} Columns
 * @property {Int32Array} of       column of each rank
 * @property {Float64Array} top    y of each rank
 * @property {Float64Array} shift  what to add to the x of each column's nodes
 * @property {Float64Array} left   x of each column
 * @property {Float64Array} right
 * @property {number} width
 * @property {number} height
 */

/** Distance between parallel lines, and between a line and a box. */
export const LANE = 8;
export const LANE_MARGIN = 18;
/** Distance of a jump's horizontal piece from the box it leaves or enters, and between such pieces. */
export const EXIT_DISTANCE = 12;
export const ENTRY_DISTANCE = 19;
export const SLOT_STEP = 6;
const TOP_MARGIN = 4;
/** Distance of the returning lines from the columns above them. */
const RETURN_GAP = 14;

/**
 * @param {RankBox[]} ranks
 * @param {Int32Array} of
 * @param {Channels} channels
 * @returns {Columns}
 */
export function stackColumns(ranks, of, channels) {
  const count = of[of.length - 1] + 1;
  const columns = {
    of, top: new Float64Array(ranks.length), shift: new Float64Array(count),
    left: new Float64Array(count), right: new Float64Array(count), width: 0, height: 0,
  };
  stackRanks(ranks, columns, channels);
  orderLanes(channels, columns.top);
  let x = 0;
  let r = 0;
  for (let c = 0; c < count; c++) {
    let low = Infinity;
    let high = -Infinity;
    for (; r < ranks.length && of[r] === c; r++) {
      low = Math.min(low, ranks[r].low);
      high = Math.max(high, ranks[r].high);
    }
    columns.left[c] = x;
    columns.right[c] = x + high - low;
    columns.shift[c] = x - low;
    x = columns.right[c] + 2 * LANE_MARGIN + Math.max(0, channels.gutters[c] - 1) * LANE;
  }
  const lanes = channels.gutters[count - 1];
  columns.width = columns.right[count - 1] + (lanes > 0 ? LANE_MARGIN + lanes * LANE : 0);
  if (channels.returns.length > 0) columns.height += RETURN_GAP;
  return columns;
}

/** @param {RankBox[]} ranks @param {Columns} columns @param {Channels} channels */
function stackRanks(ranks, columns, channels) {
  let y = 0;
  for (let r = 0; r < ranks.length; r++) {
    if (r > 0 && columns.of[r] !== columns.of[r - 1]) y = headRoom(channels, r) + ranks[r].before;
    columns.top[r] = y;
    y += ranks[r].size;
    const foot = channels.exits[r] > 0 ? EXIT_DISTANCE + channels.exits[r] * SLOT_STEP : 0;
    columns.height = Math.max(columns.height, y + foot);
    y += ranks[r].gap;
  }
}

/** Height above a later column's first rank. @param {Channels} channels @param {number} r */
function headRoom(channels, r) {
  return TOP_MARGIN + channels.tops * LANE + ENTRY_DISTANCE + channels.entries[r] * SLOT_STEP;
}

/** y of a line above the columns. @param {number} row */
export function overheadY(row) {
  return TOP_MARGIN + row * LANE;
}

/** x of a lane. @param {Columns} columns @param {number} gutter @param {number} place */
export function laneX(columns, gutter, place) {
  return columns.right[gutter] + LANE_MARGIN + place * LANE;
}
