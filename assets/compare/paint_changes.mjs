/** What became of boxes and edges, over the usual picture: outlines, signs in the corner, lines of another kind. */

import { BOX } from '../core/box.mjs';
import { changesOf, edgeChangesOf, HOLDS, styleOfChange } from '../core/changes.mjs';
import { levelOf } from '../core/level.mjs';
import { walkScene } from '../core/scene.mjs';
import { Colours } from '../page/colours.mjs';
import { paintPicture } from '../page/paint.mjs';
import { contentOf } from '../page/paint_boxes.mjs';
import { paintLabelsOf } from '../page/paint_edges.mjs';
import { addHead, hasHead, lineOf } from '../page/routes.mjs';

/**
 * @import {ChangeStyle} from '../core/changes.mjs'
 * @import {Level} from '../core/scene.mjs'
 * @import {Box} from '../page/viewport.mjs'
 * @import {Pen} from '../page/paint.mjs'
 * @import {Picture} from '../page/stage.mjs'
 * @import {PageState} from '../page/state.mjs'
 *
 * @typedef {object} Brush
 * @property {CanvasRenderingContext2D} context
 * @property {Picture} picture
 * @property {Colours} colours
 * @property {Uint8Array} states
 * @property {Box} window  in world units
 */

/** CSS px of a box's smaller side: below, its fill says it; from there on the outline, then the sign. */
const OUTLINE_FROM = 7;
const SIGN_FROM = 13;
const HEADS_FROM = 0.22;
const SIGN_RADIUS = 7.5;

/** Boxes have the fill of what became of them. */
export class ChangeColours extends Colours {
  /** @param {number} item */
  makeBox(item) {
    const usual = super.makeBox(item);
    const style = this.styleOf(item);
    return style ? { ...usual, fill: style.fill } : usual;
  }

  /** @param {number} item */
  makeSmall(item) {
    const style = this.styleOf(item);
    return style ? style.color : super.makeSmall(item);
  }

  /** @param {number} item @returns {ChangeStyle|null} */
  styleOf(item) {
    const state = changesOf(this.doc)?.[item] ?? 0;
    return state && state !== HOLDS ? styleOfChange(this.theme, state) : null;
  }
}

/** @param {CanvasRenderingContext2D} context @param {Picture} picture @param {PageState} now @param {Colours} colours */
export function paintComparison(context, picture, now, colours) {
  paintPicture(context, picture, now, colours);
  const states = changesOf(colours.doc);
  if (!states) return;
  const { camera, size, ratio } = picture;
  const window = { x: camera.x, y: camera.y, width: size.width / camera.scale, height: size.height / camera.scale };
  const zoom = ratio * camera.scale;
  context.setTransform(zoom, 0, 0, zoom, -camera.x * zoom, -camera.y * zoom);
  const brush = { context, picture, colours, states, window };
  walkScene(picture.scene, (level, x, y) => {
    if (!isSeen(window, { x, y, width: level.layout.width, height: level.layout.height })) return;
    paintEdges(brush, level, x, y);
    paintBoxes(brush, level, x, y);
  });
}

/** @param {Box} window @param {Box} box */
function isSeen(window, box) {
  return box.x < window.x + window.width && box.y < window.y + window.height && box.x + box.width > window.x && box.y + box.height > window.y;
}

/** @param {Brush} brush @param {Level} level @param {number} x @param {number} y */
function paintEdges({ context, picture, colours, window }, level, x, y) {
  const graph = levelOf(colours.doc, level.item);
  const changes = edgeChangesOf(colours.doc, graph);
  const { scale } = picture.camera;
  if (!changes || Math.min(level.layout.width, level.layout.height) * scale < 22) return;
  const told = graph.edges.flatMap((_, e) => (changes[e] && level.layout.edges[e] ? [e] : []));
  if (told.length === 0) return;
  context.save();
  context.translate(x, y);
  for (const e of told) {
    const style = styleOfChange(colours.theme, changes[e]);
    context.strokeStyle = style.color;
    context.fillStyle = style.color;
    context.lineWidth = Math.max(2, 1.1 / scale);
    context.setLineDash(scale > 0.3 ? style.dash : []);
    // What was there is drawn below in the usual colour: a dashed line must not lie on it.
    if (style.dash.length > 0) coverLine(context, colours, level, e, scale);
    context.stroke(lineOf(level.layout, e));
    if (scale < HEADS_FROM || !hasHead(graph.edges[e])) continue;
    const head = new Path2D();
    addHead(head, level.layout.edges[e].points);
    context.fill(head);
  }
  context.setLineDash([]);
  const seen = { left: window.x, top: window.y, right: window.x + window.width, bottom: window.y + window.height };
  paintLabelsOf(/** @type {Pen} */ ({ context, colours, doc: colours.doc, scale, window: seen }), level, told, x, y);
  context.restore();
}

/** @param {CanvasRenderingContext2D} context @param {Colours} colours @param {Level} level @param {number} e @param {number} scale */
function coverLine(context, colours, level, e, scale) {
  context.save();
  context.setLineDash([]);
  context.strokeStyle = colours.ground(colours.doc.depth[level.item]);
  context.lineWidth = Math.max(2.4, 1.3 / scale);
  context.stroke(lineOf(level.layout, e));
  context.restore();
}

/** @param {Brush} brush @param {Level} level @param {number} x @param {number} y */
function paintBoxes({ context, picture, colours, states, window }, level, x, y) {
  const { scale } = picture.camera;
  const { layout, children, widths, heights, inner } = level;
  for (let k = 0; k < children.length; k++) {
    const state = states[children[k]];
    // What an open scope holds can be seen.
    if (state === 0 || (state === HOLDS && inner[k])) continue;
    const behind = inner[k] ? 0 : contentOf(colours.doc, children[k]).stack * BOX.stackOffset;
    const box = { x: x + layout.x[k], y: y + layout.y[k] + behind, width: widths[k] - behind, height: heights[k] - behind };
    const side = Math.min(box.width, box.height) * scale;
    if (side < OUTLINE_FROM || !isSeen(window, box)) continue;
    const style = styleOfChange(colours.theme, state);
    outline(context, style, box, inner[k] ? 10 : 6, scale);
    if (side >= SIGN_FROM) sign(context, colours, style, box, scale);
  }
}

/** @param {CanvasRenderingContext2D} context @param {ChangeStyle} style @param {Box} box @param {number} radius @param {number} scale */
function outline(context, style, box, radius, scale) {
  context.strokeStyle = style.color;
  context.lineWidth = (style.strong ? 1.8 : 1.2) * Math.max(1, 0.8 / scale);
  context.setLineDash(scale > 0.3 ? style.dash : []);
  context.beginPath();
  context.roundRect(box.x, box.y, box.width, box.height, radius);
  context.stroke();
  context.setLineDash([]);
}

/** A disc in the corner. @param {CanvasRenderingContext2D} context @param {Colours} colours @param {ChangeStyle} style @param {Box} box @param {number} scale */
function sign(context, colours, style, box, scale) {
  const unit = Math.max(1, 0.7 / scale);
  const radius = Math.min(SIGN_RADIUS * unit, Math.min(box.width, box.height) / 2.4);
  context.beginPath();
  context.arc(box.x, box.y, radius, 0, 2 * Math.PI);
  context.fillStyle = style.strong ? style.color : colours.theme.box;
  context.fill();
  context.strokeStyle = style.strong ? colours.theme.box : style.color;
  context.lineWidth = 1.2 * unit;
  context.stroke();
  if (radius * scale < 4) return;
  context.font = `700 ${radius * 1.5}px Inter, system-ui, sans-serif`;
  context.textAlign = 'center';
  context.fillStyle = style.strong ? colours.theme.box : style.color;
  context.fillText(style.sign, box.x, box.y + radius * 0.52);
  context.textAlign = 'start';
}
