/** What mouse, touch and pen do on a canvas of the graph. */

import { sameEdge } from './edge_places.mjs';
import { PointerInput } from './pointer.mjs';
import { Tooltip } from './tooltip.mjs';

/**
 * @import {State} from './state.mjs'
 * @import {Stage} from './stage.mjs'
 * @import {Controller} from './controller.mjs'
 *
 * @typedef {object} CanvasParts
 * @property {State} state
 * @property {Stage} stage
 * @property {Controller} controller
 * @property {HTMLElement} element  around the canvas; its classes change the pointer
 * @property {HTMLElement} card     of the tooltip
 */

const DOUBLE_CLICK_MS = 400;

/** @param {CanvasParts} parts */
export function connectCanvas({ state, stage, controller, element, card }) {
  const tooltip = new Tooltip(state, card);
  let toggled = -Infinity;
  // One thing is selected at a time.
  state.on(['selected'], ({ selected, edge }) => {
    if (selected >= 0 && edge) state.set({ edge: null });
  });
  const itemAt = (/** @type {number} */ x, /** @type {number} */ y) => stage.placeAt(x, y)?.item ?? -1;
  new PointerInput(stage.canvas, {
    pan: (dx, dy) => stage.pan(dx, dy),
    zoom: (factor, x, y) => stage.zoom(factor, x, y),
    click: (x, y) => {
      tooltip.hide();
      if (stage.isOnChevron(x, y)) {
        // The second click of a double click must not undo the first.
        if (performance.now() - toggled > DOUBLE_CLICK_MS) void controller.toggle(itemAt(x, y));
        toggled = performance.now();
        return;
      }
      const edge = stage.edgeUnder(x, y);
      if (edge) state.set({ selected: -1, edge });
      else {
        state.set({ edge: null });
        void controller.choose(itemAt(x, y));
      }
    },
    doubleClick: (x, y) => {
      if (!stage.isOnChevron(x, y)) void controller.toggle(itemAt(x, y));
    },
    hover: (x, y) => {
      const item = stage.itemUnder(x, y);
      const edge = item < 0 ? stage.edgeUnder(x, y) : null;
      element.classList.toggle('over-node', item >= 0 || edge !== null);
      state.set({ hovered: item, ...(sameEdge(edge, state.now.hoveredEdge) ? {} : { hoveredEdge: edge }) });
      if (edge) tooltip.followEdge(edge, x, y);
      else tooltip.follow(item, x, y);
    },
    leave: () => {
      state.set({ hovered: -1, hoveredEdge: null });
      tooltip.hide();
    },
    panning: (active) => {
      element.classList.toggle('panning', active);
      if (active) tooltip.hide();
    },
  });
}
