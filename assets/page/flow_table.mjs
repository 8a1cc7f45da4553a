/**
 * The table of producers and consumers in the dock.
 *
 * Written by hand and not with a grid component: the rows are columns that the page has already, so nothing travels,
 * fifty thousand of them sort in a blink, and the table works in a page without a server.
 */

import { say } from '../core/language.mjs';
import { formatBytes, formatInteger } from '../core/numbers.mjs';
import { make, setText } from './dom.mjs';
import { cell, filterRows, FLOW_COLUMNS, layerRows, operationRows, rowsAround, rowsAsCsv, sortRows } from './flow_rows.mjs';
import { listenToRadios, markRadios } from './keyboard.mjs';
import { fileName, saveFrom } from './save.mjs';
import { VirtualRows } from './virtual_rows.mjs';

/**
 * @import {Page} from './wiring.mjs'
 * @import {FlowColumn, FlowRows} from './flow_rows.mjs'
 */

const ROW_HEIGHT = 28;
const TYPING_MS = 120;
/** @type {Record<FlowColumn, string>} */
const TITLES = { producer: 'Producer', consumer: 'Consumer', shape: 'Shape', dtype: 'Dtype', bytes: 'Bytes', kind: 'Kind' };

/** @param {Page} page */
export function connectFlowTable(page) {
  const table = new FlowTable(page);
  page.dock.add({ id: 'table', label: 'Table', element: table.element, onShow: () => table.refresh() });
  page.commands.add({ id: 'table', label: 'Producers and consumers', group: 'View', keys: ['t'], available: () => page.state.now.doc !== null, run: () => page.dock.toggle('table') });
  page.state.on(['doc', 'selected'], () => {
    if (page.dock.shows('table')) table.refresh();
  });
}

export class FlowTable {
  /** @param {Page} page */
  constructor({ state, controller }) {
    this.state = state;
    this.controller = controller;
    /** @type {'layers'|'ops'} */
    this.level = 'layers';
    /** @type {{column: FlowColumn, direction: 1|-1}} */
    this.order = { column: 'producer', direction: 1 };
    /** the row that the arrow keys move, among those shown */
    this.current = -1;
    /** @type {{doc: unknown, layers: FlowRows|null, ops: FlowRows|null}} */
    this.known = { doc: null, layers: null, ops: null };
    /** @type {Int32Array} */
    this.shown = new Int32Array();
    this.drawnFor = '';
    this.element = make('div', { class: 'flow' });
    this.field = /** @type {HTMLInputElement} */ (make('input', { type: 'search', class: 'dock-field', 'aria-label': say('Filter the table'), placeholder: say('Filter'), autocomplete: 'off', spellcheck: 'false' }));
    this.around = /** @type {HTMLInputElement} */ (make('input', { type: 'checkbox' }));
    this.count = make('span', { class: 'dock-count', role: 'status' });
    this.levels = this.makeLevels();
    this.grid = make('div', { class: 'flow-grid', role: 'grid', tabindex: 0, 'aria-label': say('Producers and consumers') });
    this.head = make('div', { class: 'flow-row flow-head', role: 'row' });
    this.grid.append(make('div', { role: 'rowgroup', class: 'flow-top' }, this.head));
    this.element.append(this.makeBar(), this.grid);
    this.rows = new VirtualRows(this.grid, ROW_HEIGHT, (row) => this.makeRow(row));
    this.listen();
  }

  // ---- parts ----

  makeLevels() {
    const choice = (/** @type {string} */ level, /** @type {string} */ text) => make('button', { type: 'button', role: 'radio', 'data-level': level, text });
    const group = make('div', { class: 'segmented small', role: 'radiogroup', 'aria-label': say('What the rows stand for') },
      choice('layers', say('Layers')), choice('ops', say('Operations')));
    listenToRadios(group, (button) => {
      this.level = button.dataset.level === 'ops' ? 'ops' : 'layers';
      this.refresh();
    });
    return group;
  }

  makeBar() {
    const save = make('button', { type: 'button', class: 'button small', text: say('Save CSV') });
    save.addEventListener('click', () => this.save());
    const only = make('label', { class: 'dock-check' }, this.around, document.createTextNode(say('Only of the selection')));
    return make('div', { class: 'dock-bar' }, this.levels, this.field, only, this.count, make('span', { class: 'spacer' }), save);
  }

  listen() {
    let typing = 0;
    this.field.addEventListener('input', () => {
      window.clearTimeout(typing);
      typing = window.setTimeout(() => this.refresh(), TYPING_MS);
    });
    this.around.addEventListener('change', () => this.refresh());
    this.grid.addEventListener('keydown', (event) => this.onKey(event));
    this.grid.addEventListener('click', (event) => this.onClick(event));
  }

  // ---- rows ----

  /** @returns {FlowRows} */
  allRows() {
    const { doc } = this.state;
    if (this.known.doc !== doc) this.known = { doc, layers: null, ops: null };
    return (this.known[this.level] ??= this.level === 'layers' ? layerRows(doc) : operationRows(doc));
  }

  /** Draw what is asked for now; nothing where that is drawn already. */
  refresh() {
    const { now } = this.state;
    if (!now.doc) return;
    const isAround = this.around.checked && now.selected > 0;
    const wanted = [this.level, this.field.value, this.order.column, this.order.direction, isAround ? now.selected : ''].join(' ');
    if (wanted === this.drawnFor && this.known.doc === now.doc) return;
    this.drawnFor = wanted;
    const rows = this.allRows();
    let shown = filterRows(now.doc, rows, this.field.value);
    if (isAround) shown = rowsAround(now.doc, rows, shown, now.selected);
    this.shown = sortRows(now.doc, rows, shown, this.order.column, this.order.direction);
    this.current = -1;
    this.drawHead();
    this.rows.reset(this.shown.length);
    this.grid.scrollTop = 0;
    this.grid.setAttribute('aria-rowcount', String(this.shown.length + 1));
    this.grid.removeAttribute('aria-activedescendant');
    markRadios(this.levels, (button) => button.dataset.level === this.level);
    const values = { shown: formatInteger(this.shown.length), all: formatInteger(rows.length) };
    setText(this.count, shown.length === rows.length ? say('{all} tensors', values) : say('{shown} of {all} tensors', values));
  }

  drawHead() {
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.sort : undefined;
    this.head.replaceChildren(...FLOW_COLUMNS.map((column) => this.makeTitle(column)));
    if (focused) /** @type {HTMLElement|null} */ (this.head.querySelector(`[data-sort="${focused}"]`))?.focus();
  }

  /** @param {FlowColumn} column */
  makeTitle(column) {
    const sorted = this.order.column === column;
    const order = this.order.direction > 0 ? 'ascending' : 'descending';
    const button = make('button', { type: 'button', 'data-sort': column, text: say(TITLES[column]) });
    return make('div', { role: 'columnheader', 'aria-sort': sorted ? order : 'none', class: column === 'bytes' ? 'flow-number' : '' }, button);
  }

  /** @param {number} at  among those shown */
  makeRow(at) {
    const { doc } = this.state;
    const row = this.shown[at];
    const rows = this.allRows();
    const end = (/** @type {FlowColumn} */ column, /** @type {number} */ item) => {
      const button = make('button', { type: 'button', class: 'gs-link', tabindex: -1, 'data-select': doc.id(item), title: doc.id(item), text: doc.id(item) });
      return make('div', { role: 'gridcell', 'data-column': column }, button);
    };
    const text = (/** @type {FlowColumn} */ column, /** @type {string} */ kind) => make('div', { role: 'gridcell', class: kind, text: this.tell(row, column) });
    return make('div', {
      class: at === this.current ? 'flow-row current' : 'flow-row', role: 'row', id: `flow-row-${at}`, 'data-row': at, 'aria-rowindex': at + 2, 'aria-selected': String(at === this.current),
    }, end('producer', rows.source[row]), end('consumer', rows.target[row]), text('shape', 'flow-code'), text('dtype', 'flow-code'), text('bytes', 'flow-code flow-number'), text('kind', 'flow-kind'));
  }

  /** @param {number} row @param {FlowColumn} column */
  tell(row, column) {
    const value = cell(this.state.doc, this.allRows(), row, column);
    return typeof value === 'number' ? formatBytes(value) : value || '?';
  }

  // ---- what a user does ----

  /** @param {MouseEvent} event */
  onClick(event) {
    const target = event.target instanceof Element ? event.target : null;
    const title = /** @type {HTMLElement|null} */ (target?.closest('[data-sort]'));
    if (title) this.sortBy(/** @type {FlowColumn} */ (title.dataset.sort));
    const row = /** @type {HTMLElement|null} */ (target?.closest('[data-row]'));
    if (row) this.goTo(Number(row.dataset.row));
  }

  /** @param {FlowColumn} column */
  sortBy(column) {
    const again = this.order.column === column;
    this.order = { column, direction: again && this.order.direction > 0 ? -1 : 1 };
    this.refresh();
  }

  /** Arrow keys move, Enter selects the producer, Shift+Enter the consumer. @param {KeyboardEvent} event */
  onKey(event) {
    if (event.target !== this.grid) return;
    const page = Math.max(1, Math.floor(this.grid.clientHeight / ROW_HEIGHT) - 2);
    const last = this.shown.length - 1;
    const at = { ArrowDown: this.current + 1, ArrowUp: this.current - 1, PageDown: this.current + page, PageUp: this.current - page, Home: 0, End: last }[event.key];
    if (at !== undefined) this.goTo(Math.max(0, Math.min(last, at)));
    else if (event.key === 'Enter' && this.current >= 0) this.select(event.shiftKey ? 'target' : 'source');
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {number} at */
  goTo(at) {
    if (at < 0 || at >= this.shown.length) return;
    this.mark(this.current, false);
    this.current = at;
    this.rows.show(at, ROW_HEIGHT);
    this.mark(at, true);
    this.grid.setAttribute('aria-activedescendant', `flow-row-${at}`);
  }

  /** @param {number} at @param {boolean} current */
  mark(at, current) {
    const element = this.rows.elements.get(at);
    element?.classList.toggle('current', current);
    element?.setAttribute('aria-selected', String(current));
  }

  /** @param {'source'|'target'} end */
  select(end) {
    void this.controller.reveal(this.allRows()[end][this.shown[this.current]]);
  }

  save() {
    const { doc } = this.state;
    const text = rowsAsCsv(doc, this.allRows(), this.shown, FLOW_COLUMNS.map((column) => say(TITLES[column])));
    const name = fileName(doc.title).replace(/\.svg$/, '.csv');
    // The mark tells spreadsheets that the text is UTF-8.
    saveFrom(URL.createObjectURL(new Blob(['\ufeff', text], { type: 'text/csv' })), name);
  }
}
