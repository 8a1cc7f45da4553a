/**
 * What a diagnosis highlights, in terms of levels. Pure.
 *
 * @import {Doc, Mark} from '../core/document.mjs'
 * @import {LevelGraph} from '../core/level.mjs'
 * @import {Place} from './geometry.mjs'
 * @import {Box, Size} from './viewport.mjs'
 */

/** World units: a label stands beside the header of a large box, beside the middle of a small one. */
const HEADER = 46;

/** @type {WeakMap<Mark, WeakMap<LevelGraph, number[]>>} */
const known = new WeakMap();

/** The edges of a level that stand for marked ones. @param {Doc} doc @param {Mark} mark @param {LevelGraph} graph @returns {number[]} */
export function markedEdges(doc, mark, graph) {
  let levels = known.get(mark);
  if (!levels) known.set(mark, (levels = new WeakMap()));
  let edges = levels.get(graph);
  if (!edges) {
    const ends = new Set(mark.edges.map(([source, target]) => `${positionOf(doc, graph, source)}>${positionOf(doc, graph, target)}`));
    edges = graph.edges.flatMap((edge, e) => (ends.has(`${edge.source}>${edge.target}`) ? [e] : []));
    levels.set(graph, edges);
  }
  return edges;
}

/** Which child of a level an item lies in, -1 = outside of it. @param {Doc} doc @param {LevelGraph} graph @param {number} item */
function positionOf(doc, graph, item) {
  let at = item;
  while (at > 0 && doc.parent[at] !== graph.scope) at = doc.parent[at];
  return at > 0 ? graph.children.indexOf(at) : -1;
}

/**
 * Where the label of a box goes: to its right, else to its left, else below it, wherever it covers no other box and,
 * if that can be, is seen as a whole.
 * @param {Place} place @param {Size} size  of the label @param {number} gap
 * @param {{left: number, right: number}} [seen]  the part of the world that is in the window
 * @returns {{x: number, y: number}} its corner
 */
export function placeLabel({ box, level, position }, size, gap, seen = { left: -Infinity, right: Infinity }) {
  const y = box.y + Math.min(box.height, HEADER) / 2 - size.height / 2;
  const right = { x: box.x + box.width + gap, y };
  const choices = [right, { x: box.x - gap - size.width, y }, { x: box.x + box.width - size.width, y: box.y + box.height + gap / 2 }];
  const others = level ? siblingsOf(box, level, position) : [];
  const free = choices.filter((corner) => !others.some((other) => overlaps({ ...corner, ...size }, other)));
  return free.find(({ x }) => x >= seen.left && x + size.width <= seen.right) ?? free[0] ?? right;
}

/** The boxes beside one, absolute. @param {Box} box @param {import('../core/scene.mjs').Level} level @param {number} position @returns {Box[]} */
function siblingsOf(box, { layout, widths, heights }, position) {
  const [left, top] = [box.x - layout.x[position], box.y - layout.y[position]];
  return Array.from(widths, (width, k) => ({ x: left + layout.x[k], y: top + layout.y[k], width, height: heights[k] })).filter((_, k) => k !== position);
}

/** @param {Box} a @param {Box} b */
function overlaps(a, b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
