/** Which overlay is shown: the usual ones as buttons, all others in a list beside them; all in the list where there is little room. */

import { say } from '../core/language.mjs';
import { byId, isTight, make, TIGHT, TIGHT_WITH_TABS } from './dom.mjs';

/**
 * @import {Overlay} from '../core/document.mjs'
 * @import {State} from './state.mjs'
 */

export class OverlayChooser {
  /** @param {State} state */
  constructor(state) {
    this.state = state;
    this.list = byId('more-overlays');
    this.offered = '';
    this.list.addEventListener('change', () => state.set({ overlay: this.list.value || 'type' }));
    state.on(['doc', 'overlay', 'painted'], () => this.draw());
    for (const query of [TIGHT, TIGHT_WITH_TABS]) matchMedia(query).addEventListener('change', () => this.draw());
    // Tabs come and go with the models that are open.
    new MutationObserver(() => this.draw()).observe(byId('shell'), { attributeFilter: ['class'] });
  }

  draw() {
    const { doc, overlay } = this.state.now;
    if (!doc) return;
    const buttons = new Set([...byId('overlays').querySelectorAll('[data-overlay]')].map((/** @type {HTMLElement} */ button) => button.dataset.overlay));
    const known = doc.overlays.filter((each) => each.group !== 'training' && !each.absent);
    const others = isTight() ? known : known.filter((each) => !buttons.has(each.name));
    this.offer(others);
    const isOurs = others.some((each) => each.name === overlay);
    this.list.value = isOurs ? overlay : '';
    this.list.classList.toggle('chosen', isOurs);
  }

  /** @param {Overlay[]} overlays */
  offer(overlays) {
    const offered = overlays.map(({ name, label }) => `${name} ${label}`).join('\n');
    if (offered === this.offered) return;
    this.offered = offered;
    this.list.hidden = overlays.length === 0;
    const own = overlays.filter((each) => each.own);
    // Shown while one of the buttons beside it is chosen.
    this.list.replaceChildren(make('option', { value: '', text: say('More'), disabled: '', hidden: '' }), ...overlays.filter((each) => !each.own).map(optionOf));
    if (own.length > 0) this.list.append(make('optgroup', { label: say('Further values') }, ...own.map(optionOf)));
  }
}

/** @param {Overlay} overlay */
function optionOf({ name, label }) {
  return make('option', { value: name, text: say(label) });
}
