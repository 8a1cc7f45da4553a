/**
 * window.graphscope: the page for scripts and tests. Every function resolves when the picture stands, and no motion
 * delays it.
 *
 * @import {State} from './state.mjs'
 * @import {Controller} from './controller.mjs'
 * @import {Stage} from './stage.mjs'
 */

/** @param {State} state @param {Controller} controller @param {Stage} stage */
export function makeApi(state, controller, stage) {
  const itemOf = (/** @type {string} */ id) => {
    const item = state.now.doc ? state.doc.indexOf(id) : -1;
    if (item < 0) throw new Error(`No node has the id "${id}".`);
    return item;
  };
  return {
    ready: false,
    nodes: 0,
    edges: 0,
    expand: (/** @type {string} */ id) => stage.withoutMotion(() => controller.expand(itemOf(id))),
    collapse: (/** @type {string} */ id) => stage.withoutMotion(() => controller.collapse(itemOf(id))),
    expandAll: () => stage.withoutMotion(() => controller.expandAll()),
    collapseAll: () => stage.withoutMotion(() => controller.collapseAll()),
    select: (/** @type {string} */ id) => stage.withoutMotion(() => controller.reveal(itemOf(id))),
    fit: () => stage.withoutMotion(() => stage.fit()),
    /** where an item is on the page, CSS px, for tests and callouts; null when a closed scope hides it */
    boxOf: (/** @type {string} */ id) => stage.boxOnPage(itemOf(id)),
  };
}
