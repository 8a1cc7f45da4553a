/**
 * What a user can do with the picture. Every function returns a promise that resolves when the picture stands.
 */

import { allScopes, closeScope, openAbove, openAtFirst, openMarked } from './opening.mjs';
import { moveFrom } from './geometry.mjs';

/**
 * @import {State} from './state.mjs'
 * @import {Stage} from './stage.mjs'
 * @import {LayoutClient} from './layout_client.mjs'
 * @import {Move} from './geometry.mjs'
 */

export class Controller {
  /** @param {State} state @param {Stage} stage @param {LayoutClient} layout @param {(error: unknown) => void} report */
  constructor(state, stage, layout, report) {
    this.state = state;
    this.stage = stage;
    this.layout = layout;
    this.report = report;
    this.latest = 0;
    /** what stands for an item on this canvas, when it does not open everything @type {(item: number) => number} */
    this.lift = (item) => item;
  }

  // ---- open and close ----

  /** @param {number} item */
  toggle(item) {
    return this.state.now.open.has(item) ? this.collapse(item) : this.expand(item);
  }

  /** @param {number} item */
  expand(item) {
    const { doc, now } = this.state;
    if (!doc.isScope(item)) return Promise.resolve();
    return this.show(new Set([...openAbove(doc, now.open, item), item]), item);
  }

  /** @param {number} item */
  collapse(item) {
    if (item === 0) return Promise.resolve();
    return this.show(closeScope(this.state.doc, this.state.now.open, item), item);
  }

  expandAll() {
    return this.show(allScopes(this.state.doc), null);
  }

  collapseAll() {
    return this.show(openAtFirst(this.state.doc), null);
  }

  /**
   * Lay out and draw another set of open scopes.
   * @param {Set<number>} open
   * @param {number|null} anchor  the item that stays in its place on the screen; null = fit the whole into the window
   */
  async show(open, anchor) {
    const begun = performance.now();
    const order = ++this.latest;
    this.state.set({ open });
    try {
      const scene = await this.layout.layOut({ open, direction: this.state.now.direction });
      if (order !== this.latest) return; // the user was faster; the newer picture comes by itself
      const { seen, settled } = anchor === null ? this.stage.replace(scene) : this.stage.change(scene, anchor);
      this.state.set({ scene });
      await seen;
      performance.measure('graphscope:expand', { start: begun, end: performance.now() });
      await settled;
    } catch (error) {
      this.report(error);
    }
  }

  /** @param {'down'|'right'} direction */
  setDirection(direction) {
    this.state.set({ direction });
    return this.show(this.state.now.open, null);
  }

  // ---- selection ----

  /** Select without moving the picture. @param {number} item  -1 = nothing */
  choose(item) {
    this.state.set({ selected: item });
    return this.stage.drawn();
  }

  /** Select, open what hides it and bring it into the window. @param {number} item */
  async reveal(item) {
    if (item < 0) return;
    this.state.set({ selected: item });
    const open = openAbove(this.state.doc, this.state.now.open, this.lift(item));
    if (open !== this.state.now.open) await this.show(open, item);
    await this.stage.showItem(item);
  }

  /** Mark another diagnosis and bring what it blames into the window. @param {number} diagnosis */
  async diagnose(diagnosis) {
    if (!this.state.doc.marks[diagnosis]) return;
    this.state.set({ diagnosis });
    const open = openMarked(this.state.doc, this.state.now.open, diagnosis);
    if (open !== this.state.now.open) await this.show(open, this.markedItems()[0] ?? 0);
    await this.showMark();
  }

  /** Bring the marks of the diagnosis into the window, or at least what it blames. */
  async showMark() {
    const items = this.markedItems();
    if (items.length > 0) await this.stage.showItems(items);
  }

  /** What is marked, what is blamed first. */
  markedItems() {
    const mark = this.state.doc.marks[this.state.now.diagnosis];
    if (!mark) return [];
    const points = [...mark.points].sort((a, b) => Number(b.main) - Number(a.main));
    return [...points.map((point) => point.item), ...mark.items];
  }

  /** An arrow key. @param {Move} move */
  async step(move) {
    const { doc, now } = this.state;
    if (!now.scene) return;
    const next = now.selected < 0 ? doc.childrenOf(0)[0] ?? 0 : moveFrom(doc, now.scene, now.selected, move, now.direction);
    await this.reveal(next);
  }

  /** Open or close what is selected. */
  toggleSelected() {
    const { selected } = this.state.now;
    return selected >= 0 ? this.toggle(selected) : Promise.resolve();
  }

  // ---- the rest ----

  nextOverlay() {
    const names = this.state.doc.overlays.filter((overlay) => !overlay.absent).map((overlay) => overlay.name);
    const at = names.indexOf(this.state.now.overlay);
    this.state.set({ overlay: names[(at + 1) % names.length] });
  }
}
