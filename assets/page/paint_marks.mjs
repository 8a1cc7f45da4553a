/** Rings around what is selected or under the pointer. */

import { BOX } from '../core/box.mjs';
import { locate } from './geometry.mjs';

/**
 * @import {Scene} from '../core/scene.mjs'
 * @import {Pen} from './paint.mjs'
 */

/** @param {Pen} pen @param {Scene} scene */
export function paintMarks(pen, scene) {
  const { now, colours, doc } = pen;
  const { theme } = colours;
  if (now.hovered > 0 && now.hovered !== now.selected) {
    const place = locate(doc, scene, now.hovered);
    if (place.item === now.hovered) ring(pen, place.box, colours.hover, 1.4, 0);
  }
  if (now.selected > 0) {
    const { box } = locate(doc, scene, now.selected);
    ring(pen, box, theme.accent, 2, 0);
  }
}

/**
 * @param {Pen} pen @param {import('./viewport.mjs').Box} box @param {string} colour
 * @param {number} width  CSS px, or world units when that is more @param {number} grow
 */
export function ring({ context, scale }, box, colour, width, grow) {
  const unit = Math.max(1, 1 / scale);
  const out = grow * unit;
  context.strokeStyle = colour;
  context.lineWidth = width * unit;
  context.beginPath();
  context.roundRect(box.x - out, box.y - out, box.width + 2 * out, box.height + 2 * out, BOX.radius + out);
  context.stroke();
}
