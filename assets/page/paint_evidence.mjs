/**
 * What a diagnosis is about: rings around what lies on the way to the failure, and a label on what is blamed and on
 * what failed.
 */

import { textWidth } from '../core/text.mjs';
import { locate } from './geometry.mjs';
import { ring } from './paint_marks.mjs';

/**
 * @import {Scene} from '../core/scene.mjs'
 * @import {Pen} from './paint.mjs'
 * @import {Box} from './viewport.mjs'
 */

/** CSS px, and world units where that is more. */
const LABEL_SIZE = 10;
const LABEL_HEIGHT = 17;
const LABEL_PADDING = 7;
const LABEL_GAP = 9;
const SCOPE_HEADER = 46;

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
  const { danger, dangerSoft } = pen.colours.theme;
  const mark = pen.doc.marks[pen.now.diagnosis];
  const points = (mark?.points ?? []).map((point) => ({ ...point, place: locate(pen.doc, scene, point.item) })).filter(({ place }) => place.item !== 0);
  for (const { place, main } of points) {
    if (main) ring(pen, place.box, dangerSoft, 6, 4);
    ring(pen, place.box, danger, main ? 2.4 : 1.8, 0);
  }
  for (const { place, label, main } of points) paintLabel(pen, place.box, label, main);
}

/** A pill at the box's right side, never smaller than is readable. @param {Pen} pen @param {Box} box @param {string} label @param {boolean} main */
function paintLabel({ context, colours, scale }, box, label, main) {
  const unit = Math.max(1, 1 / scale);
  const width = (textWidth(label, 'sans600', LABEL_SIZE) + 2 * LABEL_PADDING) * unit;
  const height = LABEL_HEIGHT * unit;
  const x = box.x + box.width + LABEL_GAP * unit;
  // Beside the header of a scope, in the middle of anything smaller.
  const y = box.y + Math.min(box.height, SCOPE_HEADER) / 2 - height / 2;
  context.beginPath();
  context.roundRect(x, y, width, height, height / 2);
  context.fillStyle = main ? colours.theme.danger : colours.theme.box;
  context.fill();
  context.lineWidth = 1.4 * unit;
  context.strokeStyle = main ? colours.theme.box : colours.theme.danger;
  context.stroke();
  context.font = `600 ${LABEL_SIZE * unit}px Inter, system-ui, sans-serif`;
  context.fillStyle = main ? colours.theme.box : colours.theme.danger;
  context.fillText(label, x + LABEL_PADDING * unit, y + height / 2 + LABEL_SIZE * 0.36 * unit);
}

