/**
 * Names on boxes whose own text is too small to read: as large as the box allows, like names on a map.
 *
 * They are collected while the boxes are drawn and come last, so that no line crosses them.
 */

import { textWidth } from '../core/text.mjs';

/**
 * @import {Pen} from './paint.mjs'
 * @typedef {{text: string, x: number, y: number, width: number, height: number, colour: string, behind: string, most: number, strength: number}} NamedBox
 */

/** CSS px. Names of tiles may be larger: they stand for all that is inside. */
const LEAST_NAME = 6;
const MOST_NAME = 9.5;
const MOST_TILE_NAME = 13;
const MOST_FRAME_NAME = 11.5;
/** More names than a screen can hold legibly. */
const MOST_NAMES = 700;

export class Names {
  constructor() {
    /** @type {NamedBox[]} */
    this.frames = [];
    /** @type {NamedBox[]} */
    this.boxes = [];
    /** how strongly the names that come now are drawn, 1 = as usual */
    this.strength = 1;
  }

  /** In the middle of a box. @param {string} text @param {number} x @param {number} y @param {number} width @param {number} height @param {string} colour */
  add(text, x, y, width, height, colour) {
    if (this.boxes.length < MOST_NAMES) this.boxes.push({ text, x, y, width, height, colour, behind: '', most: MOST_NAME, strength: this.strength });
  }

  /** In the middle of a tile. @param {string} text @param {number} x @param {number} y @param {number} width @param {number} height @param {string} colour */
  addTile(text, x, y, width, height, colour) {
    if (this.boxes.length < MOST_NAMES) this.boxes.push({ text, x, y, width, height, colour, behind: '', most: MOST_TILE_NAME, strength: this.strength });
  }

  /** At the corner of an open scope. @param {string} text @param {number} x @param {number} y @param {number} width @param {number} height @param {string} colour @param {string} behind  colour of its ground */
  addFrame(text, x, y, width, height, colour, behind) {
    if (this.frames.length < MOST_NAMES) this.frames.push({ text, x, y, width, height, colour, behind, most: MOST_FRAME_NAME, strength: this.strength });
  }

  /** @param {Pen} pen */
  paint(pen) {
    const { context, scale, window, ratio } = pen;
    context.save();
    // In CSS px: a font of a thousand world units on a tiny scale would be drawn as outlines, far more slowly.
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const onScreen = (/** @type {NamedBox} */ box) => ({
      ...box,
      x: (box.x - window.left) * scale,
      y: (box.y - window.top) * scale,
      width: box.width * scale,
      height: box.height * scale,
    });
    context.textAlign = 'center';
    for (const box of this.boxes) paintInside(context, onScreen(box));
    context.textAlign = 'left';
    /** @type {NamedBox[]} */
    const placed = [];
    // Outer frames come last in the list (their header is drawn after their inside) and go first here.
    for (const frame of this.frames.reverse()) paintCorner(context, onScreen(frame), placed);
    context.restore();
  }
}

/** @param {string} text @param {number} room  CSS px @param {number} most */
function sizeFor(text, room, most) {
  return Math.min(most, room / Math.max(0.1, textWidth(text, 'sans600', 1)));
}

/** Sizes in steps, so that the browser keeps few fonts. @param {CanvasRenderingContext2D} context @param {number} size  CSS px */
function useFont(context, size) {
  const font = `600 ${Math.floor(size * 2) / 2}px Inter, system-ui, sans-serif`;
  if (context.font !== font) context.font = font;
}

/** @param {CanvasRenderingContext2D} context @param {NamedBox} box */
function paintInside(context, { text, x, y, width, height, colour, most, strength }) {
  const size = Math.min(sizeFor(text, width * 0.92, most), height * 0.8);
  if (size < LEAST_NAME) return;
  useFont(context, size);
  context.globalAlpha = strength;
  context.fillStyle = colour;
  context.fillText(text, x + width / 2, y + height / 2 + size * 0.36);
}

/**
 * @param {CanvasRenderingContext2D} context @param {NamedBox} frame
 * @param {{x: number, y: number, width: number, height: number}[]} placed  names that are already there
 */
function paintCorner(context, { text, x, y, width, height, colour, behind, most, strength }, placed) {
  const size = sizeFor(text, width - 10, most);
  if (size < LEAST_NAME || height < 34) return;
  const place = { x: x + 5, y: y + 3, width: textWidth(text, 'sans600', size), height: size };
  if (placed.some((other) => overlaps(place, other))) return;
  placed.push(place);
  useFont(context, size);
  context.globalAlpha = strength;
  // A plate, not an outline of the letters: those would be drawn as shapes in every frame.
  context.fillStyle = behind;
  context.fillRect(x + 3, y + 3, place.width + 4, size + 3);
  context.fillStyle = colour;
  context.fillText(text, x + 5, y + size + 3);
}

/** @param {{x: number, y: number, width: number, height: number}} a @param {{x: number, y: number, width: number, height: number}} b */
function overlaps(a, b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
