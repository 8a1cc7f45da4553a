/** Overlays on the page: chooser, legend, commands, values that come later. */

import { showMessage } from './loader.mjs';
import { byId, make } from './dom.mjs';
import { showLegend } from './legend.mjs';
import { OverlayChooser } from './overlay_chooser.mjs';
import { connectLaterValues, holdsValues, openOverlayFile } from './overlay_values.mjs';
import { canBeLog, createScale } from '../core/overlay.mjs';
import { say } from '../core/language.mjs';
import { themeOf } from '../core/theme.mjs';

/** @import {Page} from './wiring.mjs' */

/** @param {Page} page */
export function connectOverlays(page) {
  const { state, controller, commands } = page;
  showLegend(state, (item) => void controller.reveal(item));
  connectLaterValues(page, tell);
  new OverlayChooser(state);
  state.on(['doc'], ({ doc, overlay }) => {
    const own = doc?.overlays.find((each) => each.own && !each.quiet);
    // Who brings values along wants to see them.
    if (own && overlay === 'type' && !page.address.overlay) state.set({ overlay: own.name });
  });
  const scaleNow = () => (state.now.doc ? createScale(state.doc, state.now.overlay, themeOf(state.now.theme), state.now.scaleMode) : null);
  const turns = () => {
    const scale = scaleNow();
    return scale !== null && canBeLog(scale);
  };
  commands.add(
    { id: 'scale-mode', label: 'Log or linear scale', group: 'Overlay', keys: ['Shift+L'], available: turns, run: () => state.set({ scaleMode: scaleNow()?.logarithmic ? 'linear' : 'log' }) },
    { id: 'clear-brush', label: 'Show all values again', group: 'Overlay', available: () => state.now.brush !== null, run: () => state.set({ brush: null }) },
    { id: 'overlay-file', label: 'Colour by the values in a file…', group: 'Overlay', available: () => state.now.scene !== null, run: () => chooseFile(page) },
  );
}

/**
 * Take those of some files that hold values of nodes.
 * @param {Page} page @param {File[]} files @returns {Promise<File[]>}  the others
 */
export async function takeValues(page, files) {
  /** @type {File[]} */
  const others = [];
  for (const file of files) {
    if (await holdsValues(file)) await openOverlayFile(page, file).catch(tell);
    else others.push(file);
  }
  return others;
}

/** @param {Page} page */
function chooseFile(page) {
  const input = /** @type {HTMLInputElement} */ (make('input', { type: 'file', accept: '.json,application/json', hidden: '' }));
  input.addEventListener('cancel', () => input.remove());
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    input.remove();
    if (file) openOverlayFile(page, file).catch(tell);
  });
  // A field that belongs to no page may be gone before its answer comes.
  document.body.append(input);
  input.click();
}

/** @param {unknown} error */
function tell(error) {
  showMessage(say('The overlay could not be shown'), [error instanceof Error ? error.message : String(error)], true);
  const close = make('button', { type: 'button', class: 'button small', text: say('Close') });
  const box = byId('message');
  close.addEventListener('click', () => (box.hidden = true));
  box.append(close);
  close.focus();
}
