/** The card behind "Open a model": choosing a file, recent files, and comparing. */

import { say } from '../../core/language.mjs';
import { formatBytes } from '../../core/numbers.mjs';
import { byId, make } from '../dom.mjs';
import { connectPopover } from '../popover.mjs';

/**
 * @import {WorkspaceState, RecentRow} from './news.mjs'
 *
 * @typedef {object} Deeds
 * @property {(files: File[]) => void} upload
 * @property {(row: RecentRow) => void} reopen
 * @property {(row: RecentRow|null) => void} forget  null = all
 */

export class OpenCard {
  /** @param {string} model  the key of the page's model @param {string} top  the way to the first model @param {Deeds} deeds */
  constructor(model, top, deeds) {
    this.model = model;
    this.top = top;
    this.deeds = deeds;
    this.input = /** @type {HTMLInputElement} */ (make('input', { type: 'file', multiple: '', hidden: '', 'aria-label': say('Model files') }));
    this.input.addEventListener('change', () => {
      deeds.upload([...(this.input.files ?? [])]);
      this.input.value = ''; // the same file may be chosen again
    });
    this.choose = make('button', { type: 'button', class: 'button primary menu-item', text: say('Choose files …') });
    this.choose.addEventListener('click', () => this.input.click());
    this.hint = make('p', { class: 'open-hint' });
    this.rest = make('div');
    byId('open-popover').replaceChildren(this.choose, this.input, this.hint, this.rest);
    connectPopover(byId('open-button'), byId('open-popover'));
    byId('open-anchor').hidden = false;
  }

  /** @param {WorkspaceState} state */
  show(state) {
    this.input.accept = state.suffixes.filter((suffix) => suffix.startsWith('.')).join(',');
    this.hint.textContent = say('Or drop them anywhere on the page: {suffixes}, at most {limit} each. Files are read, never run.', {
      suffixes: state.suffixes.join(', '), limit: formatBytes(state.limit),
    });
    this.rest.replaceChildren(...this.comparisons(state), ...this.recent(state.recent));
  }

  /** @param {WorkspaceState} state */
  comparisons({ models, compares }) {
    const others = compares ? models.filter(({ key }) => key !== this.model) : [];
    if (others.length === 0) return [];
    const rows = others.map(({ key, title }) => make('a', { class: 'menu-item', href: `${this.top}compare/${key}..${this.model}/`, text: title }));
    return [make('h3', { text: say('Compare with') }), ...rows];
  }

  /** @param {RecentRow[]} rows */
  recent(rows) {
    if (rows.length === 0) return [];
    const all = make('button', { type: 'button', class: 'link-button', text: say('Forget all') });
    all.addEventListener('click', () => this.deeds.forget(null));
    return [make('div', { class: 'open-title' }, make('h3', { text: say('Recent files') }), all), ...rows.map((row) => this.recentRow(row))];
  }

  /** @param {RecentRow} row */
  recentRow(row) {
    const open = make('button', { type: 'button', class: 'menu-item open-recent' }, make('span', { text: row.name }), make('small', { text: row.folder, title: row.folder }));
    open.addEventListener('click', () => this.deeds.reopen(row));
    const label = say('Forget {name}', { name: row.name });
    const forget = make('button', { type: 'button', class: 'icon-button', 'aria-label': label, title: label, text: '×' });
    forget.addEventListener('click', () => this.deeds.forget(row));
    return make('div', { class: 'open-row' }, open, forget);
  }
}
