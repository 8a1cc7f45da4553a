/**
 * What a diagnosis is about: rings around what lies on the way to the failure, and a label on what is blamed and on
 * what failed.
 */

import { textWidth } from '../core/text.mjs';
import { locate } from './geometry.mjs';
import { placeLabel } from './marks.mjs';
import { ring } from './paint_marks.mjs';

/**
 * @import {Scene} from '../core/scene.mjs'
 * @import {Pen} from './paint.mjs'
 * @import {Place} from './geometry.mjs'
 */

/** CSS px, and world units where that is more. */
const LABEL_SIZE = 10;
const LABEL_HEIGHT = 17;
const LABEL_PADDING = 7;
const LABEL_GAP = 9;

/**
 * Rings around what lies on the way, under what the user selects; the way itself is drawn with the edges.
 * @param {Pen} pen @param {Scene} scene
 */
export function paintEvidence(pen, scene) {
  const { colours, doc, now } = pen;
  const mark = doc.marks[now.diagnosis];
  if (!mark) return;
  const shown = new Set(mark.points.map((point) => locate(doc, scene, point.item).item));
  for (const item of mark.items) {
    const place = locate(doc, scene, item);
    if (shown.has(place.item) || place.item === 0) continue;
    shown.add(place.item);
    ring(pen, place.box, colours.theme.danger, 1.3, 0);
  }
}

/** Rings and labels of what is blamed and what failed, above everything. @param {Pen} pen @param {Scene} scene */
export function paintPoints(pen, scene) {
  const { danger } = pen.colours.theme;
  const mark = pen.doc.marks[pen.now.diagnosis];
  const points = (mark?.points ?? []).map((point) => ({ ...point, place: locate(pen.doc, scene, point.item) })).filter(({ place }) => place.item !== 0);
  for (const { place, main } of points) ring(pen, place.box, danger, main ? 2.4 : 1.8, 0);
  for (const { place, label, main } of points) paintLabel(pen, place, label, main);
}

/** @param {Pen} pen @param {Place} place @param {string} label @param {boolean} main */
function paintLabel(pen, place, label, main) {
  paintPill(pen, place, label, pen.colours.theme.danger, main);
}

/**
 * A pill beside the box, never smaller than is readable.
 * @param {Pen} pen @param {Place} place @param {string} label @param {string} colour @param {boolean} filled
 */
export function paintPill({ context, colours, scale, window }, place, label, colour, filled) {
  const unit = Math.max(1, 1 / scale);
  const size = { width: (textWidth(label, 'sans600', LABEL_SIZE) + 2 * LABEL_PADDING) * unit, height: LABEL_HEIGHT * unit };
  const { x, y } = placeLabel(place, size, LABEL_GAP * unit, window);
  context.beginPath();
  context.roundRect(x, y, size.width, size.height, size.height / 2);
  context.fillStyle = filled ? colour : colours.theme.box;
  context.fill();
  context.lineWidth = 1.4 * unit;
  context.strokeStyle = filled ? colours.theme.box : colour;
  context.stroke();
  context.font = `600 ${LABEL_SIZE * unit}px Inter, system-ui, sans-serif`;
  context.fillStyle = filled ? colours.theme.box : colour;
  context.fillText(label, x + LABEL_PADDING * unit, y + size.height / 2 + LABEL_SIZE * 0.36 * unit);
}
