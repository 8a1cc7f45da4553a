/** Which statistic of the training the graph is painted with: beside the other overlays. */

import { say } from '../core/language.mjs';
import { byId, make } from './dom.mjs';

/**
 * @import {Overlay} from '../core/document.mjs'
 * @import {State} from './state.mjs'
 */

export class RunChooser {
  /** @param {State} state */
  constructor(state) {
    this.state = state;
    this.list = byId('run-overlay');
    this.offered = '';
    this.list.addEventListener('change', () => state.set({ overlay: this.list.value || 'type' }));
    state.on(['overlay'], () => this.mark());
  }

  /** @param {Overlay[]} overlays */
  offer(overlays) {
    const names = overlays.map((overlay) => overlay.name);
    if (this.offered === names.join()) return;
    this.offered = names.join();
    for (const overlay of this.state.doc.overlays) if (overlay.group === 'training') overlay.absent = !names.includes(overlay.name);
    const options = overlays.map(({ name, label }) => make('option', { value: name, text: say(label) }));
    // Shown while one of the overlays beside it is chosen.
    this.list.replaceChildren(make('option', { value: '', text: say('Training'), disabled: '', hidden: '' }), ...options);
    this.mark();
  }

  mark() {
    const { overlay } = this.state.now;
    const isOurs = [...this.list.options].some((/** @type {HTMLOptionElement} */ option) => option.value === overlay);
    this.list.value = isOurs ? overlay : '';
    this.list.classList.toggle('chosen', isOurs);
  }
}
