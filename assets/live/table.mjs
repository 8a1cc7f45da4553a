/** The table of runs. Rows are kept and only their texts change, so that a training under way moves nothing. */

import { byId, make, setText } from '../page/dom.mjs';
import { columnsOf, nextSort, rowsOf } from './rows.mjs';
import { arrange } from './sections.mjs';
import { fillRow, makeRow } from './table_row.mjs';

/**
 * @import {Store} from '../page/store.mjs'
 * @import {LivePage, LiveState, Run} from './types.mjs'
 * @import {Column} from './rows.mjs'
 * @import {Row, RowActions} from './table_row.mjs'
 */

export class Table {
  /** @param {Store<LivePage>} store @param {RowActions} actions @param {() => Map<string, string>} colours */
  constructor(store, actions, colours) {
    this.store = store;
    this.actions = actions;
    this.colours = colours;
    this.head = byId('table-head');
    this.body = byId('table-body');
    this.columnIds = '';
    /** @type {Map<string, Row>} */
    this.rows = new Map();
    /** @type {HTMLInputElement} */
    this.all = this.makeAll();
    this.body.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => this.moveByKey(event));
  }

  update() {
    const { live, find, sort } = this.store.now;
    if (!live) return;
    const columns = columnsOf(live);
    this.showColumns(columns);
    const runs = rowsOf(live, find, sort);
    arrange(this.body, runs.map((run) => this.rowOf(run, columns).element));
    for (const run of runs) this.fill(run, columns, live);
    this.keepTabStop(runs);
    this.showAll(runs);
    const note = byId('table-note');
    note.hidden = runs.length > 0 || live.runs.length === 0;
    setText(note, `No run fits “${find}”.`);
  }

  /** @param {Run} run @param {Column[]} columns @param {LiveState} live */
  fill(run, columns, live) {
    const { hidden, selected } = this.store.now;
    const colour = this.colours().get(run.key) ?? '';
    fillRow(this.rowOf(run, columns), { run, columns, now: live.now, colour, isShown: !hidden.includes(run.key), isSelected: selected.includes(run.key) });
  }

  /** @param {Run} run @param {Column[]} columns @returns {Row} */
  rowOf(run, columns) {
    const known = this.rows.get(run.key);
    if (known) return known;
    const row = makeRow(run, columns, this.actions);
    this.rows.set(run.key, row);
    return row;
  }

  /** @param {Column[]} columns */
  showColumns(columns) {
    const ids = columns.map(({ id }) => id).join('\n');
    if (ids !== this.columnIds) {
      this.columnIds = ids;
      this.rows.clear();
      this.body.replaceChildren();
      this.head.replaceChildren(make('tr', { role: 'row' }, make('th', { class: 'tick', scope: 'col' }, this.all), ...columns.map((column) => this.makeTitle(column))));
    }
    const { sort } = this.store.now;
    for (const title of this.head.querySelectorAll('[data-column]')) {
      const { column } = title.dataset;
      const direction = sort === column ? 'ascending' : sort === `-${column}` ? 'descending' : 'none';
      title.setAttribute('aria-sort', direction);
    }
  }

  /** @param {Column} column */
  makeTitle(column) {
    const button = make('button', { type: 'button', text: column.label, title: `${column.title} (press to sort)` });
    button.addEventListener('click', () => this.store.set({ sort: nextSort(this.store.now.sort, column.id) }));
    return make('th', { scope: 'col', role: 'columnheader', 'data-column': column.id, class: column.isNumber ? 'number' : 'name' }, button);
  }

  /** Set off the run whose curve the pointer is on. @param {string} pointed */
  point(pointed) {
    for (const [key, { element }] of this.rows) element.classList.toggle('pointed', key === pointed);
  }

  makeAll() {
    const box = /** @type {HTMLInputElement} */ (make('input', { type: 'checkbox', class: 'show', 'aria-label': 'Show all runs', title: 'Show or hide all runs of this table  (A)' }));
    box.addEventListener('change', () => this.showNoneOrAll());
    return box;
  }

  /** Show all runs that fit the filter, or hide them when all are shown. */
  showNoneOrAll() {
    const { live, find, sort, hidden } = this.store.now;
    if (!live) return;
    const keys = rowsOf(live, find, sort).map((run) => run.key);
    const others = hidden.filter((key) => !keys.includes(key));
    this.store.set({ hidden: keys.some((key) => hidden.includes(key)) ? others : [...others, ...keys] });
  }

  /** @param {Run[]} runs */
  showAll(runs) {
    const hidden = runs.filter((run) => this.store.now.hidden.includes(run.key)).length;
    this.all.checked = runs.length > 0 && hidden === 0;
    this.all.indeterminate = hidden > 0 && hidden < runs.length;
  }

  /** Exactly one row can be reached by Tab. @param {Run[]} runs */
  keepTabStop(runs) {
    const elements = runs.map((run) => this.rows.get(run.key)?.element);
    const now = elements.find((element) => element?.tabIndex === 0) ?? elements[0];
    for (const element of elements) if (element) element.tabIndex = element === now ? 0 : -1;
  }

  /** @param {KeyboardEvent} event */
  moveByKey(event) {
    const row = event.target instanceof HTMLElement && event.target.matches('tr') ? event.target : null;
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = row.dataset.key ?? '';
    if (event.key === 'Enter') this.actions.select(key);
    else if (event.key === ' ') this.actions.show(key);
    else if (event.key === 'ArrowDown') focusRow(row, row.nextElementSibling);
    else if (event.key === 'ArrowUp') focusRow(row, row.previousElementSibling);
    else return;
    event.preventDefault();
  }
}

/** @param {HTMLElement} from @param {Element|null} to */
function focusRow(from, to) {
  if (!(to instanceof HTMLElement)) return;
  from.tabIndex = -1;
  to.tabIndex = 0;
  to.focus();
}
