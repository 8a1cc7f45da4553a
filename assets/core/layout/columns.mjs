/**
 * Wrapping: where a level that is much longer than wide is cut into columns.
 *
 * Cuts lie between two ranks where few lines pass. This module only decides; `cut.mjs` takes the structure apart
 * and `stack.mjs` puts the columns side by side.
 */

/**
 * @typedef {object} RankBox   one rank of the unwrapped strip, in px
 * @property {number} size     height of the rank
 * @property {number} gap      free height below it
 * @property {number} before   free height that the stubs above it need at the head of a column
 * @property {number} low      leftmost and rightmost x of what stands or passes in it
 * @property {number} high
 * @property {number} passing  lines between this rank and the next
 * @property {boolean} glued   no cut after this rank: a boundary alone makes no column
 *
 * @typedef {object} WrapRules
 * @property {number} maxAspect   long to short side from which wrapping is considered
 * @property {number} wished      width to height to aim at
 * @property {number} stubLabel   room for the label of a stub between two ranks, in px
 * @property {number} shortest    strips up to this length stay whole, in px
 */

/** Width of a gutter between columns, about. */
const GUTTER = 40;
/** What wrapping must win, in units of log(aspect), to be worth breaking the line of reading. */
const BREAK_COST = 0.25;
/** Cost of a second, third... line across a cut. */
const LINE_COST = 0.18;
/** Cost of a page of which nothing is used. */
const EMPTY_COST = 1.5;
/** Columns higher than this (over the wanted height) are not looked at. */
const MOST_EXCESS = 0.6;

/**
 * @param {RankBox[]} ranks
 * @param {WrapRules} rules
 * @returns {Int32Array|null} column of each rank; null = do not wrap
 */
export function chooseColumns(ranks, rules) {
  const strip = stripSize(ranks);
  if (ranks.length < 4 || strip.height < rules.shortest || strip.height <= rules.maxAspect * strip.width) return null;
  const guess = Math.sqrt((rules.wished * strip.height) / strip.width);
  /** @type {number[]} */
  let best = [];
  let bestCost = Math.abs(Math.log(strip.width / strip.height / rules.wished));
  let tried = 0;
  const step = ranks.length > 3000 ? 1.35 : 1.1;
  for (let factor = 0.5; factor < 2.2; factor *= step) {
    const count = Math.min(ranks.length - 1, Math.round(guess * factor));
    if (count < 2 || count === tried) continue;
    tried = count;
    const cuts = chooseCuts(ranks, strip.height / count);
    if (cuts.length === 0) continue;
    const cost = wrapCost(ranks, cuts, rules.wished);
    if (cost < bestCost) {
      best = cuts;
      bestCost = cost;
    }
  }
  return best.length === 0 ? null : columnsFrom(best, ranks.length);
}

/** @param {number[]} cuts @param {number} length */
function columnsFrom(cuts, length) {
  const of = new Int32Array(length);
  for (const cut of cuts) for (let r = cut + 1; r < length; r++) of[r]++;
  return of;
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

/** Distance from the wished shape, plus the price of the lines that are cut and of the space that stays empty. @param {RankBox[]} ranks @param {number[]} cuts @param {number} wished */
function wrapCost(ranks, cuts, wished) {
  let width = 0;
  let height = 0;
  let lines = 0;
  let filled = 0;
  for (let c = 0; c <= cuts.length; c++) {
    const from = c === 0 ? 0 : cuts[c - 1] + 1;
    const to = c === cuts.length ? ranks.length : cuts[c] + 1;
    const column = stripSize(ranks.slice(from, to));
    width += column.width + (c === 0 ? 0 : GUTTER);
    height = Math.max(height, column.height);
    filled += column.width * column.height;
    if (c < cuts.length) lines += Math.max(0, ranks[cuts[c]].passing - 1);
  }
  return Math.abs(Math.log(width / height / wished)) + BREAK_COST + LINE_COST * (lines / cuts.length) + EMPTY_COST * (1 - filled / (width * height));
}

/**
 * Ranks after which the strip is cut: the cheapest way to columns of nearly the wanted height (dynamic programming
 * over the cuts).
 * @param {RankBox[]} ranks @param {number} share wanted height of a column
 * @returns {number[]}
 */
function chooseCuts(ranks, share) {
  const bottom = new Float64Array(ranks.length + 1); // bottom[r] = height of the first r ranks
  for (let r = 0; r < ranks.length; r++) bottom[r + 1] = bottom[r] + ranks[r].size + ranks[r].gap;
  const cost = new Float64Array(ranks.length + 1).fill(Infinity);
  const previous = new Int32Array(ranks.length + 1);
  cost[0] = 0;
  for (let end = 1; end <= ranks.length; end++) {
    const isLast = end === ranks.length;
    if (!isLast && ranks[end - 1].glued) continue;
    const lines = isLast ? 0 : LINE_COST * Math.max(0, ranks[end - 1].passing - 1);
    for (let start = end - 1; start >= 0; start--) {
      const excess = (bottom[end] - bottom[start] - share) / share;
      const total = cost[start] + lines + heightCost(excess, isLast);
      if (total < cost[end]) {
        cost[end] = total;
        previous[end] = start;
      }
      if (excess > MOST_EXCESS) break;
    }
  }
  const cuts = [];
  for (let end = previous[ranks.length]; end > 0; end = previous[end]) cuts.push(end - 1);
  return cuts.reverse();
}

/** A column that is too high makes the page higher; one that is too low only wastes space, the last one not even that. @param {number} excess share of the wanted height @param {boolean} isLast */
function heightCost(excess, isLast) {
  if (excess > 0) return 2 * excess * excess;
  return (isLast ? 0.3 : 1) * excess * excess;
}
