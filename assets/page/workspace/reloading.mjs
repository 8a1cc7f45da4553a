/**
 * Shows the newest version of the graph in place of the one on the page. The view (camera, open scopes, selection,
 * overlay, query, panes) goes into the address and the page is loaded anew: every part of it then begins with the
 * new document, and none can remember the old one.
 */

import { writeAddress } from '../address.mjs';
import { takeView, usualOverlay } from '../view.mjs';

/** @import {Page} from '../wiring.mjs' */

/** @param {Page} page */
export function showNewest(page) {
  const { state, address } = page;
  if (state.now.doc && state.now.scene) {
    const view = { ...takeView(page), theme: address.theme ? state.now.theme : undefined, language: address.language };
    const hash = writeAddress(view, usualOverlay(state.doc));
    history.replaceState(null, '', hash ? `#${hash}` : location.pathname + location.search);
  }
  location.reload();
}
