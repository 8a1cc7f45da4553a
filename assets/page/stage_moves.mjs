/** Movements of the stage: from scene to scene, from camera to camera. Pure. */

import { ease, toScreen } from './viewport.mjs';

/**
 * @import {Scene} from '../core/scene.mjs'
 * @import {Camera, Box} from './viewport.mjs'
 *
 * @typedef {{from: number, duration: number, done: () => void}} Clock
 * @typedef {Clock & {before: Scene, after: Scene, start: Camera, end: Camera, pin: Box, box: Box}} SceneMove
 * @typedef {Clock & {start: Camera, end: Camera}} CameraMove
 */

/**
 * The camera while the anchor moves from `pin` to `box`: its corner goes straight from its old to its new place on
 * the screen (often the same).
 * @param {SceneMove} move @param {number} t 0..1 @returns {Camera}
 */
export function pinnedCamera({ start, end, pin, box }, t) {
  const a = toScreen(start, pin.x, pin.y);
  const b = toScreen(end, box.x, box.y);
  const scale = start.scale * (end.scale / start.scale) ** t;
  const [px, py] = [a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t];
  return { x: pin.x + (box.x - pin.x) * t - px / scale, y: pin.y + (box.y - pin.y) * t - py / scale, scale };
}

/** @param {Clock} clock @param {number} time */
export function progress(clock, time) {
  return ease(Math.max(0, Math.min(1, (time - clock.from) / clock.duration)));
}
