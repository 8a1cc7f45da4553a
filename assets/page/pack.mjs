/**
 * Scenes between worker and page: only what the other side does not have yet.
 *
 * Equal blocks share one layout (and, as a layout depends on them, their boxes' sizes), and most layouts stay when
 * a scope opens. Each gets a number; a message carries new layouts once and the levels as rows of numbers. Edges
 * are not sent: the page has the document. On the page, levels that did not change stay the same objects, so that
 * "nothing changed here" is one comparison.
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
 * @property {Int32Array} rows      per level, preorder: its item and the number of its arrangement
 */

import { levelOf } from '../core/level.mjs';

const ROW = 2;

/** The worker's side. */
export class ScenePacker {
  constructor() {
    /** @type {WeakMap<object, number>} */
    this.numbers = new WeakMap();
    this.used = 0;
  }

  /** @param {Scene} scene @returns {PackedScene} */
  pack(scene) {
    /** @type {Arrangement[]} */
    const fresh = [];
    /** @type {number[]} */
    const rows = [];
    const waiting = [scene.root];
    for (let level = waiting.pop(); level; level = waiting.pop()) {
      rows.push(level.item, this.numberOf(level, fresh));
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
    /** @type {Map<number, Level>} levels of the last scene */
    this.last = new Map();
  }

  /** @param {PackedScene} packed @returns {Scene} */
  unpack(packed) {
    for (const arrangement of packed.fresh) this.shared.push(arrangement);
    const levels = this.readLevels(packed.rows);
    const parents = this.parentsOf(levels);
    /** @type {Map<number, Level>} */
    const now = new Map();
    for (let at = levels.length - 1; at >= 0; at--) {
      const level = this.keep(levels[at]);
      now.set(level.item, level);
      const parent = parents[at];
      if (parent) parent.level.inner[parent.position] = level;
    }
    this.last = now;
    const { width, height, direction } = packed;
    return { width, height, direction, root: /** @type {Level} */ (now.get(packed.rows[0])) };
  }

  /** @param {Int32Array} rows @returns {Level[]} */
  readLevels(rows) {
    const levels = [];
    for (let at = 0; at < rows.length; at += ROW) levels.push(new PageLevel(this.doc, rows[at], this.shared[rows[at + 1]]));
    return levels;
  }

  /** @param {Level[]} levels preorder @returns {({level: Level, position: number}|null)[]} */
  parentsOf(levels) {
    /** @type {Map<number, Level>} */
    const byItem = new Map(levels.map((level) => [level.item, level]));
    return levels.map((level) => {
      const parent = byItem.get(this.doc.parent[level.item]);
      return parent ? { level: parent, position: positionIn(parent.children, level.item) } : null;
    });
  }

  /** The level of the last scene when it is equal, else the new one. @param {Level} level */
  keep(level) {
    const before = this.last.get(level.item);
    if (!before || before.layout !== level.layout) return level;
    return level.inner.every((inner, k) => inner === before.inner[k]) ? before : level;
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
