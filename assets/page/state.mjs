/**
 * What the inspector shows, as the fields of a store.
 *
 * @import {Doc} from '../core/document.mjs'
 * @import {Scene} from '../core/scene.mjs'
 *
 * @typedef {'system'|'light'|'dark'} ThemeChoice
 *
 * @typedef {object} PageState
 * @property {Doc|null} doc
 * @property {Scene|null} scene      the scene of `open` and `direction`, once the worker has laid it out
 * @property {Set<number>} open      items that are open
 * @property {number} selected       item or -1
 * @property {number} hovered        item or -1
 * @property {string} query          what the search field asks; set it to ask something else
 * @property {Set<number>} hits      items found by the search
 * @property {number} found          the result that is shown, by its place among the results, or -1
 * @property {'highlight'|'filter'} finding  what becomes of the others: nothing, or they fade
 * @property {import('./tracing.mjs').Trace|null} trace  what leads to a node or depends on it
 * @property {Uint8Array|null} kept  per item, 1 where it keeps its strength while the others fade; null = nothing fades
 * @property {import('./edge_places.mjs').EdgeKey|null} edge  the selected edge
 * @property {import('./edge_places.mjs').EdgeKey|null} hoveredEdge
 * @property {number} diagnosis      which of the document's marks are shown
 * @property {string} overlay
 * @property {import('../core/overlay.mjs').ScaleMode} scaleMode  of the overlay's numbers
 * @property {import('../core/brush.mjs').Brush|null} brush  the part of the overlay's scale that keeps its strength
 * @property {number} painted        rises when the values of overlays change
 * @property {import('./run_pins.mjs').Pin[]} pins  what a training pins on nodes
 * @property {number|null} step      the step of a training that is shown; null for the newest
 * @property {'light'|'dark'} theme      what is shown
 * @property {ThemeChoice} themeChoice   what was chosen
 * @property {'down'|'right'} direction
 */

import { Store } from './store.mjs';

/** @extends {Store<PageState>} */
export class State extends Store {
  /** The document; only for code that runs after it was loaded. @returns {Doc} */
  get doc() {
    return /** @type {Doc} */ (this.now.doc);
  }
}

/** What a picture shows before its document is there. @returns {PageState} */
export function initialState() {
  return {
    doc: null,
    scene: null,
    open: new Set([0]),
    selected: -1,
    hovered: -1,
    query: '',
    hits: new Set(),
    found: -1,
    finding: 'highlight',
    trace: null,
    kept: null,
    edge: null,
    hoveredEdge: null,
    diagnosis: 0,
    overlay: 'type',
    scaleMode: 'auto',
    brush: null,
    painted: 0,
    pins: [],
    step: null,
    theme: 'light',
    themeChoice: 'system',
    direction: 'down',
  };
}
