/**
 * The two projections of one graph as sets of open scopes: layer calls, or the operations inside. Pure.
 *
 * @import {Doc} from '../core/document.mjs'
 */

import { allScopes, openAbove, openAtFirst } from './opening.mjs';

/**
 * Above this many items the op view opens one layer at a time: a picture of everything would take seconds to lay out
 * and show nothing that can be read.
 */
export const MOST_OPEN = 4000;
const LAYERS = new Set(['layer', 'node_layer']);

/** @type {WeakMap<Doc, Set<number>>} */
const known = new WeakMap();

/** The scopes that hold calls of layers: opened, they show every layer and none of its operations. @param {Doc} doc @returns {Set<number>} */
export function openLayers(doc) {
  const found = known.get(doc) ?? findLayerScopes(doc);
  known.set(doc, found);
  return found;
}

/** @param {Doc} doc */
function findLayerScopes(doc) {
  const open = openAtFirst(doc);
  for (let item = 1; item < doc.n; item++) {
    if (!LAYERS.has(doc.kindName(item))) continue;
    for (let up = doc.parent[item]; up >= 0 && !open.has(up); up = doc.parent[up]) open.add(up);
  }
  return open;
}

/** The scopes that are open in the op view: all, or in a large model those around and inside the selected layer. @param {Doc} doc @param {number} selected @returns {Set<number>} */
export function openOps(doc, selected) {
  if (doc.n <= MOST_OPEN) return allScopes(doc);
  if (selected <= 0) return openAtFirst(doc);
  const top = liftTo(doc, openLayers(doc), selected);
  const open = new Set(openAbove(doc, openAtFirst(doc), selected));
  const last = Math.min(doc.end[top], top + MOST_OPEN);
  for (let item = top; item < last; item++) if (doc.isScope(item)) open.add(item);
  return open;
}

/** What stands for an item where only these scopes are open: itself, or the closed scope that hides it. @param {Doc} doc @param {Set<number>} open @param {number} item */
export function liftTo(doc, open, item) {
  let shown = item;
  for (let up = item; up > 0; up = doc.parent[up]) if (!open.has(doc.parent[up])) shown = doc.parent[up];
  return shown;
}
