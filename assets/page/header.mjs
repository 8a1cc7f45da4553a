/** The header: name and counts of the model, buttons of the view, overlays. */

import { renderSvg } from '../core/svg.mjs';
import { describeCounts } from './describe.mjs';
import { byId, setText } from './dom.mjs';
import { listenToRadios, markRadios } from './keyboard.mjs';
import { showNotes } from './notes.mjs';
import { download, fileName } from './save.mjs';
import { connectTheme } from './theme_button.mjs';

/**
 * @import {State, PageState} from './state.mjs'
 * @import {Page} from './wiring.mjs'
 */

/** @param {Page} page */
export function connectHeader({ state, controller, commands }) {
  state.on(['doc'], ({ doc }) => {
    if (!doc) return;
    document.title = `${doc.title} · graphscope`;
    setText(byId('model-name'), doc.title);
    byId('model-name').title = [doc.title, doc.subtitle].join(' · ');
    setText(byId('model-counts'), describeCounts(doc));
    showNotes(doc, (item) => void controller.reveal(item));
  });
  connectOverlays(state);
  connectTheme(state, controller);
  for (const button of document.querySelectorAll('[data-command]')) {
    button.addEventListener('click', () => void commands.run(/** @type {HTMLElement} */ (button).dataset.command ?? ''));
  }
  state.on(['direction'], (now) => markDirection(now));
  markDirection(state.now);
}

/** @param {PageState} now */
function markDirection(now) {
  const right = now.direction === 'right';
  byId('direction').setAttribute('aria-label', right ? 'Top to bottom' : 'Left to right');
  byId('direction').classList.toggle('turned', right);
}

/** @param {State} state */
function connectOverlays(state) {
  const group = byId('overlays');
  listenToRadios(group, (button) => state.set({ overlay: button.dataset.overlay ?? 'type' }));
  const mark = () => markRadios(group, (button) => button.dataset.overlay === state.now.overlay);
  state.on(['overlay'], mark);
  mark();
}

/** @param {State} state */
export function saveSvg(state) {
  const { scene, overlay, theme } = state.now;
  if (!scene) return;
  download(renderSvg(state.doc, scene, { overlay, theme }), fileName(state.doc.title));
}
