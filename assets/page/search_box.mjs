/**
 * The search field and its list (the combobox pattern: the focus stays in the field). Tab takes the first completion,
 * the arrow keys and Enter step through what was found.
 */

import { say } from '../core/language.mjs';
import { complete } from '../core/query/complete.mjs';
import { byId, setText } from './dom.mjs';
import { completionRow, countText, remark, resultRow } from './search_list.mjs';
import { SearchPanel } from './search_panel.mjs';

/**
 * @import {State} from './state.mjs'
 * @import {Completion} from '../core/query/complete.mjs'
 * @import {Finder} from './finder.mjs'
 */

/** Rows in the list; the count tells of the others, and Enter steps through all. */
const MOST_ROWS = 50;
/** Completions beside results. */
const FEW_COMPLETIONS = 4;

export class SearchBox {
  /** @param {State} state @param {Finder} finder @param {() => void} listAll */
  constructor(state, finder, listAll) {
    this.state = state;
    this.finder = finder;
    this.box = byId('search');
    this.input = byId('search-input');
    this.list = byId('search-results');
    this.count = byId('search-count');
    this.announcer = byId('announcer');
    /** @type {Completion[]} */
    this.completions = [];
    /** the completion under the arrow keys, -1 = none */
    this.offered = -1;
    this.panel = new SearchPanel(this.list, {
      setFinding: (finding) => state.set({ finding }),
      list: () => {
        this.setOpen(false);
        listAll();
      },
      ask: (query) => this.ask(query),
    });
    this.listen();
  }

  listen() {
    this.input.addEventListener('input', () => this.finder.find(this.input.value));
    this.input.addEventListener('focus', () => this.open());
    this.input.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => this.onKey(event));
    this.box.addEventListener('focusout', (/** @type {FocusEvent} */ event) => {
      if (!(event.relatedTarget instanceof Node && this.box.contains(event.relatedTarget))) this.setOpen(false);
    });
    this.panel.element.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      this.input.focus();
      this.setOpen(false);
    });
    // The press must not take the focus from the field, or the list would close before the click arrives.
    this.panel.element.addEventListener('pointerdown', (event) => event.preventDefault());
    this.list.addEventListener('click', (/** @type {Event} */ event) => this.onClick(event));
    this.state.on(['query', 'hits'], () => this.draw());
    this.state.on(['found'], () => this.mark());
    this.state.on(['finding'], ({ finding }) => this.panel.markFinding(finding));
    this.panel.markFinding(this.state.now.finding);
  }

  focus() {
    this.input.focus();
    this.input.select();
  }

  open() {
    this.panel.showHelp(this.state.now.query.trim() === '');
    this.setOpen(true);
  }

  /** Ask something as if it were typed. @param {string} query */
  ask(query) {
    this.input.value = query;
    this.input.focus();
    this.finder.find(query);
  }

  draw() {
    const { query } = this.state.now;
    const { items, complaint } = this.finder;
    if (this.input.value !== query) this.input.value = query;
    const asked = query.trim() !== '';
    const trouble = complaint ? say(complaint.text, complaint.values) : '';
    this.offered = -1;
    this.completions = this.completionsNow();
    const rows = items.slice(0, MOST_ROWS).map((item, row) => resultRow(this.state.doc, this.state.now, item, row));
    this.list.replaceChildren(...this.completions.map(completionRow), ...rows, ...this.remarks(asked && !complaint));
    // What is being typed is not wrong yet while something fits that may come next.
    const begun = complaint !== null && this.completions.length > 0 && complaint.to >= this.caret();
    this.panel.tell(asked && !complaint ? countText(items.length) : '', begun ? '' : trouble, items.length > 0);
    this.panel.showHelp(!asked);
    if (document.activeElement === this.input) this.setOpen(true);
    this.announce(asked ? trouble || countText(items.length) : '');
  }

  caret() {
    return this.input.selectionStart ?? this.input.value.length;
  }

  completionsNow() {
    const { doc } = this.state.now;
    const focused = document.activeElement === this.input;
    if (!doc || !focused) return [];
    const found = complete(doc, this.input.value, this.caret());
    return this.finder.items.length > 0 ? found.slice(0, FEW_COMPLETIONS) : found;
  }

  /** @param {boolean} answered */
  remarks(answered) {
    const { length } = this.finder.items;
    if (length > MOST_ROWS) return [remark(say('and {n} more; Enter steps through all', { n: length - MOST_ROWS }))];
    return answered && length === 0 && this.completions.length === 0 ? [remark(say('Nothing in this model is like that.'))] : [];
  }

  /** The result that is shown. */
  mark() {
    const { found } = this.state.now;
    this.select(found >= 0 ? `result-${found}` : null);
    if (found < 0) return;
    const item = this.finder.items[found];
    this.announce(say('{name}, {n} of {count}', { name: this.state.doc.name(item), n: found + 1, count: countText(this.finder.items.length) }));
  }

  /** @param {string|null} id */
  select(id) {
    this.list.querySelector('[aria-selected="true"]')?.setAttribute('aria-selected', 'false');
    const row = id === null ? null : document.getElementById(id);
    if (!row) this.input.removeAttribute('aria-activedescendant');
    else {
      row.setAttribute('aria-selected', 'true');
      row.scrollIntoView({ block: 'nearest' });
      this.input.setAttribute('aria-activedescendant', row.id);
    }
  }

  /** @param {string} text */
  announce(text) {
    setText(this.announcer, text);
    const { found, query } = this.state.now;
    const total = this.finder.items.length;
    const shown = this.finder.complaint ? '' : found >= 0 ? `${found + 1}/${total}` : String(total);
    setText(this.count, query.trim() === '' ? '' : shown);
  }

  /** @param {boolean} open */
  setOpen(open) {
    this.panel.element.hidden = !open;
    this.input.setAttribute('aria-expanded', String(open));
    if (!open) this.input.removeAttribute('aria-activedescendant');
  }

  /** @param {Event} event */
  onClick(event) {
    const row = event.target instanceof Element ? /** @type {HTMLElement|null} */ (event.target.closest('[role=option]')) : null;
    if (row?.dataset.completion !== undefined) this.take(Number(row.dataset.completion));
    else if (row?.dataset.row !== undefined) this.finder.goTo(Number(row.dataset.row));
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const forward = event.key === 'ArrowDown' || (event.key === 'Enter' && !event.shiftKey);
    const offers = this.completions.length > 0 && !this.panel.element.hidden;
    if (event.key === 'Escape') this.clear();
    else if (event.key === 'Tab' && !event.shiftKey && offers) this.take(Math.max(0, this.offered));
    else if (event.key === 'Enter' && offers && this.offered >= 0) this.take(this.offered);
    else if (!forward && event.key !== 'ArrowUp' && event.key !== 'Enter') return;
    else if (this.finder.items.length > 0) this.finder.step(forward ? 1 : -1);
    else if (offers && event.key !== 'Enter') this.offer(forward ? 1 : -1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Move among the completions, where nothing was found to step through. @param {number} by */
  offer(by) {
    const n = this.completions.length;
    this.offered = this.offered < 0 ? (by > 0 ? 0 : n - 1) : (this.offered + by + n) % n;
    this.select(`completion-${this.offered}`);
  }

  /** @param {number} row */
  take(row) {
    const { from, to, insert } = this.completions[row];
    const { value } = this.input;
    // A value is complete: a space lets the next part begin.
    const end = /[:>]$/.test(insert) || value.slice(to).startsWith(' ') ? '' : ' ';
    this.input.setRangeText(insert + end, from, to, 'end');
    this.finder.find(this.input.value);
  }

  clear() {
    this.finder.find('');
    this.setOpen(false);
    this.input.blur();
  }
}
