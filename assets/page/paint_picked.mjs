/** Edges that are pointed at or selected, drawn over the others. */

import { levelOf } from '../core/level.mjs';
import { locate } from './geometry.mjs';
import { paintLabelsOf } from './paint_edges.mjs';
import { ring } from './paint_marks.mjs';
import { addHead, hasHead, lineOf } from './routes.mjs';

/**
 * @import {Pen} from './paint.mjs'
 * @import {Scene} from '../core/scene.mjs'
 * @import {EdgeKey} from './edge_places.mjs'
 */

const HEADS_FROM = 0.22;

/** @param {Pen} pen @param {Scene} scene */
export function paintPicked(pen, scene) {
  const { edge, hoveredEdge } = pen.now;
  if (hoveredEdge) paintEdge(pen, scene, hoveredEdge, pen.colours.hover, 2);
  if (edge) paintEdge(pen, scene, edge, pen.colours.theme.accent, 2.6);
}

/** @param {Pen} pen @param {Scene} scene @param {EdgeKey} key @param {string} colour @param {number} width */
function paintEdge(pen, scene, { scope, index }, colour, width) {
  const { context, doc, scale } = pen;
  const place = locate(doc, scene, scope);
  const level = place.inner;
  if (!level || place.item !== scope || !level.layout.edges[index]) return;
  const edge = levelOf(doc, scope).edges[index];
  context.save();
  context.translate(place.box.x, place.box.y);
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = Math.max(width, (width * 0.7) / scale);
  context.stroke(lineOf(level.layout, index));
  if (scale >= HEADS_FROM && hasHead(edge)) {
    const head = new Path2D();
    addHead(head, level.layout.edges[index].points);
    context.fill(head);
  }
  for (const k of [edge.source, edge.target]) {
    if (k >= 0) ring(pen, { x: level.layout.x[k], y: level.layout.y[k], width: level.widths[k], height: level.heights[k] }, colour, 1.3, 0);
  }
  paintLabelsOf(pen, level, [index], place.box.x, place.box.y);
  context.restore();
}
