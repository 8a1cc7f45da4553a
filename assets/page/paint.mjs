/**
 * Draws a picture: walks the open levels that the window shows, coarse to fine.
 *
 * Level of detail is what keeps any model at full frame rate: a level too small to tell its boxes apart is one
 * tile, a box too small for text is a plain rectangle, and nothing outside the window is looked at twice.
 */

import { levelOf } from '../core/level.mjs';
import { FADED, fadesHere } from './fading.mjs';
import { paintBox, paintFrame, paintHeader, paintTile } from './paint_boxes.mjs';
import { paintEdges, paintIncident } from './paint_edges.mjs';
import { paintEvidence, paintPoints } from './paint_evidence.mjs';
import { paintHalos } from './paint_halos.mjs';
import { paintMarks } from './paint_marks.mjs';
import { Names } from './paint_names.mjs';
import { paintPicked } from './paint_picked.mjs';
import { paintPins } from './run_paint.mjs';
import { paintThumbnail } from './thumbnails.mjs';

/**
 * @import {Doc} from '../core/document.mjs'
 * @import {Level} from '../core/scene.mjs'
 * @import {MovingLevel} from './transition.mjs'
 * @import {Picture} from './stage.mjs'
 * @import {PageState} from './state.mjs'
 * @import {Colours} from './colours.mjs'
 *
 * @typedef {object} Pen  what every drawing function needs
 * @property {CanvasRenderingContext2D} context  scaled to world units
 * @property {Doc} doc
 * @property {number} scale      CSS px per world unit
 * @property {number} ratio      device px per CSS px
 * @property {number} detail     what the least sizes are multiplied with while the picture moves
 * @property {{left: number, top: number, right: number, bottom: number}} window  in world units
 * @property {Colours} colours
 * @property {PageState} now
 * @property {Names} names       large names, drawn last
 */

/** Below this size (CSS px) a level is a tile. */
const TILE_SIZE = 22;
/** CSS px: when no box of a level is larger, drawing them one by one shows nothing. */
const LEAST_GRAIN = 4;

/** @type {WeakMap<object, number>} */
const grains = new WeakMap();

/** The smaller side of a level's largest box, world units. @param {Level} level */
function grainOf({ layout, widths, heights }) {
  let grain = grains.get(layout);
  if (grain === undefined) {
    grain = 0;
    for (let k = 0; k < widths.length; k++) grain = Math.max(grain, Math.min(widths[k], heights[k]));
    grains.set(layout, grain);
  }
  return grain;
}

/**
 * @param {CanvasRenderingContext2D} context @param {Picture} picture @param {PageState} now @param {Colours} colours
 */
export function paintPicture(context, picture, now, colours) {
  const { camera, size, ratio } = picture;
  const zoom = ratio * camera.scale;
  paintGround(context, picture, colours);
  context.setTransform(zoom, 0, 0, zoom, -camera.x * zoom, -camera.y * zoom);
  context.lineJoin = 'round';
  const window = { left: camera.x, top: camera.y, right: camera.x + size.width / camera.scale, bottom: camera.y + size.height / camera.scale };
  /** @type {Pen} */
  const pen = { context, doc: /** @type {Doc} */ (now.doc), scale: camera.scale, ratio, detail: picture.detail, window, colours, now, names: new Names() };
  paintLevel(pen, picture.scene.root, 0, 0, 0);
  paintHalos(pen, picture.scene);
  paintEvidence(pen, picture.scene);
  paintIncident(pen, picture.scene);
  paintPicked(pen, picture.scene);
  paintMarks(pen, picture.scene);
  pen.names.paint(pen);
  paintPoints(pen, picture.scene);
  paintPins(pen, picture.scene);
}

/**
 * The dotted ground. Its dots keep whole distances on the screen, so that it is copied and never resampled: it covers
 * the window in every frame.
 * @param {CanvasRenderingContext2D} context @param {Picture} picture @param {Colours} colours
 */
function paintGround(context, { camera, ratio }, colours) {
  let step = 24 * camera.scale;
  while (step < 18) step *= 2;
  while (step > 36) step /= 2;
  const size = Math.round(step * ratio);
  const offset = (/** @type {number} */ at) => ((Math.round(at * camera.scale * ratio) % size) + size) % size;
  context.setTransform(1, 0, 0, 1, -offset(camera.x), -offset(camera.y));
  context.fillStyle = colours.dots(context, size) ?? colours.theme.canvas;
  context.fillRect(0, 0, context.canvas.width + size, context.canvas.height + size);
}

/**
 * @param {Pen} pen @param {MovingLevel} level @param {number} x @param {number} y  its corner @param {number} depth
 */
function paintLevel(pen, level, x, y, depth) {
  if (!paintThumbnail(pen, level, x, y, (other, left, top) => paintParts(other, level, left, top, depth))) paintParts(pen, level, x, y, depth);
}

/** @param {Pen} pen @param {MovingLevel} level @param {number} x @param {number} y @param {number} depth */
function paintParts(pen, level, x, y, depth) {
  paintEdges(pen, level, levelOf(pen.doc, level.item).edges, x, y, pen.colours.ground(depth));
  const { layout, children, widths, heights, inner } = level;
  const { left, top, right, bottom } = pen.window;
  const { kept } = pen.now;
  const strength = kept ? pen.context.globalAlpha : 1;
  for (let k = 0; k < children.length; k++) {
    const bx = x + layout.x[k];
    const by = y + layout.y[k];
    if (bx > right || by > bottom || bx + widths[k] < left || by + heights[k] < top) continue;
    const within = inner[k];
    const fades = kept !== null && fadesHere(kept, level.item, children[k]);
    if (fades) setStrength(pen, strength * FADED);
    if (within) paintOpen(pen, within, bx, by, widths[k], heights[k], depth + 1);
    else paintBox(pen, children[k], bx, by, widths[k], heights[k]);
    if (fades) setStrength(pen, strength);
  }
}

/** Names are drawn last and must not stand out of what is faded. @param {Pen} pen @param {number} strength */
function setStrength({ context, names }, strength) {
  context.globalAlpha = strength;
  names.strength = strength;
}

/**
 * @param {Pen} pen @param {MovingLevel} level @param {number} x @param {number} y
 * @param {number} width @param {number} height @param {number} depth
 */
function paintOpen(pen, level, x, y, width, height, depth) {
  const { scale, context, detail } = pen;
  if (Math.min(width, height) * scale < TILE_SIZE * detail || grainOf(level) * scale < LEAST_GRAIN * detail) {
    paintTile(pen, level.item, x, y, width, height);
    return;
  }
  if (level.opacity === undefined) {
    paintFrame(pen, level.item, x, y, width, height, depth);
    paintLevel(pen, level, x, y, depth);
    paintHeader(pen, level.item, x, y, width, height, depth);
    return;
  }
  // Opening or closing: the content fades inside a frame that still has another size.
  paintBox(pen, level.item, x, y, width, height);
  context.save();
  context.globalAlpha *= level.opacity;
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  paintFrame(pen, level.item, x, y, width, height, depth);
  paintLevel(pen, { ...level, opacity: undefined }, x, y, depth);
  paintHeader(pen, level.item, x, y, width, height, depth);
  context.restore();
}
