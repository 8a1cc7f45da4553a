/** The edges that a trace goes along, over the others of their level. */

import { levelOf } from '../core/level.mjs';
import { tracedEdges } from './edge_places.mjs';
import { addHead, hasHead, lineOf } from './routes.mjs';

/**
 * @import {Pen} from './paint.mjs'
 * @import {Level} from '../core/scene.mjs'
 */

const HEADS_FROM = 0.22;

/** The context stands at the level's corner. @param {Pen} pen @param {Level} level */
export function paintTraced({ context, colours, doc, now, scale }, level) {
  if (!now.trace) return;
  const graph = levelOf(doc, level.item);
  const traced = tracedEdges(doc, now.trace, graph);
  if (traced.length === 0) return;
  context.strokeStyle = colours.theme.accent;
  context.fillStyle = colours.theme.accent;
  context.lineWidth = Math.max(1.6, 1 / scale);
  const heads = new Path2D();
  for (const e of traced) {
    context.stroke(lineOf(level.layout, e));
    if (hasHead(graph.edges[e])) addHead(heads, level.layout.edges[e].points);
  }
  if (scale >= HEADS_FROM) context.fill(heads);
}
