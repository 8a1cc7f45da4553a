/**
 * What a diagnosis highlights, in terms of levels. Pure.
 *
 * @import {Doc, Mark} from '../core/document.mjs'
 * @import {LevelGraph} from '../core/level.mjs'
 */

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
