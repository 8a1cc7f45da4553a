/**
 * Edges as seen from the items they enter and leave: an edge enters its target and every scope around it that does
 * not hold its source.
 *
 * @import {Doc} from '../document.mjs'
 */

/**
 * @param {Doc} doc @param {'in'|'out'} side
 * @param {(item: number, edge: number) => boolean|void} visit  true = go no further up with this edge
 */
export function visitCrossings(doc, side, visit) {
  const { source, target, length } = doc.edges;
  const [near, far] = side === 'in' ? [target, source] : [source, target];
  for (let e = 0; e < length; e++) {
    for (let at = near[e]; at > 0 && !(at <= far[e] && far[e] < doc.end[at]); at = doc.parent[at]) if (visit(at, e)) break;
  }
}

/** How many edges enter or leave each item. @param {Doc} doc @param {'in'|'out'} side @returns {Int32Array} */
export function countCrossings(doc, side) {
  const counts = new Int32Array(doc.n);
  visitCrossings(doc, side, (item) => {
    counts[item]++;
  });
  return counts;
}

/** Items that an edge with a fitting shape enters or leaves. @param {Doc} doc @param {'in'|'out'} side @param {(stringNumber: number) => boolean} fits @returns {Uint8Array} */
export function markCrossings(doc, side, fits) {
  const marks = new Uint8Array(doc.n);
  const { shape } = doc.edges;
  visitCrossings(doc, side, (item, e) => {
    if (!fits(shape[e])) return true;
    marks[item] = 1;
    return false;
  });
  return marks;
}
