/** What there is to say of an edge. Pure. */

import { say } from '../core/language.mjs';
import { formatInteger } from '../core/numbers.mjs';
import { levelOf } from '../core/level.mjs';

/**
 * @import {Doc} from '../core/document.mjs'
 * @import {EdgeKey} from './edge_places.mjs'
 */

const KINDS = ['', 'mask', 'state', 'control'];
const SHAPES = 3;

/** The items at both ends, as ids; null where it leaves the scope. @param {Doc} doc @param {EdgeKey} key */
export function endsOf(doc, { scope, index }) {
  const { edges, children } = levelOf(doc, scope);
  const edge = edges[index];
  const idOf = (/** @type {number} */ k) => (k < 0 ? null : doc.id(children[k]));
  return { scope: doc.id(scope), source: idOf(edge.source), target: idOf(edge.target), kind: edge.kind };
}

/** @param {Doc} doc @param {EdgeKey} key @returns {{name: string, facts: [string, string][]}} */
export function describeEdge(doc, { scope, index }) {
  const { edges, children } = levelOf(doc, scope);
  const edge = edges[index];
  const nameOf = (/** @type {number} */ k) => {
    if (k >= 0) return doc.name(children[k]);
    return edge.outside >= 0 ? doc.name(edge.outside) : say('outside');
  };
  const shapes = shapesOf(doc, { scope, index });
  /** @type {[string, string][]} */
  const facts = [
    [say('Shape'), shapes.slice(0, SHAPES).join(', ') + (shapes.length > SHAPES ? ' …' : '')],
    [say('Kind'), say(KINDS[edge.kind] ?? '')],
    [say('Tensors'), edge.tensors > 1 ? formatInteger(edge.tensors) : ''],
  ];
  return { name: `${nameOf(edge.source)} → ${nameOf(edge.target)}`, facts: facts.filter(([, value]) => value !== '') };
}

/** The different shapes of its tensors. @param {Doc} doc @param {EdgeKey} key @returns {string[]} */
function shapesOf(doc, { scope, index }) {
  const { edges, children } = levelOf(doc, scope);
  const { source, target, kind, shape } = edges[index];
  if (shape !== '') return [shape];
  const within = (/** @type {number} */ item, /** @type {number} */ k) =>
    k < 0 ? item < scope || item >= doc.end[scope] : item >= children[k] && item < doc.end[children[k]];
  /** @type {Set<string>} */
  const shapes = new Set();
  for (let e = 0; e < doc.edges.length; e++) {
    if (doc.edges.kind[e] === kind && within(doc.edges.source[e], source) && within(doc.edges.target[e], target)) shapes.add(doc.strings[doc.edges.shape[e]]);
  }
  return [...shapes].filter((text) => text !== '');
}
