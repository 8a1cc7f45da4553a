/**
 * Channels: the ways of jumps between columns.
 *
 * A jump leaves its source's column to the right, below the source; runs up or down in the gutter there; crosses
 * intermediate columns above their heads; and enters its target's column from the left, above the target. Jumps
 * that carry one tensor share their way as long as they can. Lines to the bottom boundary run down and return below
 * all columns to the first one.
 */

import { JUMP } from './cut.mjs';

/**
 * @import {Structure} from './layout.mjs'
 *
 * @typedef {object} Jump
 * @property {number} edge
 * @property {number} from     column of the source
 * @property {number} to       column of the target
 * @property {number} exitRank
 * @property {number} entryRank
 * @property {number} exitSlot   place among the lines that leave below this rank
 * @property {number} entrySlot
 * @property {number} first      lane (index into `lanes`) in the gutter after the source's column
 * @property {number} last       lane in the gutter before the target's column; the same one for neighbours
 * @property {number} top        place above the columns in between, -1 when there are none
 *
 * @typedef {object} Return   a line to the bottom boundary
 * @property {number} edge
 * @property {number} exitRank
 * @property {number} exitSlot
 * @property {number} lane   -1 = straight down from the last rank of its column
 *
 * @typedef {object} Lane   one vertical line in a gutter
 * @property {number} gutter   number of the column to its left
 * @property {number} startRank  rank of the exit; -1 = comes from above
 * @property {number} endRank    rank of the last entry; -1 = goes above, -2 = goes below
 * @property {number} place      order in the gutter, from the left
 *
 * @typedef {object} Channels
 * @property {Jump[]} jumps
 * @property {Return[]} returns
 * @property {Lane[]} lanes
 * @property {Int32Array} exits     lines that leave below each rank
 * @property {Int32Array} entries   lines that enter above each rank
 * @property {Int32Array} gutters   lanes per gutter
 * @property {number} tops          lines above the columns
 */

/**
 * @param {Structure} structure cut
 * @param {Int32Array} columnOf column of each rank
 * @returns {Channels}
 */
export function planChannels(structure, columnOf) {
  const planner = new ChannelPlanner(structure, columnOf);
  for (let e = 0; e < structure.graph.stub.length; e++) if (structure.graph.stub[e] === JUMP) planner.add(e);
  return planner.finish();
}

class ChannelPlanner {
  /** @param {Structure} structure @param {Int32Array} columnOf */
  constructor(structure, columnOf) {
    this.structure = structure;
    this.columnOf = columnOf;
    this.exits = new Int32Array(columnOf.length);
    this.entries = new Int32Array(columnOf.length);
    /** @type {Jump[]} */
    this.jumps = [];
    /** @type {Return[]} */
    this.returns = [];
    /** @type {Lane[]} */
    this.lanes = [];
    /** @type {Map<string, number>} */
    this.known = new Map();
    /** @type {{line: string, from: number, to: number, rank: number}[]} lines above the columns */
    this.overhead = [];
    /** @type {Map<string, number>} */
    this.overheadOf = new Map();
  }

  /** @param {number} e */
  add(e) {
    const { graph, edges } = this.structure;
    const exitRank = graph.rank[edges.from[e]];
    const entryRank = graph.rank[edges.to[e]];
    const line = edges.bundle[e] >= 0 && !edges.reversed[e] ? `b${edges.bundle[e]}` : `e${e}`;
    if (edges.to[e] === this.structure.bottom) this.addReturn(e, line, exitRank);
    else this.addJump(e, line, exitRank, entryRank);
  }

  /** @param {number} e @param {string} line @param {number} exitRank */
  addReturn(e, line, exitRank) {
    const column = this.columnOf[exitRank];
    const isLast = this.columnOf[exitRank + 1] !== column || exitRank + 2 === this.columnOf.length;
    this.returns.push({
      edge: e, exitRank, exitSlot: isLast ? 0 : this.slot(`${line}/exit`, exitRank, this.exits),
      lane: isLast ? -1 : this.lane(`${line}/return`, column, exitRank, -2),
    });
  }

  /** @param {number} e @param {string} line @param {number} exitRank @param {number} entryRank */
  addJump(e, line, exitRank, entryRank) {
    const from = this.columnOf[exitRank];
    const to = this.columnOf[entryRank];
    const neighbours = to === from + 1;
    const first = this.lane(`${line}/out`, from, exitRank, neighbours ? entryRank : -1);
    const last = neighbours ? first : this.lane(`${line}/in${to}`, to - 1, -1, entryRank);
    this.jumps.push({
      edge: e, from, to, exitRank, entryRank, first, last,
      exitSlot: this.slot(`${line}/exit`, exitRank, this.exits),
      entrySlot: this.slot(`${line}/entry${entryRank}`, entryRank, this.entries),
      top: neighbours ? -1 : this.above(line, from, to, exitRank),
    });
  }

  /** @param {string} key @param {number} rank @param {Int32Array} counts */
  slot(key, rank, counts) {
    let slot = this.known.get(key);
    if (slot === undefined) {
      slot = counts[rank]++;
      this.known.set(key, slot);
    }
    return slot;
  }

  /** @param {string} key @param {number} gutter @param {number} startRank @param {number} endRank */
  lane(key, gutter, startRank, endRank) {
    let at = this.known.get(key);
    if (at === undefined) {
      at = this.lanes.push({ gutter, startRank, endRank, place: 0 }) - 1;
      this.known.set(key, at);
    }
    if (endRank >= 0 && startRank < 0) this.lanes[at].endRank = Math.max(this.lanes[at].endRank, endRank);
    return at;
  }

  /** @param {string} line @param {number} from @param {number} to @param {number} rank */
  above(line, from, to, rank) {
    let at = this.overheadOf.get(line);
    if (at === undefined) {
      at = this.overhead.push({ line, from, to, rank }) - 1;
      this.overheadOf.set(line, at);
    }
    this.overhead[at].to = Math.max(this.overhead[at].to, to);
    return at;
  }

  /** @returns {Channels} */
  finish() {
    const { rowOf, count } = this.packOverhead();
    for (const jump of this.jumps) if (jump.top >= 0) jump.top = rowOf[jump.top];
    const gutters = new Int32Array(this.columnOf[this.columnOf.length - 1] + 1);
    for (const lane of this.lanes) lane.place = gutters[lane.gutter]++;
    return { jumps: this.jumps, returns: this.returns, lanes: this.lanes, exits: this.exits, entries: this.entries, gutters, tops: count };
  }

  /** Lines that start further left run higher; lines that do not overlap share a row. */
  packOverhead() {
    const order = this.overhead.map((_, i) => i).sort((a, b) => this.overhead[a].from - this.overhead[b].from || this.overhead[a].rank - this.overhead[b].rank || a - b);
    const rowOf = new Int32Array(order.length);
    /** @type {number[]} */
    const ends = [];
    for (const i of order) {
      let row = ends.findIndex((end) => end < this.overhead[i].from);
      if (row < 0) row = ends.push(0) - 1;
      ends[row] = this.overhead[i].to - 1;
      rowOf[i] = row;
    }
    return { rowOf, count: ends.length };
  }
}

/**
 * Order the lanes of every gutter so that lines cross as little as possible; sets `place`.
 * @param {Channels} channels
 * @param {ArrayLike<number>} top y of each rank
 */
export function orderLanes(channels, top) {
  /** @type {{lane: Lane, start: number, end: number}[][]} */
  const gutters = Array.from(channels.gutters, () => []);
  for (const lane of channels.lanes) {
    // half a pixel keeps an exit above and an entry at the same height apart
    gutters[lane.gutter].push({ lane, start: lane.startRank < 0 ? -1e9 : top[lane.startRank] + 0.5, end: lane.endRank < 0 ? (lane.endRank === -1 ? -1e9 : 1e9) : top[lane.endRank] });
  }
  for (const lines of gutters) {
    lines.sort((a, b) => Number(a.end > a.start) - Number(b.end > b.start) || (a.end > a.start ? b.start - a.start || b.end - a.end : a.start - b.start));
    exchangeLanes(lines);
    lines.forEach((line, place) => { line.lane.place = place; });
  }
}

/** Exchange neighbours while this removes crossings. @param {{start: number, end: number}[]} lines */
function exchangeLanes(lines) {
  for (let round = 0, changed = true; changed && round < 8; round++) {
    changed = false;
    for (let i = 0; i + 1 < lines.length; i++) {
      if (laneCrossings(lines[i + 1], lines[i]) >= laneCrossings(lines[i], lines[i + 1])) continue;
      [lines[i], lines[i + 1]] = [lines[i + 1], lines[i]];
      changed = true;
    }
  }
}

/** Crossings of two lanes that stand in this order: the right one's exit and the left one's entry pass the other. @param {{start: number, end: number}} left @param {{start: number, end: number}} right */
function laneCrossings(left, right) {
  return Number(isBetween(right.start, left.start, left.end)) + Number(isBetween(left.end, right.start, right.end));
}

/** @param {number} y @param {number} a @param {number} b */
function isBetween(y, a, b) {
  return y > Math.min(a, b) && y < Math.max(a, b);
}
