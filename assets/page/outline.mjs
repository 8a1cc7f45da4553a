/**
 * The outline: a tree for the eye, the keyboard and the screen reader (the canvas is invisible to it).
 *
 * Only the rows in the window exist as elements, so the page stays small at any model size. What the outline
 * has open is its own affair: reading the tree does not move the picture.
 */

import { byId, make } from './dom.mjs';
import { describeRow } from './describe.mjs';
import { ancestorsOf, placeAmongSiblings, rowOf, visibleRows } from './outline_rows.mjs';

/**
 * @import {State} from './state.mjs'
 * @typedef {{select(item: number): void, toggle(item: number): void}} OutlineActions
 */

const ROW_HEIGHT = 28;
const MARGIN_ROWS = 8;
const INDENT = 13;
const MAX_INDENT = 9;

export class Outline {
  /** @param {State} state @param {OutlineActions} actions */
  constructor(state, actions) {
    this.state = state;
    this.actions = actions;
    this.tree = byId('outline-tree');
    this.space = make('div', { class: 'tree-space', role: 'presentation' });
    this.tree.append(this.space);
    /** @type {Set<number>} */
    this.open = new Set([0]);
    /** @type {Int32Array} */
    this.rows = new Int32Array(0);
    /** the row that Tab reaches */
    this.current = 0;
    /** @type {Map<number, HTMLElement>} item -> its element */
    this.elements = new Map();
    this.listen();
  }

  listen() {
    this.tree.addEventListener('scroll', () => this.draw(), { passive: true });
    this.tree.addEventListener('click', (/** @type {MouseEvent} */ event) => this.onClick(event));
    this.tree.addEventListener('dblclick', (/** @type {MouseEvent} */ event) => this.onDoubleClick(event));
    this.tree.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => this.onKey(event));
    this.tree.addEventListener('focus', () => this.focusRow(this.current));
    new ResizeObserver(() => this.draw()).observe(this.tree);
    this.state.on(['doc'], () => this.load());
    this.state.on(['selected'], (now) => this.follow(now.selected));
    this.state.on(['theme'], () => this.redraw());
  }

  load() {
    this.open = new Set(firstOpen(this.state.doc));
    this.refresh();
  }

  /** The set of open rows changed. */
  refresh() {
    this.rows = visibleRows(this.state.doc, this.open);
    this.space.style.height = `${this.rows.length * ROW_HEIGHT + 12}px`;
    this.redraw();
  }

  redraw() {
    for (const element of this.elements.values()) element.remove();
    this.elements.clear();
    this.draw();
  }

  /** Make the elements of the rows in the window and drop the others. */
  draw() {
    if (!this.state.now.doc) return;
    const first = Math.max(0, Math.floor(this.tree.scrollTop / ROW_HEIGHT) - MARGIN_ROWS);
    const last = Math.min(this.rows.length, Math.ceil((this.tree.scrollTop + this.tree.clientHeight) / ROW_HEIGHT) + MARGIN_ROWS);
    const wanted = new Set(this.rows.subarray(first, last));
    wanted.add(this.current);
    for (const [item, element] of this.elements) {
      if (wanted.has(item)) continue;
      element.remove();
      this.elements.delete(item);
    }
    for (let row = first; row < last; row++) this.place(row);
    this.place(rowOf(this.rows, this.current));
  }

  /** @param {number} row */
  place(row) {
    const item = this.rows[row];
    if (item === undefined || this.elements.has(item)) return;
    const element = this.makeRow(item, row);
    this.elements.set(item, element);
    this.space.append(element);
  }

  /** @param {number} item @param {number} row */
  makeRow(item, row) {
    const { doc, now } = this.state;
    const depth = doc.depth[item];
    const text = describeRow(doc, item, now.theme);
    const scope = doc.isScope(item);
    const { position, size } = item ? placeAmongSiblings(doc.childrenOf(doc.parent[item]), item) : { position: 1, size: 1 };
    const name = make('span', { class: 'name', text: text.name });
    if (text.repeats) name.append(make('s', { text: `×${text.repeats}` }));
    const element = make(
      'div',
      {
        class: scope ? 'row' : 'row leaf',
        role: 'treeitem',
        id: `row-${item}`,
        'aria-level': depth + 1,
        'aria-posinset': position,
        'aria-setsize': size,
        'aria-selected': String(item === now.selected),
        'aria-expanded': scope ? String(this.open.has(item)) : undefined,
        'aria-label': text.label,
        tabindex: item === this.current ? 0 : -1,
        title: text.title,
      },
      make('span', { class: scope ? 'caret' : 'caret none' }),
      name,
      make('span', { class: 'count', text: text.count }),
    );
    element.dataset.item = String(item);
    element.style.top = `${row * ROW_HEIGHT}px`;
    element.style.paddingLeft = `${2 + Math.min(depth, MAX_INDENT) * INDENT}px`;
    element.style.setProperty('--family', text.colour);
    return element;
  }

  /** @param {Event} event */
  itemOf(event) {
    const row = event.target instanceof Element ? /** @type {HTMLElement|null} */ (event.target.closest('.row')) : null;
    return row ? Number(row.dataset.item) : -1;
  }

  /** @param {MouseEvent} event */
  onClick(event) {
    const item = this.itemOf(event);
    if (item < 0) return;
    const onCaret = event.target instanceof Element && event.target.closest('.caret') !== null;
    this.current = item;
    if (onCaret && this.state.doc.isScope(item)) this.toggle(item);
    else this.actions.select(item);
    this.focusRow(item);
  }

  /** @param {MouseEvent} event */
  onDoubleClick(event) {
    const item = this.itemOf(event);
    if (item >= 0 && this.state.doc.isScope(item)) this.actions.toggle(item);
  }

  /** @param {number} item */
  toggle(item) {
    if (!this.open.delete(item)) this.open.add(item);
    this.refresh();
  }

  /** Show the selected item, opening what is above it. @param {number} item */
  follow(item) {
    for (const [other, element] of this.elements) element.setAttribute('aria-selected', String(other === item));
    if (item < 0) return;
    const closed = ancestorsOf(this.state.doc, item).filter((up) => !this.open.has(up));
    for (const up of closed) this.open.add(up);
    this.setCurrent(item);
    if (closed.length) this.refresh();
    this.scrollTo(item);
  }

  /** @param {number} item */
  setCurrent(item) {
    this.elements.get(this.current)?.setAttribute('tabindex', '-1');
    this.current = item;
    this.elements.get(item)?.setAttribute('tabindex', '0');
  }

  /** @param {number} item */
  scrollTo(item) {
    const top = rowOf(this.rows, item) * ROW_HEIGHT;
    const { scrollTop, clientHeight } = this.tree;
    if (top < scrollTop + ROW_HEIGHT) this.tree.scrollTop = top - ROW_HEIGHT * 2;
    else if (top > scrollTop + clientHeight - 2 * ROW_HEIGHT) this.tree.scrollTop = top - clientHeight + ROW_HEIGHT * 3;
    this.draw();
  }

  /** @param {number} item */
  focusRow(item) {
    if (!this.state.now.doc) return;
    this.setCurrent(item);
    this.scrollTo(item);
    this.elements.get(item)?.focus({ preventScroll: true });
  }

  /** The keys of the WAI-ARIA tree pattern. @param {KeyboardEvent} event */
  onKey(event) {
    if (!this.state.now.doc || event.ctrlKey || event.metaKey || event.altKey) return;
    const handled = this.moveByKey(event) || this.actByKey(event);
    if (!handled) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {KeyboardEvent} event */
  moveByKey(event) {
    const row = rowOf(this.rows, this.current);
    const page = Math.max(1, Math.floor(this.tree.clientHeight / ROW_HEIGHT) - 1);
    const last = this.rows.length - 1;
    /** @type {Record<string, number>} */
    const targets = { ArrowDown: row + 1, ArrowUp: row - 1, Home: 0, End: last, PageDown: row + page, PageUp: row - page };
    if (!(event.key in targets)) return false;
    this.focusRow(this.rows[Math.max(0, Math.min(last, targets[event.key]))]);
    return true;
  }

  /** @param {KeyboardEvent} event */
  actByKey(event) {
    const item = this.current;
    const scope = this.state.doc.isScope(item);
    const open = this.open.has(item);
    if (event.key === 'ArrowRight') {
      if (scope && !open) this.toggle(item);
      this.focusRow(scope && open ? item + 1 : item);
    } else if (event.key === 'ArrowLeft') {
      if (scope && open) this.toggle(item);
      this.focusRow(scope && open ? item : Math.max(0, this.state.doc.parent[item]));
    } else if (event.key === '*') {
      this.openSiblings(item);
    } else if (event.key === 'Enter') {
      if (this.state.now.selected === item && scope) this.actions.toggle(item);
      else this.actions.select(item);
      this.focusRow(item);
    } else if (event.key === ' ') {
      this.actions.select(item);
    } else {
      return false;
    }
    return true;
  }

  /** @param {number} item */
  openSiblings(item) {
    const { doc } = this.state;
    const parent = doc.parent[item];
    const siblings = parent < 0 ? [item] : doc.childrenOf(parent);
    for (const sibling of siblings) if (doc.isScope(sibling)) this.open.add(sibling);
    this.refresh();
    this.focusRow(item);
  }
}

/**
 * The root, and single wrappers below it.
 * @param {import('../core/document.mjs').Doc} doc
 */
function firstOpen(doc) {
  const open = [0];
  for (let children = doc.childrenOf(0); children.length === 1 && doc.isScope(children[0]); ) {
    open.push(children[0]);
    children = doc.childrenOf(children[0]);
  }
  return open;
}
