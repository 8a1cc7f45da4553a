/**
 * Which scopes are open at first, so that the first picture already says something. Pure.
 *
 * A wrapper that holds one scope only (a model in a model, a traced call) says nothing by itself and is opened too.
 *
 * @import {Doc} from '../core/document.mjs'
 */

/** @param {Doc} doc @param {number} [diagnosis]  whose marks are opened too @returns {Set<number>} */
export function openAtFirst(doc, diagnosis = 0) {
  const open = openMarked(doc, new Set([0]), diagnosis);
  for (let scope = 0; scope >= 0; ) {
    const inner = onlyScope(doc, scope);
    if (inner >= 0) open.add(inner);
    scope = inner;
  }
  return open;
}

/** Open what hides the marks of a diagnosis. @param {Doc} doc @param {Set<number>} open @param {number} diagnosis @returns {Set<number>} the same set when nothing hides them */
export function openMarked(doc, open, diagnosis) {
  const mark = doc.marks[diagnosis];
  if (!mark) return open;
  for (const item of [...mark.points.map((point) => point.item), ...mark.items]) open = openAbove(doc, open, item);
  for (const { item } of mark.points) if (doc.isScope(item) && !open.has(item)) open = new Set([...open, item]);
  return open;
}

/** The scope's one inner scope when nothing but inputs and constants stand beside it, else -1. @param {Doc} doc @param {number} scope */
function onlyScope(doc, scope) {
  let found = -1;
  for (const child of doc.childrenOf(scope)) {
    if (doc.isScope(child)) {
      if (found >= 0) return -1;
      found = child;
    } else if (!['input', 'constant'].includes(doc.kindName(child))) {
      return -1;
    }
  }
  return found;
}

/** Every scope of the document. @param {Doc} doc @returns {Set<number>} */
export function allScopes(doc) {
  const open = new Set();
  for (let item = 0; item < doc.n; item++) if (doc.isScope(item)) open.add(item);
  return open;
}

/** The scopes named in an address that exist, with everything above them. @param {Doc} doc @param {string[]} ids @returns {Set<number>} */
export function openFromIds(doc, ids) {
  const open = new Set([0]);
  for (const id of ids) {
    const item = doc.indexOf(id);
    if (item < 0 || !doc.isScope(item)) continue;
    open.add(item);
    for (let up = doc.parent[item]; up >= 0; up = doc.parent[up]) open.add(up);
  }
  return open;
}

/** Open what hides the item. @param {Doc} doc @param {Set<number>} open @param {number} item @returns {Set<number>} the same set when nothing hides it */
export function openAbove(doc, open, item) {
  const hidden = [];
  for (let up = doc.parent[item]; up >= 0; up = doc.parent[up]) if (!open.has(up)) hidden.push(up);
  return hidden.length ? new Set([...open, ...hidden]) : open;
}

/** Close a scope and what is open inside, so that opening it again starts small. @param {Doc} doc @param {Set<number>} open @param {number} scope */
export function closeScope(doc, open, scope) {
  return new Set([...open].filter((item) => item < scope || item >= doc.end[scope]));
}
