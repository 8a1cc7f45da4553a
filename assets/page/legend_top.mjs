/** The ten items with the largest values, behind a button of the legend; a click goes there. */

import { say } from '../core/language.mjs';
import { formatInteger, tellValue } from '../core/numbers.mjs';
import { overlayFill } from '../core/overlay.mjs';
import { rankItems } from '../core/ranking.mjs';
import { describePath } from './describe.mjs';
import { make } from './dom.mjs';

/**
 * @import {Scale} from '../core/overlay.mjs'
 * @import {Rank} from '../core/ranking.mjs'
 * @import {State} from './state.mjs'
 */

export class TopList {
  /** @param {State} state @param {(item: number) => void} reveal */
  constructor(state, reveal) {
    this.state = state;
    this.reveal = reveal;
    this.open = false;
    /** @type {Scale|null} */
    this.scale = null;
    this.list = make('ol', { id: 'legend-top', 'aria-label': say('Largest values') });
    this.button = make('button', { type: 'button', class: 'link disclosure', 'aria-controls': 'legend-top', 'aria-expanded': 'false', text: say('Top 10') });
    this.button.addEventListener('click', () => this.show(!this.open));
    this.element = make('div', { class: 'top' }, this.button, this.list);
    this.list.hidden = true;
  }

  /** @param {boolean} open */
  show(open) {
    this.open = open;
    this.button.setAttribute('aria-expanded', String(open));
    this.list.hidden = !open;
    this.draw(this.scale);
  }

  /** Ranking costs time where a model is large, so it waits until somebody looks. @param {Scale|null} scale */
  draw(scale) {
    this.scale = scale;
    if (!this.open || !scale || !this.state.now.doc) return;
    const ranks = rankItems(this.state.doc, scale.overlay);
    const most = Math.max(...ranks.map(({ value }) => Math.abs(value)).filter(Number.isFinite));
    this.list.replaceChildren(...ranks.map((rank) => make('li', {}, this.makeRow(rank, scale, most))));
    if (ranks.length === 0) this.list.replaceChildren(make('li', { class: 'more', text: say('No node has a value.') }));
  }

  /** @param {Rank} rank @param {Scale} scale @param {number} most  the value of a full bar */
  makeRow({ item, value, times }, scale, most) {
    const { doc } = this.state;
    const name = make('span', { text: doc.name(item) });
    const bar = make('i', { 'aria-hidden': 'true' });
    bar.style.width = `${Math.max(1, Math.min(1, Math.abs(value) / most) * 100)}%`;
    bar.style.background = overlayFill(scale, item);
    const title = [describePath(doc, item), doc.type(item)].filter(Boolean).join(' · ');
    const button = make('button', { type: 'button', title }, name, ...(times > 1 ? [make('s', { text: `×${formatInteger(times)}` })] : []), make('em', { text: tellValue(scale.overlay, value) }), bar);
    button.addEventListener('click', () => this.reveal(item));
    return button;
  }
}
