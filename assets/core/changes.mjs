/**
 * What became of the items and edges of two models that were put into one document: added, removed, changed. Told by
 * a sign and a line as well as by a colour, so that nobody needs the colours.
 *
 * @import {Doc} from './document.mjs'
 * @import {LevelGraph} from './level.mjs'
 * @import {Theme} from './theme.mjs'
 *
 * @typedef {object} ChangeStyle
 * @property {string} sign    in the corner of a box
 * @property {string} label   what the legend says, in English
 * @property {string} color   of sign and outline
 * @property {string} fill    of the box
 * @property {number[]} dash  of outline and edges
 * @property {boolean} strong  whether the sign is a filled one
 */

import { mixColors } from './color.mjs';
import { sayable } from './language.mjs';

/** The states in the order of the document's numbers. */
export const SAME = 0;
export const ADDED = 1;
export const REMOVED = 2;
export const CHANGED = 3;
/** Only hands on a shape that changed before it. */
export const FOLLOWS = 4;
/** A closed scope that is the same itself and holds something that is not. */
export const HOLDS = 5;

/** What a legend lists. */
export const TOLD = [ADDED, REMOVED, CHANGED, FOLLOWS, HOLDS];

const SIGNS = ['', '+', '−', '~', '~', '•'];
const LABELS = ['', sayable('Added'), sayable('Removed'), sayable('Changed'), sayable('Follows a change'), sayable('Changes inside')];
/** How much of the colour the box takes. */
const TINTS = [0, 0.16, 0.13, 0.15, 0, 0];

/** Apart for every kind of colour vision; tests/js/changes.test.mjs measures it. @type {Record<string, string[]>} */
const COLORS = {
  light: ['', '#0f766e', '#b8340a', '#8f3aa3', '#8f3aa3', '#5d6675'],
  dark: ['', '#2fcf9f', '#ff9046', '#cda4ff', '#cda4ff', '#9aa4b5'],
  print: ['', '#000000', '#6b6b6b', '#000000', '#6b6b6b', '#6b6b6b'],
};

/** @param {Theme} theme @param {number} state not SAME @returns {ChangeStyle} */
export function styleOfChange(theme, state) {
  const color = COLORS[theme.print ? 'print' : theme.name][state];
  return {
    sign: SIGNS[state],
    label: LABELS[state],
    color,
    fill: mixColors(theme.box, color, TINTS[state]),
    dash: state === REMOVED ? [6, 4] : state === FOLLOWS ? [2, 3] : [],
    strong: state <= CHANGED,
  };
}

/** @type {WeakMap<Doc, Uint8Array>} */
const known = new WeakMap();

/** The state of every item, with HOLDS for scopes around changes; null of documents that compare nothing. @param {Doc} doc */
export function changesOf(doc) {
  if (!doc.change) return null;
  let states = known.get(doc);
  if (!states) {
    states = doc.change.slice();
    for (let item = 1; item < doc.n; item++) {
      if (doc.change[item] === SAME || doc.change[item] === FOLLOWS) continue;
      for (let up = doc.parent[item]; up > 0; up = doc.parent[up]) if (states[up] === SAME || states[up] === FOLLOWS) states[up] = HOLDS;
    }
    known.set(doc, states);
  }
  return states;
}

/** @type {WeakMap<LevelGraph, Uint8Array>} */
const edgeStates = new WeakMap();

/** The state of each edge of a level: that of the tensors it stands for, if they agree. @param {Doc} doc @param {LevelGraph} level @returns {Uint8Array|null} */
export function edgeChangesOf(doc, level) {
  if (!doc.edgeChange) return null;
  let states = edgeStates.get(level);
  if (!states) edgeStates.set(level, (states = liftStates(doc, doc.edgeChange, level)));
  return states;
}

/** @type {WeakMap<Uint8Array, number[]>} */
const told = new WeakMap();

/** The edges of which something became, found once for all levels. @param {Uint8Array} change */
function changedEdges(change) {
  let found = told.get(change);
  if (!found) {
    found = [];
    for (let e = 0; e < change.length; e++) if (change[e] !== SAME) found.push(e);
    told.set(change, found);
  }
  return found;
}

/** @param {Doc} doc @param {Uint8Array} change @param {LevelGraph} level */
function liftStates({ edges, end }, change, { scope, children, edges: lifted }) {
  const states = new Uint8Array(lifted.length);
  const count = new Int32Array(lifted.length * 3);
  const places = new Map(lifted.map((edge, e) => [keyOf(edge.source, edge.target, edge.kind), e]));
  for (const e of changedEdges(change)) {
    const [from, to] = [childAround(children, scope, end[scope], edges.source[e]), childAround(children, scope, end[scope], edges.target[e])];
    const at = places.get(keyOf(from, to, edges.kind[e]));
    if (from !== to && at !== undefined) count[at * 3 + change[e]]++;
  }
  for (let e = 0; e < lifted.length; e++) {
    for (const state of [ADDED, REMOVED]) if (count[e * 3 + state] === lifted[e].count) states[e] = state;
  }
  return states;
}

/** @param {number} source @param {number} target @param {number} kind */
function keyOf(source, target, kind) {
  return `${source} ${target} ${kind}`;
}

/** Which child of a scope an item lies in, -1 = none. @param {Int32Array} children @param {number} scope @param {number} end @param {number} item */
function childAround(children, scope, end, item) {
  if (item <= scope || item >= end) return -1;
  let [low, high] = [0, children.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (children[middle] <= item) low = middle;
    else high = middle - 1;
  }
  return low;
}
