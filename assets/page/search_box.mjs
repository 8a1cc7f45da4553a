/**
 * The search field and its list of results (the combobox pattern: the focus stays in the field).
 */

import { say } from '../core/language.mjs';
import { searchItems } from '../core/query/search.mjs';
import { createSearchIndex } from '../core/query/words.mjs';
import { familyColour } from './colours.mjs';
import { describePath } from './describe.mjs';
import { byId, make, setText } from './dom.mjs';

/**
 * @import {State} from './state.mjs'
 * @import {SearchIndex} from '../core/query/words.mjs'
 */

/** Rows in the list; the count tells of the others, and Enter steps through all. */
const MOST_ROWS = 50;

export class SearchBox {
  /** @param {State} state @param {(item: number) => void} reveal */
  constructor(state, reveal) {
    this.state = state;
    this.reveal = reveal;
    this.input = byId('search-input');
    this.list = byId('search-results');
    this.count = byId('search-count');
    this.announcer = byId('announcer');
    /** @type {number[]} */
    this.items = [];
    this.current = -1;
    /** @type {SearchIndex|null} */
    this.index = null;
    this.listen();
  }

  listen() {
    this.input.addEventListener('input', () => this.search());
    this.input.addEventListener('focus', () => this.setOpen(this.input.value.trim() !== ''));
    this.input.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => this.onKey(event));
    this.input.addEventListener('blur', () => this.setOpen(false));
    // The press must not take the focus from the field, or the list would close before the click arrives.
    this.list.addEventListener('pointerdown', (/** @type {Event} */ event) => event.preventDefault());
    this.list.addEventListener('click', (/** @type {Event} */ event) => {
      const row = event.target instanceof Element ? /** @type {HTMLElement|null} */ (event.target.closest('[data-row]')) : null;
      if (row) this.goTo(Number(row.dataset.row));
    });
    this.state.on(['doc'], () => (this.index = null));
  }

  focus() {
    this.input.focus();
    this.input.select();
  }

  search() {
    if (!this.state.now.doc) return;
    const begun = performance.now();
    this.index ??= createSearchIndex(this.state.doc);
    const { items, complaint } = searchItems(this.index, this.input.value);
    this.items = items;
    this.current = -1;
    this.state.set({ hits: new Set(items) });
    this.draw(complaint ? say(complaint.text, complaint.values) : '');
    performance.measure('graphscope:search', { start: begun, end: performance.now() });
  }

  /** @param {string} error */
  draw(error) {
    const asked = this.input.value.trim() !== '';
    this.list.replaceChildren(...this.items.slice(0, MOST_ROWS).map((item, row) => this.makeRow(item, row)));
    if (this.items.length === 0) {
      this.list.append(make('li', { class: 'empty', role: 'presentation', text: error || 'No node has such a name, type, shape or path.' }));
    } else if (this.items.length > MOST_ROWS) {
      this.list.append(make('li', { class: 'empty', role: 'presentation', text: `and ${this.items.length - MOST_ROWS} more; Enter steps through all` }));
    }
    this.setOpen(asked);
    this.showCount(asked ? error || countText(this.items.length) : '');
  }

  /** @param {string} text */
  showCount(text) {
    setText(this.announcer, text);
    const place = this.current >= 0 ? `${this.current + 1}/${this.items.length}` : String(this.items.length);
    setText(this.count, this.input.value.trim() === '' ? '' : place);
  }

  /** @param {number} item @param {number} row */
  makeRow(item, row) {
    const { doc, now } = this.state;
    const element = make(
      'li',
      { role: 'option', id: `result-${row}`, 'data-row': row, 'aria-selected': String(row === this.current) },
      make('i'),
      make('b', { text: doc.name(item) }),
      make('em', { text: doc.shape(item) || doc.type(item) }),
      make('small', { text: describePath(doc, item) || doc.type(item) }),
    );
    element.style.setProperty('--family', familyColour(now.theme, doc.familyName(item)));
    return element;
  }

  /** @param {boolean} open */
  setOpen(open) {
    this.list.hidden = !open;
    this.input.setAttribute('aria-expanded', String(open));
    if (!open) this.input.removeAttribute('aria-activedescendant');
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const last = this.items.length - 1;
    if (event.key === 'Escape') this.clear();
    else if (last < 0) return;
    else if (event.key === 'ArrowDown' || (event.key === 'Enter' && !event.shiftKey)) this.goTo(this.current >= last ? 0 : this.current + 1);
    else if (event.key === 'ArrowUp' || event.key === 'Enter') this.goTo(this.current <= 0 ? last : this.current - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Step to a hit and show it. @param {number} row */
  goTo(row) {
    this.list.querySelector('[aria-selected="true"]')?.setAttribute('aria-selected', 'false');
    this.current = row;
    this.setOpen(true);
    const element = document.getElementById(`result-${row}`);
    element?.setAttribute('aria-selected', 'true');
    element?.scrollIntoView({ block: 'nearest' });
    if (element) this.input.setAttribute('aria-activedescendant', element.id);
    const item = this.items[row];
    this.showCount(`${this.state.doc.name(item)}, ${row + 1} of ${countText(this.items.length)}`);
    this.reveal(item);
  }

  clear() {
    this.input.value = '';
    this.items = [];
    this.current = -1;
    this.state.set({ hits: new Set() });
    this.setOpen(false);
    this.showCount('');
    this.input.blur();
  }
}

/** @param {number} count */
function countText(count) {
  if (count === 0) return 'no results';
  return count === 1 ? '1 result' : `${count} results`;
}
