/**
 * What is asked of the graph and what was found: the search field, the list below the graph, the commands and the
 * address all go through here.
 */

import { searchItems } from '../core/query/search.mjs';
import { createSearchIndex } from '../core/query/words.mjs';

/**
 * @import {State} from './state.mjs'
 * @import {Doc} from '../core/document.mjs'
 * @import {SearchIndex} from '../core/query/words.mjs'
 * @import {Complaint} from '../core/query/errors.mjs'
 */

export class Finder {
  /** @param {State} state @param {(item: number) => unknown} reveal */
  constructor(state, reveal) {
    this.state = state;
    this.reveal = reveal;
    /** best first @type {number[]} */
    this.items = [];
    /** @type {Complaint|null} */
    this.complaint = null;
    /** @type {SearchIndex|null} */
    this.index = null;
    this.answered = '';
    state.on(['doc', 'query'], ({ doc, query }) => {
      if (doc !== this.index?.doc) this.index = null;
      if (doc && (query !== this.answered || this.index === null)) this.find(query);
    });
  }

  /** @param {string} query */
  find(query) {
    const { doc } = this.state.now;
    if (!doc) return;
    const begun = performance.now();
    this.answered = query;
    if (query.trim() === '') [this.items, this.complaint] = [[], null];
    else {
      this.index ??= createSearchIndex(doc);
      const { items, complaint } = searchItems(this.index, query);
      [this.items, this.complaint] = [items, complaint];
    }
    this.state.set({ query, hits: new Set(this.items), found: -1 });
    performance.measure('graphscope:search', { start: begun, end: performance.now() });
  }

  /** @param {number} by  1 = the next, -1 = the one before */
  step(by) {
    const n = this.items.length;
    const { found } = this.state.now;
    if (n > 0) this.goTo(found < 0 ? (by > 0 ? 0 : n - 1) : (found + by + n) % n);
  }

  /** Show a result. @param {number} place  among the results */
  goTo(place) {
    this.state.set({ found: place });
    void this.reveal(this.items[place]);
  }
}
