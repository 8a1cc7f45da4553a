/** What follows from the page's fields, worked out once for each change of them. */

import { groupCards } from './metric_cards.mjs';
import { placesOf, runColour } from './palette.mjs';

/**
 * @import {Store} from '../page/store.mjs'
 * @import {LivePage} from './types.mjs'
 */

/**
 * @template T
 * @param {() => unknown[]} fieldsOf @param {() => T} make
 * @returns {() => T}
 */
export function remembering(fieldsOf, make) {
  /** @type {unknown[]|null} */
  let before = null;
  /** @type {T} */
  let value;
  return () => {
    const fields = fieldsOf();
    if (before === null || fields.some((field, at) => field !== before?.[at])) {
      value = make();
      before = fields;
    }
    return value;
  };
}

/** @param {Store<LivePage>} store */
export function derive(store) {
  const runs = () => store.now.live?.runs ?? [];
  const places = remembering(() => [store.now.live, store.now.colours], () => placesOf(runs(), store.now.colours));
  return {
    runs,
    places,
    colours: remembering(
      () => [store.now.live, store.now.colours, store.now.theme],
      () => new Map([...places()].map(([key, place]) => [key, runColour(store.now.theme, place)])),
    ),
    groups: remembering(() => [store.now.live, store.now.metricFind], () => groupCards(store.now.live?.metrics ?? [], store.now.metricFind)),
    shownRuns: remembering(() => [store.now.live, store.now.hidden], () => runs().filter((run) => !store.now.hidden.includes(run.key))),
    runOf: (/** @type {string} */ key) => runs().find((run) => run.key === key),
  };
}
