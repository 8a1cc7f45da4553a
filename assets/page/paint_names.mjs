/**
 * Names on boxes whose own text is too small to read: as large as the box allows, like names on a map.
 *
 * They are collected while the boxes are drawn and come last, so that no line crosses them.
 */

import { textWidth } from '../core/text.mjs';

/**
 * @import {Pen} from './paint.mjs'
 * @typedef {{text: string, x: number, y: number, size: number, colour: string, halo: boolean}} Name
 */

/** CSS px. */
const LEAST_NAME = 7;
const MOST_NAME = 13;
/** More names than a screen can hold legibly. */
const MOST_NAMES = 700;

export class Names {
  constructor() {
    /** @type {Name[]} */
    this.list = [];
    /** @type {{text: string, x: number, y: number, width: number, height: number, colour: string}[]} */
    this.frames = [];
    /** @type {{text: string, x: number, y: number, width: number, height: number, colour: string}[]} */
    this.boxes = [];
  }

  /** In the middle of a box. @param {string} text @param {number} x @param {number} y @param {number} width @param {number} height @param {string} colour */
  add(text, x, y, width, height, colour) {
    if (this.boxes.length < MOST_NAMES) this.boxes.push({ text, x, y, width, height, colour });
  }

  /** At the corner of an open scope. @param {string} text @param {number} x @param {number} y @param {number} width @param {number} height @param {string} colour */
  addFrame(text, x, y, width, height, colour) {
    if (this.frames.length < MOST_NAMES) this.frames.push({ text, x, y, width, height, colour });
  }

  /** @param {Pen} pen */
  paint(pen) {
    const { context, scale } = pen;
    context.textAlign = 'center';
    for (const box of this.boxes) paintInside(context, scale, box);
    context.textAlign = 'left';
    context.lineWidth = 3 / scale;
    context.strokeStyle = pen.colours.theme.canvas;
    for (const frame of this.frames) paintCorner(context, scale, frame);
  }
}

/** @param {string} text @param {number} room  world units @param {number} scale @returns {number} CSS px */
function sizeFor(text, room, scale) {
  return Math.min(MOST_NAME, (room * scale) / Math.max(0.1, textWidth(text, 'sans600', 1)));
}

/** Sizes in steps, so that the browser keeps few fonts. @param {CanvasRenderingContext2D} context @param {number} size  CSS px @param {number} scale */
function useFont(context, size, scale) {
  context.font = `600 ${Math.floor(size * 2) / 2 / scale}px Inter, system-ui, sans-serif`;
}

/** @param {CanvasRenderingContext2D} context @param {number} scale @param {{text: string, x: number, y: number, width: number, height: number, colour: string}} box */
function paintInside(context, scale, { text, x, y, width, height, colour }) {
  const size = Math.min(sizeFor(text, width * 0.92, scale), height * scale * 0.8);
  if (size < LEAST_NAME) return;
  useFont(context, size, scale);
  context.fillStyle = colour;
  context.fillText(text, x + width / 2, y + height / 2 + (size * 0.36) / scale);
}

/** @param {CanvasRenderingContext2D} context @param {number} scale @param {{text: string, x: number, y: number, width: number, height: number, colour: string}} frame */
function paintCorner(context, scale, { text, x, y, width, height, colour }) {
  const size = Math.min(sizeFor(text, width - 10 / scale, scale), 11.5);
  if (size < LEAST_NAME || height * scale < 34) return;
  useFont(context, size, scale);
  const [left, baseline] = [x + 5 / scale, y + (size + 3) / scale];
  context.strokeText(text, left, baseline);
  context.fillStyle = colour;
  context.fillText(text, left, baseline);
}
