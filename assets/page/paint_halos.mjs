/** Halos around what a diagnosis blames and what is selected, under the edges that end there. */

import { levelOf } from '../core/level.mjs';
import { locate } from './geometry.mjs';
import { HEADS_FROM, paintLines, paintMarked } from './paint_edges.mjs';
import { ring } from './paint_marks.mjs';

/**
 * @import {Scene} from '../core/scene.mjs'
 * @import {Pen} from './paint.mjs'
 * @import {Place} from './geometry.mjs'
 */

/** CSS px, and world units where that is more: how wide halos are, and how far from the box. */
const BLAMED = { width: 6, grow: 4 };
const SELECTED = { width: 4, grow: 2.5 };

/** @param {Pen} pen @param {Scene} scene */
export function paintHalos(pen, scene) {
  const { colours, doc, now } = pen;
  for (const { item, main } of doc.marks[now.diagnosis]?.points ?? []) {
    const place = locate(doc, scene, item);
    if (main && place.item !== 0) paintHalo(pen, place, colours.theme.dangerSoft, BLAMED);
  }
  if (now.selected > 0) paintHalo(pen, locate(doc, scene, now.selected), colours.glow, SELECTED);
}

/**
 * A halo is wider than an arrowhead is long: the edges of the box are drawn again over it.
 * @param {Pen} pen @param {Place} place @param {string} colour @param {{width: number, grow: number}} form
 */
function paintHalo(pen, { box, level, position }, colour, { width, grow }) {
  ring(pen, box, colour, width, grow);
  const { context, doc, scale } = pen;
  if (!level || scale < HEADS_FROM) return;
  const { edges } = levelOf(doc, level.item);
  const incident = edges.flatMap((edge, e) => (edge.source === position || edge.target === position ? [e] : []));
  if (incident.length === 0) return;
  const out = (grow + width / 2) * Math.max(1, 1 / scale);
  context.save();
  context.beginPath();
  context.rect(box.x - out, box.y - out, box.width + 2 * out, box.height + 2 * out);
  context.clip();
  context.translate(box.x - level.layout.x[position], box.y - level.layout.y[position]);
  paintLines(pen, level, edges, incident);
  paintMarked(pen, level, new Set(incident));
  context.restore();
}
