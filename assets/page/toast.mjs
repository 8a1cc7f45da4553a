/** A word above the graph that leaves by itself: what happened, where nothing else on the page shows it. */

import { byId, make, setText } from './dom.mjs';

/** Long enough to read a sentence twice. */
const SHOWN_MS = 6000;

/** @type {HTMLElement|null} */
let card = null;
let leaving = 0;

/** @param {string} text  in the language of the page */
export function showToast(text) {
  if (!card) {
    card = make('p', { class: 'toast', role: 'status' });
    byId('stage').append(card);
  }
  const shown = card;
  shown.hidden = false;
  setText(shown, text);
  window.clearTimeout(leaving);
  leaving = window.setTimeout(() => {
    shown.hidden = true;
    setText(shown, '');
  }, SHOWN_MS);
}
