/** The inside of a group of twins: a grid of boxes with a bus to and from every row. Direction down. */

import { PathBuilder } from './path.mjs';

/**
 * @typedef {object} Grid   px, relative to the group's box
 * @property {number} width
 * @property {number} height
 * @property {Float64Array} x
 * @property {Float64Array} y
 * @property {Int32Array} row
 * @property {Float64Array} feed     y of the bus above each row
 * @property {Float64Array} collect  y of the bus below each row
 * @property {boolean} wired   false when no lines enter or leave
 */

const CELL_GAP = 16;
const SIDE = 14;
const FEED_DISTANCE = 20;
const COLLECT_DISTANCE = 12;
const BUS_GAP = 10;
const GRID_CORNER = 7;

/**
 * @param {number[]} widths of the members
 * @param {number[]} heights
 * @param {number} aspect wanted width to height
 * @param {boolean} wired
 * @returns {Grid}
 */
export function makeGrid(widths, heights, aspect, wired) {
  const cell = Math.max(...[0, ...widths.slice(0, 10000)]) + CELL_GAP;
  const pitch = Math.max(...[0, ...heights.slice(0, 10000)]) + (wired ? FEED_DISTANCE + COLLECT_DISTANCE + BUS_GAP : CELL_GAP);
  const perRow = Math.max(1, Math.min(widths.length, Math.round(Math.sqrt((aspect * widths.length * pitch) / cell))));
  const rows = Math.ceil(widths.length / perRow);
  const row = Int32Array.from(widths, (_, i) => Math.floor(i / perRow));
  const rowHeights = maxima(heights, row, rows);
  const columnWidths = maxima(widths, row.map((_, i) => i % perRow), perRow);
  const top = new Float64Array(rows);
  const side = wired ? SIDE : 0;
  let y = wired ? FEED_DISTANCE + BUS_GAP / 2 : 0;
  for (let r = 0; r < rows; r++) {
    top[r] = y;
    y += rowHeights[r] + (wired ? FEED_DISTANCE + COLLECT_DISTANCE + BUS_GAP : CELL_GAP);
  }
  const left = offsets(columnWidths, side);
  return {
    width: left[perRow - 1] + columnWidths[perRow - 1] + side,
    height: y - (wired ? FEED_DISTANCE + BUS_GAP / 2 : CELL_GAP),
    x: Float64Array.from(widths, (w, i) => left[i % perRow] + Math.floor((columnWidths[i % perRow] - w) / 2)),
    y: Float64Array.from(heights, (h, i) => top[row[i]] + Math.floor((rowHeights[row[i]] - h) / 2)),
    row, feed: top.map((t) => t - FEED_DISTANCE), collect: top.map((t, r) => t + rowHeights[r] + COLLECT_DISTANCE), wired,
  };
}

/** @param {number[]} values @param {Int32Array} slot @param {number} count */
function maxima(values, slot, count) {
  const most = new Float64Array(count);
  values.forEach((value, i) => { most[slot[i]] = Math.max(most[slot[i]], value); });
  return most;
}

/** @param {Float64Array} widths @param {number} start */
function offsets(widths, start) {
  let x = start;
  return widths.map((width) => {
    const left = x;
    x += width + CELL_GAP;
    return left;
  });
}

/**
 * The way from the group's top port to a member.
 * @param {Float64Array} points  of the line that ends at the port
 * @param {Grid} grid @param {{x: number, y: number}} origin of the group's box @param {number} member
 * @param {number} portX  where lines enter the member
 */
export function feedPath(points, grid, origin, member, portX) {
  const enterX = points[points.length - 2];
  const row = grid.row[member];
  const first = origin.y + grid.feed[0];
  const corners = [enterX, first];
  if (row > 0) corners.push(origin.x + 1, first, origin.x + 1, origin.y + grid.feed[row]);
  corners.push(portX, origin.y + grid.feed[row], portX, origin.y + grid.y[member]);
  return extendPath(points, corners);
}

/**
 * The way from a member to the group's bottom port, continued by the line that begins there.
 * @param {Float64Array} points  of the line that begins at the port
 * @param {Grid} grid @param {{x: number, y: number}} origin @param {number} member
 * @param {number} portX  where lines leave the member
 * @param {number} startY bottom of the member
 */
export function collectPath(points, grid, origin, member, portX, startY) {
  const exitX = points[0];
  const row = grid.row[member];
  const last = origin.y + grid.collect[grid.collect.length - 1];
  const right = origin.x + grid.width - 1;
  const corners = [portX, origin.y + grid.collect[row]];
  if (row < grid.collect.length - 1) corners.push(right, origin.y + grid.collect[row], right, last);
  corners.push(exitX, last, exitX, points[1]);
  const start = new PathBuilder(portX, startY).orthogonal(withoutRepeats(corners), GRID_CORNER).finish();
  const path = new Float64Array(start.length + points.length - 2);
  path.set(start);
  path.set(points.subarray(2), start.length);
  return path;
}

/** @param {Float64Array} points @param {number[]} corners */
function extendPath(points, corners) {
  const more = new PathBuilder(points[points.length - 2], points[points.length - 1]).orthogonal(withoutRepeats(corners), GRID_CORNER).finish();
  const path = new Float64Array(points.length + more.length - 2);
  path.set(points);
  path.set(more.subarray(2), points.length);
  return path;
}

/** Corners without zero-length pieces. @param {number[]} corners */
function withoutRepeats(corners) {
  const kept = corners.slice(0, 2);
  for (let i = 2; i < corners.length; i += 2) {
    if (corners[i] !== kept[kept.length - 2] || corners[i + 1] !== kept[kept.length - 1]) kept.push(corners[i], corners[i + 1]);
  }
  return kept;
}
