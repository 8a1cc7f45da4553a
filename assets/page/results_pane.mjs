/** All results of the search in the panel below the graph: as many as there are, to scroll and to step through. */

import { say } from '../core/language.mjs';
import { formatCount, formatInteger } from '../core/numbers.mjs';
import { familyColour } from './colours.mjs';
import { make, setText } from './dom.mjs';
import { VirtualRows } from './virtual_rows.mjs';

/**
 * @import {Page} from './wiring.mjs'
 * @import {Finder} from './finder.mjs'
 */

const ROW_HEIGHT = 28;
const HEAD_HEIGHT = 28;
const TITLES = ['Name', 'Type', 'Shape', 'Parameters', 'Path'];

export class ResultsPane {
  /** @param {Page} page @param {Finder} finder */
  constructor({ state, dock }, finder) {
    this.state = state;
    this.finder = finder;
    this.told = make('span', { class: 'dock-count', role: 'status' });
    this.grid = make('div', { class: 'flow-grid', role: 'grid', tabindex: 0, 'aria-label': say('Search results') });
    const titles = TITLES.map((title) => make('div', { role: 'columnheader', class: title === 'Parameters' ? 'flow-number' : '', text: say(title) }));
    this.grid.append(make('div', { role: 'rowgroup', class: 'flow-top' }, make('div', { class: 'flow-row flow-head results-row', role: 'row' }, ...titles)));
    this.element = make('div', { class: 'flow' }, make('div', { class: 'dock-bar' }, this.told), this.grid);
    this.rows = new VirtualRows(this.grid, ROW_HEIGHT, (row) => this.makeRow(row));
    dock.add({ id: 'results', label: 'Results', element: this.element, onShow: () => this.refresh() });
    state.on(['hits', 'theme'], () => dock.shows('results') && this.refresh());
    state.on(['found'], () => dock.shows('results') && this.mark());
    this.grid.addEventListener('keydown', (event) => this.onKey(event));
    this.grid.addEventListener('click', (event) => {
      const row = event.target instanceof Element ? /** @type {HTMLElement|null} */ (event.target.closest('[data-row]')) : null;
      if (row) this.finder.goTo(Number(row.dataset.row));
    });
  }

  refresh() {
    const { length } = this.finder.items;
    const { query } = this.state.now;
    const total = this.state.now.doc ? formatInteger(this.state.doc.n - 1) : '0';
    setText(this.told, query.trim() === '' ? say('Search for something: press /.') : say('{n} of {all} for {query}', { n: formatInteger(length), all: total, query }));
    this.rows.reset(length);
    this.grid.setAttribute('aria-rowcount', String(length + 1));
    this.mark();
  }

  /** @param {number} row */
  makeRow(row) {
    const { doc, now } = this.state;
    const item = this.finder.items[row];
    const cell = (/** @type {string} */ text, /** @type {string} */ style = '') => make('div', { role: 'gridcell', class: style, text, title: text });
    const name = cell(doc.name(item), 'results-name');
    name.style.setProperty('--family', familyColour(now.theme, doc.familyName(item)));
    const element = make('div', { class: `flow-row results-row${row === now.found ? ' current' : ''}`, role: 'row', id: `found-${row}`, 'data-row': row, 'aria-rowindex': row + 2, 'aria-selected': String(row === now.found) },
      name, cell(doc.type(item)), cell(doc.shape(item), 'flow-code'), cell(formatCount(doc.value('parameters', item)), 'flow-number'), cell(doc.id(item), 'results-path'));
    return element;
  }

  /** Mark the result that is shown. */
  mark() {
    const { found } = this.state.now;
    if (found >= 0) this.rows.show(found, HEAD_HEIGHT);
    this.rows.refresh();
    if (found >= 0) this.grid.setAttribute('aria-activedescendant', `found-${found}`);
    else this.grid.removeAttribute('aria-activedescendant');
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    const last = this.finder.items.length - 1;
    if (last < 0 || (by === undefined && event.key !== 'Home' && event.key !== 'End')) return;
    const { found } = this.state.now;
    event.preventDefault();
    event.stopPropagation();
    this.finder.goTo(by === undefined ? (event.key === 'Home' ? 0 : last) : Math.max(0, Math.min(last, found + by)));
  }
}
