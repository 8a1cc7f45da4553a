/**
 * Tells a screen reader what the canvas shows: the item that a key reached, and scopes that opened or closed. The
 * outline speaks for itself, so nothing is said while the focus is there.
 */

import { describeStop } from './describe.mjs';
import { byId, setText } from './dom.mjs';

/** @import {Page} from './wiring.mjs' */

/** @param {Page} page */
export function connectAnnouncer({ state, stage }) {
  const announcer = byId('announcer');
  const tell = () => {
    const { doc, selected, open } = state.now;
    if (!doc || selected < 0 || document.activeElement !== stage.canvas) return;
    setText(announcer, describeStop(doc, selected, open));
  };
  state.on(['selected', 'open'], tell);
  stage.canvas.addEventListener('focus', tell);
}
