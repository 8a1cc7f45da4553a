/** Where the pins of a chart stand. Pure. */

/**
 * @import {Pin} from './alert_facts.mjs'
 *
 * @typedef {{left: number, top: number}} Place  px in the chart
 * @typedef {Place & {pins: Pin[], isBelow: boolean}} PlacedPins
 */

/** Two pins nearer than this would cover each other, px. */
const NEAR = 17;
/** A pin this near the upper edge hangs below its point. */
const ROOM_ABOVE = 26;

/**
 * Pins that would cover each other become one that has them all.
 * @param {Pin[]} pins  the most severe first @param {(pin: Pin) => Place|null} locate  null outside of the chart @returns {PlacedPins[]}
 */
export function gatherPins(pins, locate) {
  /** @type {PlacedPins[]} */
  const placed = [];
  for (const pin of pins) {
    const place = locate(pin);
    if (!place) continue;
    const near = placed.find((other) => Math.abs(other.left - place.left) < NEAR && Math.abs(other.top - place.top) < 2 * NEAR);
    if (near) near.pins.push(pin);
    else placed.push({ ...place, pins: [pin], isBelow: place.top < ROOM_ABOVE });
  }
  return placed;
}
