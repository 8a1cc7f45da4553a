/**
 * Vertical coordinates, and the wrapping of tall levels into columns.
 *
 * A level that is much taller than wide is cut between two ranks, where few lines pass, and
 * continues at the top of the next column.
 */

/**
 * @import {LayeredGraph} from './layered.mjs'
 *
 * @typedef {object} RankBox   one rank of the unwrapped strip, in px
 * @property {number} size     height of the rank
 * @property {number} gap      free height below it
 * @property {number} low      leftmost and rightmost x of what stands or passes in it
 * @property {number} high
 * @property {number} passing  lines between this rank and the next
 *
 * @typedef {object} Columns
 * @property {Int32Array} of       column of each rank
 * @property {Float64Array} top    y of each rank
 * @property {Float64Array} shift  what to add to the x of each rank's nodes
 * @property {Float64Array} left   x of each column
 * @property {Float64Array} right
 * @property {Float64Array} bottom y where each column's last rank ends
 * @property {Int32Array} lanes    lines that leave each column for the next
 * @property {number} width
 * @property {number} height
 */

/** Distance between parallel lines in a gutter, and between a line and a box. */
export const LANE = 9;
export const LANE_MARGIN = 16;
/** Width to height that a wrapped level aims at: a screen, or a landscape page. */
const WRAPPED_ASPECT = 1.5;
/** A strip that fits on a screen is not wrapped. */
const SHORT_STRIP = 1000;

/**
 * @param {RankBox[]} ranks
 * @param {number} maxAspect height to width from which the strip is wrapped
 * @returns {Columns}
 */
export function arrangeColumns(ranks, maxAspect) {
  const { width, height } = stripSize(ranks);
  if (ranks.length < 4 || height < SHORT_STRIP || height <= maxAspect * width) return buildColumns(ranks, []);
  const guess = Math.sqrt((WRAPPED_ASPECT * height) / width);
  let best = buildColumns(ranks, []);
  let bestCost = shapeCost(best);
  let tried = 0;
  for (let factor = 0.5; factor < 2.2; factor *= 1.12) {
    const count = Math.min(ranks.length - 1, Math.round(guess * factor));
    if (count < 2 || count === tried) continue;
    tried = count;
    const columns = buildColumns(ranks, chooseCuts(ranks, count, height));
    const cost = shapeCost(columns);
    if (cost < bestCost) {
      best = columns;
      bestCost = cost;
    }
  }
  return best;
}

/** @param {RankBox[]} ranks */
function stripSize(ranks) {
  let low = Infinity;
  let high = -Infinity;
  let height = 0;
  for (const rank of ranks) {
    low = Math.min(low, rank.low);
    high = Math.max(high, rank.high);
    height += rank.size + rank.gap;
  }
  return { width: Math.max(1, high - low), height };
}

/** Distance from the wished shape, plus a little for every line that has to jump. @param {Columns} columns */
function shapeCost(columns) {
  let jumps = 0;
  for (const lanes of columns.lanes) jumps += Math.max(0, lanes - 1);
  return Math.abs(Math.log(columns.width / columns.height / WRAPPED_ASPECT)) + 0.1 * (jumps / columns.lanes.length);
}

/**
 * Ranks after which the strip is cut: near equal heights, where few lines pass.
 * @param {RankBox[]} ranks @param {number} count columns wanted @param {number} height
 */
function chooseCuts(ranks, count, height) {
  const cuts = [];
  const share = height / count;
  let from = 0;
  let y = 0;
  for (let c = 1; c < count; c++) {
    const ideal = c * share;
    let best = -1;
    let bestCost = Infinity;
    for (let r = from; r < ranks.length - 1; r++) {
      y += ranks[r].size + ranks[r].gap;
      const cost = Math.abs(y - ideal) / share + 0.12 * ranks[r].passing;
      if (cost < bestCost) {
        best = r;
        bestCost = cost;
      }
      if (y > ideal + 0.4 * share) break;
    }
    if (best < 0) break;
    cuts.push(best);
    from = best + 1;
    y = heightOf(ranks, from);
  }
  return cuts;
}

/** Height of the first ranks. @param {RankBox[]} ranks @param {number} count */
function heightOf(ranks, count) {
  let y = 0;
  for (let r = 0; r < count; r++) y += ranks[r].size + ranks[r].gap;
  return y;
}

/** @param {RankBox[]} ranks @param {number[]} cuts @returns {Columns} */
function buildColumns(ranks, cuts) {
  const count = cuts.length + 1;
  const columns = {
    of: new Int32Array(ranks.length),
    top: new Float64Array(ranks.length),
    shift: new Float64Array(ranks.length),
    left: new Float64Array(count),
    right: new Float64Array(count),
    bottom: new Float64Array(count),
    lanes: new Int32Array(count),
    width: 0,
    height: 0,
  };
  let start = 0;
  let x = 0;
  let lanesBefore = 0;
  const head = headRoom(ranks, cuts);
  for (let c = 0; c < count; c++) {
    const stop = c < cuts.length ? cuts[c] + 1 : ranks.length;
    const lanes = c < cuts.length ? ranks[cuts[c]].passing : 0;
    if (c > 0) x += 2 * LANE_MARGIN + Math.max(0, lanesBefore - 1) * LANE;
    x = fillColumn(columns, ranks, c, start, stop, x, c === 0 ? 0 : head);
    columns.lanes[c] = lanes;
    const tail = lanes > 0 ? LANE_MARGIN + lanes * LANE : 0;
    columns.height = Math.max(columns.height, columns.bottom[c] + tail);
    lanesBefore = lanes;
    start = stop;
  }
  columns.width = x;
  return columns;
}

/** Height above the later columns' first ranks: as much as their lanes need, or what the first column's start needs. @param {RankBox[]} ranks @param {number[]} cuts */
function headRoom(ranks, cuts) {
  let room = ranks[0].size === 0 ? ranks[0].gap : 0;
  for (const cut of cuts) room = Math.max(room, LANE_MARGIN + 12 + ranks[cut].passing * LANE);
  return room;
}

/**
 * @param {Columns} columns @param {RankBox[]} ranks @param {number} c @param {number} start @param {number} stop
 * @param {number} x left of the column @param {number} y top of the column
 * @returns {number} right of the column
 */
function fillColumn(columns, ranks, c, start, stop, x, y) {
  let low = Infinity;
  let high = -Infinity;
  for (let r = start; r < stop; r++) {
    low = Math.min(low, ranks[r].low);
    high = Math.max(high, ranks[r].high);
  }
  for (let r = start; r < stop; r++) {
    columns.of[r] = c;
    columns.shift[r] = x - low;
    columns.top[r] = y;
    y += ranks[r].size;
    columns.bottom[c] = y;
    y += ranks[r].gap;
  }
  columns.left[c] = x;
  columns.right[c] = x + high - low;
  return columns.right[c];
}
