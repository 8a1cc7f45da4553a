/**
 * Levels with thousands of boxes, seen from afar, are drawn once into a small picture that is then only moved and
 * scaled: twenty thousand lines in every frame would make panning jerk.
 */

/**
 * @import {Level} from '../core/scene.mjs'
 * @import {MovingLevel} from './transition.mjs'
 * @import {Pen} from './paint.mjs'
 * @import {Colours} from './colours.mjs'
 *
 * @typedef {object} Thumbnail
 * @property {OffscreenCanvas} canvas
 * @property {number} scale     device px per world unit
 * @property {Colours} colours  what it was drawn with
 * @property {Set<number>} hits
 * @property {Uint8Array|null} kept
 */

/** Boxes and edges from which it pays. */
const FROM_PARTS = 2500;
/** CSS px: above this height boxes are more than plain rectangles. */
const MOST_HEIGHT = 7;
const MOST_PIXELS = 6e6;

/** @type {WeakMap<Level, Thumbnail>} */
const thumbnails = new WeakMap();
/** @type {WeakMap<object, number>} */
const tallest = new WeakMap();

/** The height of the tallest box. @param {Level} level */
function heightOf({ layout, heights }) {
  let height = tallest.get(layout);
  if (height === undefined) {
    height = heights.reduce((a, b) => Math.max(a, b), 0);
    tallest.set(layout, height);
  }
  return height;
}

/**
 * Draw a level from its thumbnail, if it is one that needs it.
 * @param {Pen} pen @param {MovingLevel} level @param {number} x @param {number} y  its corner
 * @param {(pen: Pen, x: number, y: number) => void} paint  draws the level itself
 * @returns {boolean} whether it was drawn
 */
export function paintThumbnail(pen, level, x, y, paint) {
  const { layout, children, inner } = level;
  if (children.length + layout.edges.length < FROM_PARTS || level.rest || inner.some((within) => within !== null)) return false;
  if (heightOf(level) * pen.scale >= MOST_HEIGHT) return false;
  const scale = 2 ** Math.ceil(Math.log2(pen.scale * pen.ratio));
  if (layout.width * layout.height * scale * scale > MOST_PIXELS) return false;
  const { canvas } = thumbnailOf(pen, level, scale, paint);
  pen.context.drawImage(canvas, x, y, canvas.width / scale, canvas.height / scale);
  return true;
}

/** @param {Pen} pen @param {Level} level @param {number} scale @param {(pen: Pen, x: number, y: number) => void} paint @returns {Thumbnail} */
function thumbnailOf(pen, level, scale, paint) {
  const known = thumbnails.get(level);
  if (known && known.scale === scale && known.colours === pen.colours && known.hits === pen.now.hits && known.kept === pen.now.kept) return known;
  const { width, height } = level.layout;
  const canvas = new OffscreenCanvas(Math.ceil(width * scale) + 1, Math.ceil(height * scale) + 1);
  const context = /** @type {any} */ (canvas.getContext('2d'));
  context.scale(scale, scale);
  paint({ ...pen, context, detail: 1, scale: scale / pen.ratio, window: { left: 0, top: 0, right: width, bottom: height } }, 0, 0);
  const made = { canvas, scale, colours: pen.colours, hits: pen.now.hits, kept: pen.now.kept };
  thumbnails.set(level, made);
  return made;
}
