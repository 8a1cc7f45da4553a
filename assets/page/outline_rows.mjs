/**
 * Which rows the outline shows: a preorder walk over the tree that skips what is closed. Pure.
 *
 * @typedef {{n: number, end: ArrayLike<number>, parent: ArrayLike<number>}} Tree
 */

/** @param {Tree} tree @param {Set<number>} open @returns {Int32Array} items in order */
export function visibleRows(tree, open) {
  const rows = new Int32Array(tree.n);
  let count = 0;
  for (let item = 0; item < tree.n; ) {
    rows[count++] = item;
    item = open.has(item) ? item + 1 : Math.max(item + 1, tree.end[item]);
  }
  return rows.slice(0, count);
}

/** Every scope above the item, nearest last. @param {Tree} tree @param {number} item @returns {number[]} */
export function ancestorsOf(tree, item) {
  const path = [];
  for (let up = tree.parent[item]; up >= 0; up = tree.parent[up]) path.push(up);
  return path.reverse();
}

/** The row of an item, or of its nearest shown ancestor. @param {Int32Array} rows @param {number} item */
export function rowOf(rows, item) {
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (rows[middle] <= item) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * Position among the siblings, for aria-posinset and aria-setsize.
 * @param {ArrayLike<number>} siblings  ascending @param {number} item
 */
export function placeAmongSiblings(siblings, item) {
  let low = 0;
  let high = siblings.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (siblings[middle] < item) low = middle + 1;
    else high = middle;
  }
  return { position: low + 1, size: siblings.length };
}
