/** The small card beside the pointer. */

import { describeTooltip } from './describe.mjs';
import { make } from './dom.mjs';

/** @import {State} from './state.mjs' */

const DELAY_MS = 220;
const GAP = 14;

export class Tooltip {
  /** @param {State} state @param {HTMLElement} card */
  constructor(state, card) {
    this.state = state;
    this.card = card;
    this.item = -1;
    this.timer = 0;
    this.at = { x: 0, y: 0 };
  }

  /** @param {number} item @param {number} x @param {number} y  CSS px in the stage */
  follow(item, x, y) {
    this.at = { x, y };
    if (item === this.item) {
      if (!this.card.hidden) this.place();
      return;
    }
    this.hide();
    this.item = item;
    if (item > 0) this.timer = window.setTimeout(() => this.show(), DELAY_MS);
  }

  show() {
    const { name, facts } = describeTooltip(this.state.doc, this.item);
    const rows = facts.map(([label, value]) => make('div', {}, make('span', { text: label }), make('span', { text: value })));
    this.card.replaceChildren(make('b', { text: name }), ...rows);
    this.card.hidden = false;
    this.place();
  }

  place() {
    const room = /** @type {HTMLElement} */ (this.card.parentElement);
    const x = Math.min(this.at.x + GAP, room.clientWidth - this.card.offsetWidth - 8);
    const below = this.at.y + GAP;
    const y = below + this.card.offsetHeight > room.clientHeight - 8 ? this.at.y - GAP - this.card.offsetHeight : below;
    this.card.style.transform = `translate(${Math.max(8, x)}px, ${Math.max(8, y)}px)`;
  }

  hide() {
    window.clearTimeout(this.timer);
    this.card.hidden = true;
    this.item = -1;
  }
}
