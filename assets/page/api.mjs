/**
 * window.graphscope: the page for scripts and tests. Every function resolves when the picture stands.
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
    expand: async (/** @type {string} */ id) => controller.expand(itemOf(id)),
    collapse: async (/** @type {string} */ id) => controller.collapse(itemOf(id)),
    expandAll: () => controller.expandAll(),
    collapseAll: () => controller.collapseAll(),
    select: async (/** @type {string} */ id) => controller.reveal(itemOf(id)),
    fit: () => stage.fit(),
    /** where an item is on the page, CSS px, for tests and callouts; null when a closed scope hides it */
    boxOf: (/** @type {string} */ id) => stage.boxOnPage(itemOf(id)),
  };
}
