/** Whether a scale is drawn by the size of the values or by their logarithm. */

import { say } from '../core/language.mjs';
import { make } from './dom.mjs';
import { listenToRadios, markRadios } from './keyboard.mjs';

/**
 * @import {Scale} from '../core/overlay.mjs'
 * @import {State} from './state.mjs'
 */

export class ScaleSwitch {
  /** @param {State} state @param {Scale} scale */
  constructor(state, scale) {
    const button = (/** @type {'log'|'linear'} */ mode, /** @type {string} */ text) => make('button', { type: 'button', role: 'radio', 'data-mode': mode, text });
    this.element = make('div', { class: 'segmented tiny', role: 'radiogroup', 'aria-label': say('Scale') }, button('log', say('Log')), button('linear', say('Linear')));
    listenToRadios(this.element, ({ dataset }) => {
      state.set({ scaleMode: dataset.mode === 'log' ? 'log' : 'linear' });
      const chosen = /** @type {HTMLElement|null} */ (document.querySelector('#legend [aria-checked="true"]'));
      chosen?.focus({ preventScroll: true });
    });
    markRadios(this.element, ({ dataset }) => (dataset.mode === 'log') === scale.logarithmic);
  }
}
