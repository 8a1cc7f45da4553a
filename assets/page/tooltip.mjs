/** The small card beside the pointer. */

import { describeTooltip } from './describe.mjs';
import { describeEdge } from './edge_facts.mjs';
import { sameEdge } from './edge_places.mjs';
import { make } from './dom.mjs';

/**
 * @import {State} from './state.mjs'
 * @import {EdgeKey} from './edge_places.mjs'
 */

const DELAY_MS = 220;
const GAP = 14;

export class Tooltip {
  /** @param {State} state @param {HTMLElement} card */
  constructor(state, card) {
    this.state = state;
    this.card = card;
    this.item = -1;
    /** @type {EdgeKey|null} */
    this.edge = null;
    this.timer = 0;
    this.at = { x: 0, y: 0 };
  }

  /** @param {number} item @param {number} x @param {number} y  CSS px in the stage */
  follow(item, x, y) {
    this.aim(item, null, x, y);
  }

  /** @param {EdgeKey} edge @param {number} x @param {number} y  CSS px in the stage */
  followEdge(edge, x, y) {
    this.aim(-1, edge, x, y);
  }

  /** @param {number} item @param {EdgeKey|null} edge @param {number} x @param {number} y */
  aim(item, edge, x, y) {
    this.at = { x, y };
    if (item === this.item && sameEdge(edge, this.edge)) {
      if (!this.card.hidden) this.place();
      return;
    }
    this.hide();
    this.item = item;
    this.edge = edge;
    if (item > 0 || edge) this.timer = window.setTimeout(() => this.show(), DELAY_MS);
  }

  show() {
    const { doc } = this.state;
    const { name, facts } = this.edge ? describeEdge(doc, this.edge) : describeTooltip(doc, this.item);
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
    this.edge = null;
  }
}
