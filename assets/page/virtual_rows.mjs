/** A long list of rows of equal height of which only those in sight exist as elements. */

import { make } from './dom.mjs';

/** Rows above and below the window that exist too, so that scrolling shows no gap. */
const MARGIN_ROWS = 12;
/** CSS px: browsers cut elements that are higher (Chromium at 2^25); the rows beyond are reached by filtering. */
const MOST_HEIGHT = 30_000_000;

export class VirtualRows {
  /**
   * @param {HTMLElement} viewport  scrolls; given the rows
   * @param {number} height  of a row, CSS px
   * @param {(row: number) => HTMLElement} makeRow
   */
  constructor(viewport, height, makeRow) {
    this.viewport = viewport;
    this.height = height;
    this.makeRow = makeRow;
    this.count = 0;
    this.space = make('div', { class: 'virtual-space', role: 'rowgroup' });
    viewport.append(this.space);
    /** @type {Map<number, HTMLElement>} */
    this.elements = new Map();
    viewport.addEventListener('scroll', () => this.draw());
    new ResizeObserver(() => this.draw()).observe(viewport);
  }

  /** Other rows. @param {number} count */
  reset(count) {
    this.count = Math.min(count, Math.floor(MOST_HEIGHT / this.height));
    this.space.style.height = `${this.count * this.height}px`;
    this.refresh();
  }

  /** The same rows, drawn anew. */
  refresh() {
    for (const element of this.elements.values()) element.remove();
    this.elements.clear();
    this.draw();
  }

  draw() {
    const { scrollTop, clientHeight } = this.viewport;
    if (clientHeight === 0) return;
    const first = Math.max(0, Math.floor(scrollTop / this.height) - MARGIN_ROWS);
    const last = Math.min(this.count, Math.ceil((scrollTop + clientHeight) / this.height) + MARGIN_ROWS);
    for (const [row, element] of this.elements) {
      if (row >= first && row < last) continue;
      element.remove();
      this.elements.delete(row);
    }
    for (let row = first; row < last; row++) if (!this.elements.has(row)) this.put(row);
  }

  /** @param {number} row */
  put(row) {
    const element = this.makeRow(row);
    element.style.top = `${row * this.height}px`;
    element.style.height = `${this.height}px`;
    this.elements.set(row, element);
    this.space.append(element);
  }

  /** Bring a row into sight. @param {number} row @param {number} [covered]  CSS px at the top that a head covers */
  show(row, covered = 0) {
    const top = row * this.height;
    const { scrollTop, clientHeight } = this.viewport;
    if (top < scrollTop) this.viewport.scrollTop = top;
    else if (top + this.height + covered > scrollTop + clientHeight) this.viewport.scrollTop = top + this.height + covered - clientHeight;
    this.draw();
  }
}
