/**
 * What the page shows, in one place. Parts of the page read it and are told which fields changed.
 *
 * @import {Doc} from '../core/document.mjs'
 * @import {Scene} from '../core/scene.mjs'
 *
 * @typedef {object} PageState
 * @property {Doc|null} doc
 * @property {Scene|null} scene      the scene of `open` and `direction`, once the worker has laid it out
 * @property {Set<number>} open      items that are open
 * @property {number} selected       item or -1
 * @property {number} hovered        item or -1
 * @property {Set<number>} hits      items found by the search
 * @property {number} diagnosis      which of the document's marks are shown
 * @property {string} overlay
 * @property {'light'|'dark'} theme
 * @property {'down'|'right'} direction
 */

export class State {
  /** @param {PageState} initial */
  constructor(initial) {
    /** @type {PageState} */
    this.now = initial;
    /** @type {{keys: (keyof PageState)[], listener: (now: PageState) => void}[]} */
    this.listeners = [];
  }

  /** The document; only for code that runs after it was loaded. @returns {Doc} */
  get doc() {
    return /** @type {Doc} */ (this.now.doc);
  }

  /** @param {Partial<PageState>} patch  fields with their new values; equal values are no change */
  set(patch) {
    const changed = new Set(
      /** @type {(keyof PageState)[]} */ (Object.keys(patch)).filter((key) => this.now[key] !== patch[key]),
    );
    if (changed.size === 0) return;
    this.now = { ...this.now, ...patch };
    for (const { keys, listener } of this.listeners) {
      if (keys.some((key) => changed.has(key))) listener(this.now);
    }
  }

  /** @param {(keyof PageState)[]} keys @param {(now: PageState) => void} listener */
  on(keys, listener) {
    this.listeners.push({ keys, listener });
  }
}
