/**
 * Which items keep their strength while the rest fades: what was found, what a trace goes through.
 *
 * @import {Doc} from '../core/document.mjs'
 * @import {State} from './state.mjs'
 * @import {Trace} from './tracing.mjs'
 */

import { itemsInside } from '../core/brush.mjs';

/** Of everything that is not kept. */
export const FADED = 0.22;

/** @param {State} state */
export function connectFading(state) {
  state.on(['doc', 'hits', 'finding', 'trace', 'brush', 'overlay', 'painted'], ({ doc, hits, finding, trace, brush, overlay }) => {
    const found = doc && finding === 'filter' && hits.size > 0 ? keptByHits(doc, hits) : null;
    const traced = doc && trace ? keptByTrace(doc, trace) : null;
    const inside = doc && itemsInside(doc, brush, overlay);
    const kept = [found, traced, inside].filter((each) => each !== null).reduce((/** @type {Uint8Array|null} */ all, each) => all?.map((is, item) => is & each[item]) ?? each, null);
    state.set({ kept });
  });
}

/** Found items, all that is in them, and the scopes around them. @param {Doc} doc @param {ReadonlySet<number>} hits */
export function keptByHits(doc, hits) {
  const kept = new Uint8Array(doc.n);
  for (const hit of hits) {
    kept.fill(1, hit, doc.end[hit]);
    keepAround(doc, kept, hit);
  }
  return kept;
}

/** @param {Doc} doc @param {Trace} trace */
function keptByTrace(doc, { item, reach }) {
  const kept = Uint8Array.from(reach.items);
  kept.fill(1, item, doc.end[item]);
  keepAround(doc, kept, item);
  return kept;
}

/** @param {Doc} doc @param {Uint8Array} kept @param {number} item */
function keepAround(doc, kept, item) {
  for (let at = doc.parent[item]; at >= 0; at = doc.parent[at]) kept[at] = 1;
}

/**
 * Whether an item begins to fade here: what lies in something faded fades with it.
 * @param {Uint8Array|null} kept @param {number} scope @param {number} item
 */
export function fadesHere(kept, scope, item) {
  return kept !== null && kept[item] === 0 && (scope === 0 || kept[scope] === 1);
}
