/** Which changes are listed, and which one comes next. Pure. */

import { ADDED, CHANGED, FOLLOWS, REMOVED } from '../core/changes.mjs';

/** @import {Group, Verdict} from './types.mjs' */

/** @type {Verdict[]} */
export const VERDICTS = ['added', 'removed', 'changed', 'follows'];

/** The number of a verdict in drawing documents. @param {Verdict} verdict */
export function stateOf(verdict) {
  return { added: ADDED, removed: REMOVED, changed: CHANGED, follows: FOLLOWS }[verdict];
}

/** Places of the groups that are listed. @param {Group[]} groups @param {Set<Verdict>} kinds @returns {number[]} */
export function visibleGroups(groups, kinds) {
  return groups.flatMap((group, at) => (kinds.has(group.verdict) ? [at] : []));
}

/**
 * The listed change after or before one; round from the last to the first. -1 where none is listed.
 * @param {number[]} visible @param {number} current  -1 = none @param {1|-1} step
 */
export function stepFrom(visible, current, step) {
  if (visible.length === 0) return -1;
  const at = visible.indexOf(current);
  if (at >= 0) return visible[(at + step + visible.length) % visible.length];
  const next = visible.findIndex((place) => place > current);
  if (step > 0) return visible[next < 0 ? 0 : next];
  return visible[next <= 0 ? visible.length - 1 : next - 1];
}

/** The group and member that an item of the merged graph is about, or null. @param {Group[]} groups @param {string} id @returns {{change: number, member: number}|null} */
export function changeOf(groups, id) {
  for (let change = 0; change < groups.length; change++) {
    const member = groups[change].members.findIndex(({ item }) => item === id);
    if (member >= 0) return { change, member };
  }
  return null;
}
