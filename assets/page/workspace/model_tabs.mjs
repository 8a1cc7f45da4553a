/** The models in the header: links, so that a middle click and the history of the browser work. */

import { say } from '../../core/language.mjs';
import { byId, make } from '../dom.mjs';

/** @import {WorkspaceState, ModelRow} from './news.mjs' */

export class ModelTabs {
  /** @param {string} model  the key of the page's model @param {string} top  the way to the first model @param {(row: ModelRow) => void} close */
  constructor(model, top, close) {
    this.model = model;
    this.top = top;
    this.close = close;
    this.written = '';
  }

  /** @param {WorkspaceState} state */
  show({ models }) {
    const written = JSON.stringify(models.map(({ key, title, closable, complaint }) => [key, title, closable, complaint !== null]));
    if (written === this.written) return;
    this.written = written;
    const strip = byId('model-tabs');
    strip.replaceChildren(...models.map((row) => this.tab(row)));
    strip.hidden = models.length < 2;
    byId('shell').classList.toggle('has-tabs', models.length > 1);
    strip.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  /** @param {ModelRow} row */
  tab(row) {
    const current = row.key === this.model;
    const link = make('a', { href: this.top + row.href, title: row.title, 'aria-current': current ? 'page' : undefined, text: row.title });
    const tab = make('span', { class: current ? 'model-tab current' : 'model-tab' }, link);
    if (row.complaint) tab.append(make('span', { class: 'model-tab-mark', role: 'img', 'aria-label': say('The newest version cannot be shown.') }));
    if (row.closable) {
      const label = say('Close {name}', { name: row.title });
      const button = make('button', { type: 'button', 'aria-label': label, title: label, text: '×' });
      button.addEventListener('click', () => this.close(row));
      tab.append(button);
    }
    return tab;
  }
}
