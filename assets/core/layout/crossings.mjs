/** Count edge crossings between two neighbouring layers with an accumulator tree: O(edges x log(width)). */

/**
 * @param {Int32Array} ends positions in the lower layer, listed by upper position, ties by lower position
 * @param {number} length how many entries of `ends` count
 * @param {number} width number of positions in the lower layer
 * @param {Int32Array} tree scratch of at least `treeSize(width)` entries
 * @returns {number}
 */
export function countInversions(ends, length, width, tree) {
  let leaf = 1;
  while (leaf < width) leaf *= 2;
  tree.fill(0, 0, 2 * leaf);
  let crossings = 0;
  for (let i = 0; i < length; i++) {
    let node = ends[i] + leaf;
    tree[node]++;
    while (node > 1) {
      if ((node & 1) === 0) crossings += tree[node + 1];
      node >>= 1;
      tree[node]++;
    }
  }
  return crossings;
}

/** Size of the scratch tree for a layer. @param {number} width */
export function treeSize(width) {
  let leaf = 1;
  while (leaf < width) leaf *= 2;
  return 2 * leaf + 2;
}
