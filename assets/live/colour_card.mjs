/** The card where a run gets another colour. */

import { make } from '../page/dom.mjs';
import { closeFloating, openFloating } from './floating.mjs';
import { PLACES, runColour } from './palette.mjs';

/** @param {Element} anchor @param {string} name @param {string} theme @param {number} chosen @param {(place: number) => void} choose */
export function openColours(anchor, name, theme, chosen, choose) {
  const buttons = Array.from({ length: PLACES }, (_, place) => {
    const button = make('button', { type: 'button', class: 'swatch', 'aria-label': `Colour ${place + 1}`, 'aria-pressed': String(place === chosen), autofocus: place === chosen ? '' : undefined });
    button.style.setProperty('--run', runColour(theme, place));
    button.addEventListener('click', () => {
      closeFloating();
      choose(place);
    });
    return button;
  });
  openFloating(anchor, buttons, { label: `Colour of ${name}`, kind: 'swatch-grid' });
}
