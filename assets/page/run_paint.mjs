/** Pins of a run on the picture: rings around layers and what is the matter with them. */

import { locate } from './geometry.mjs';
import { paintPill } from './paint_evidence.mjs';
import { ring } from './paint_marks.mjs';

/**
 * @import {Scene} from '../core/scene.mjs'
 * @import {Theme} from '../core/theme.mjs'
 * @import {Pen} from './paint.mjs'
 * @import {Place} from './geometry.mjs'
 * @import {Pin, Tone} from './run_pins.mjs'
 */

/** CSS px: beside smaller boxes no text is written, there would be more of it than of the graph. */
const LEAST_BOX = 9;

/** As in graphscope.css and diagnosis.css. */
const TONES = {
  light: { warning: '#8a5a00', info: '#5d6675', added: '#1d7a45', changed: '#4f46e5' },
  dark: { warning: '#f2c14e', info: '#9aa4b5', added: '#4cc38a', changed: '#8b8cf8' },
};

/** @param {Theme} theme @param {Tone} tone */
export function toneColour(theme, tone) {
  return tone === 'error' ? theme.danger : TONES[theme.name][tone];
}

/** @param {Pen} pen @param {Scene} scene */
export function paintPins(pen, scene) {
  const { theme } = pen.colours;
  const shown = joinHidden(pen.now.pins.map((pin) => ({ pin, place: locate(pen.doc, scene, pin.item) })));
  for (const { pin, place } of shown) {
    if (pin.main) ring(pen, place.box, theme.dangerSoft, 6, 4);
    ring(pen, place.box, toneColour(theme, pin.tone), pin.main ? 2.4 : 1.6, 0);
  }
  for (const { pin, place, label } of shown) {
    if (place.box.height * pen.scale >= LEAST_BOX) paintPill(pen, place, label, toneColour(theme, pin.tone), pin.main);
  }
}

/**
 * Pins in one closed scope become one of the worst kind.
 * @param {{pin: Pin, place: Place}[]} pins  the main one last @returns {{pin: Pin, place: Place, label: string}[]}
 */
function joinHidden(pins) {
  /** @type {Map<number, {pin: Pin, place: Place, more: number}>} */
  const byItem = new Map();
  for (const { pin, place } of pins) {
    if (place.item === 0) continue;
    const known = byItem.get(place.item);
    const isWorse = known !== undefined && (pin.main || rank(pin.tone) < rank(known.pin.tone));
    byItem.set(place.item, { pin: known && !isWorse ? known.pin : pin, place, more: known ? known.more + 1 : 0 });
  }
  return [...byItem.values()].map(({ pin, place, more }) => ({ pin, place, label: more > 0 ? `${pin.label} · ${more} more` : pin.label }));
}

/** @param {Tone} tone */
function rank(tone) {
  return ['error', 'warning', 'added', 'changed', 'info'].indexOf(tone);
}
