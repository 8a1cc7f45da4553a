/**
 * Which item of one document is which of another. Pure.
 *
 * Calls are paired by the comparison. What is inside a paired call has the same path below it; blocks and repeats,
 * which only the outline made, are what the items inside them lie in on the other side.
 *
 * @import {Doc} from '../core/document.mjs'
 */

const MADE = new Set(['block', 'repeat']);

export class Correspondence {
  /** @param {Doc} from @param {Doc} to @param {Map<string, string>} ids  of paired calls, from -> to */
  constructor(from, to, ids) {
    this.from = from;
    this.to = to;
    this.ids = ids;
    /** @type {Map<number, number>} */
    this.known = new Map([[0, 0]]);
  }

  /** The same item on the other side, or -1. @param {number} item @returns {number} */
  of(item) {
    if (item < 0) return -1;
    let found = this.known.get(item);
    if (found === undefined) this.known.set(item, (found = this.find(item)));
    return found;
  }

  /** The item, or the nearest one around it that is on the other side too. @param {number} item @returns {{item: number, partner: number}} */
  nearest(item) {
    for (let at = item; at > 0; at = this.from.parent[at]) {
      const partner = this.of(at);
      if (partner >= 0) return { item: at, partner };
    }
    return { item: 0, partner: 0 };
  }

  /** @param {number} item @returns {number} */
  find(item) {
    const { from, to, ids } = this;
    const paired = ids.get(from.id(item));
    if (paired !== undefined) return to.indexOf(paired);
    return MADE.has(from.kindName(item)) ? this.findAround(item) : this.findByPath(item);
  }

  /** A block is where what it holds has gone to. @param {number} item @returns {number} */
  findAround(item) {
    const { from, to } = this;
    for (let inner = item + 1; inner < from.end[item]; inner++) {
      const partner = MADE.has(from.kindName(inner)) ? -1 : this.of(inner);
      if (partner < 0) continue;
      const above = from.depth[inner] - from.depth[item];
      let around = partner;
      for (let step = 0; step < above && around > 0; step++) around = to.parent[around];
      return around > 0 && to.kindName(around) === from.kindName(item) ? around : -1;
    }
    return -1;
  }

  /** @param {number} item */
  findByPath(item) {
    const { from, to, ids } = this;
    const id = from.id(item);
    for (let cut = id.lastIndexOf('/'); cut > 0; cut = id.lastIndexOf('/', cut - 1)) {
      const around = ids.get(id.slice(0, cut));
      if (around !== undefined) return same(from, item, to, to.indexOf(around + id.slice(cut)));
    }
    return same(from, item, to, to.indexOf(id));
  }

  /** The scopes of the other side that are open when these are; what has no partner is left out. @param {Iterable<number>} open @returns {Set<number>} */
  open(open) {
    const partners = new Set([0]);
    for (const item of open) {
      const partner = this.of(item);
      if (partner > 0 && this.to.isScope(partner)) for (let up = partner; up > 0; up = this.to.parent[up]) partners.add(up);
    }
    return partners;
  }
}

/** A path may be taken by something else. @param {Doc} from @param {number} item @param {Doc} to @param {number} found */
function same(from, item, to, found) {
  return found >= 0 && from.type(item) === to.type(found) ? found : -1;
}

/** Pairs in both directions. @param {[string, string][]} pairs */
export function bothWays(pairs) {
  return { forth: new Map(pairs), back: new Map(pairs.map(([one, other]) => [other, one])) };
}
