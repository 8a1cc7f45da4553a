/**
 * Scenes between worker and page: only what the other side does not have yet.
 *
 * Equal blocks share one layout (and, as a layout depends on them, their boxes' sizes), and most layouts stay when
 * a scope opens. Each gets a number; a message carries new layouts once and the changed levels as rows of numbers.
 * A level that the page has, with all that is inside, is one row. Edges are not sent: the page has the document.
 * On the page, levels that did not change stay the same objects, so that "nothing changed here" is one comparison.
 *
 * @import {Doc} from '../core/document.mjs'
 * @import {Scene, Level} from '../core/scene.mjs'
 *
 * @typedef {Pick<Level, 'layout'|'widths'|'heights'>} Arrangement
 *
 * @typedef {object} PackedScene
 * @property {number} width
 * @property {number} height
 * @property {'down'|'right'} direction
 * @property {Arrangement[]} fresh  what the page has not seen, in the order of the numbers
 * @property {Int32Array} rows      per level, preorder: its item and the number of its arrangement, or KNOWN
 */

import { levelOf } from '../core/level.mjs';

const ROW = 2;
/** Instead of a number: the page's last level of this item, with its whole inside. */
const KNOWN = -1;

/** The worker's side. */
export class ScenePacker {
  constructor() {
    /** @type {WeakMap<object, number>} */
    this.numbers = new WeakMap();
    this.used = 0;
    /** what the page has @type {Map<number, Level>} */
    this.sent = new Map();
  }

  /** @param {Scene} scene @returns {PackedScene} */
  pack(scene) {
    /** @type {Arrangement[]} */
    const fresh = [];
    /** @type {number[]} */
    const rows = [];
    const waiting = [scene.root];
    for (let level = waiting.pop(); level; level = waiting.pop()) {
      if (this.sent.get(level.item) === level) {
        rows.push(level.item, KNOWN);
        continue;
      }
      rows.push(level.item, this.numberOf(level, fresh));
      this.sent.set(level.item, level);
      for (let k = level.inner.length - 1; k >= 0; k--) {
        const inner = level.inner[k];
        if (inner) waiting.push(inner);
      }
    }
    const { width, height, direction } = scene;
    return { width, height, direction, fresh, rows: Int32Array.from(rows) };
  }

  /** @param {Level} level @param {Arrangement[]} fresh */
  numberOf({ layout, widths, heights }, fresh) {
    let number = this.numbers.get(layout);
    if (number === undefined) {
      number = this.used++;
      this.numbers.set(layout, number);
      fresh.push({ layout, widths, heights });
    }
    return number;
  }
}

/** A level on the page; its edges are looked up when somebody asks. */
class PageLevel {
  /** @param {Doc} doc @param {number} item @param {Arrangement} arrangement */
  constructor(doc, item, arrangement) {
    this.doc = doc;
    this.item = item;
    this.children = doc.childrenOf(item);
    this.layout = arrangement.layout;
    this.widths = arrangement.widths;
    this.heights = arrangement.heights;
    /** @type {(Level|null)[]} */
    this.inner = new Array(this.children.length).fill(null);
  }

  get edges() {
    return levelOf(this.doc, this.item).edges;
  }
}

/** The page's side. */
export class SceneUnpacker {
  /** @param {Doc} doc */
  constructor(doc) {
    this.doc = doc;
    /** @type {Arrangement[]} */
    this.shared = [];
    /** the last level of each item @type {Map<number, Level>} */
    this.levels = new Map();
  }

  /** @param {PackedScene} packed @returns {Scene} */
  unpack(packed) {
    for (const arrangement of packed.fresh) this.shared.push(arrangement);
    const { rows } = packed;
    /** rows whose level takes the levels that follow @type {Map<number, Level>} */
    const begun = new Map();
    for (let at = 0; at < rows.length; at += ROW) {
      const [item, number] = [rows[at], rows[at + 1]];
      const level = number === KNOWN ? this.levels.get(item) : new PageLevel(this.doc, item, this.shared[number]);
      if (!level) throw new Error('The layout worker refers to a level that it never sent.');
      if (number !== KNOWN) begun.set(item, level);
      const parent = begun.get(this.doc.parent[item]);
      if (parent) parent.inner[positionIn(parent.children, item)] = level;
      this.levels.set(item, level);
    }
    const { width, height, direction } = packed;
    return { width, height, direction, root: /** @type {Level} */ (this.levels.get(0)) };
  }
}

/** @param {ArrayLike<number>} children ascending @param {number} item @returns {number} -1 when it is not among them */
export function positionIn(children, item) {
  let low = 0;
  let high = children.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (children[middle] < item) low = middle + 1;
    else high = middle;
  }
  return children[low] === item ? low : -1;
}
