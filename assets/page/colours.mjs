/**
 * The colours of a picture: theme and overlay of the core, remembered per item, because a frame asks thousands of
 * times.
 */

import { mixColors } from '../core/color.mjs';
import { createScale, mutedOn, overlayFill, textOn } from '../core/overlay.mjs';
import { cssVariables, familyColor, scopeFill, themeOf } from '../core/theme.mjs';

/**
 * @import {Doc} from '../core/document.mjs'
 * @import {Theme} from '../core/theme.mjs'
 * @import {Scale} from '../core/overlay.mjs'
 *
 * @typedef {object} BoxPaint
 * @property {string} fill
 * @property {string} border
 * @property {string} text
 * @property {string} muted
 * @property {string} bar
 */

/** How strongly a box without text shows its family. */
const SMALL_TINT = 0.62;
const SMALL_SCOPE_TINT = 0.3;
/** Device px: the ground is made of tiles of about this side. */
const GROUND_TILE = 256;

/** @param {string} theme @param {string} family */
export function familyColour(theme, family) {
  return familyColor(themeOf(theme), family);
}

/** Give the shell the same palette as the canvas. @param {string} name */
export function applyTheme(name) {
  const root = document.documentElement;
  root.dataset.theme = name;
  for (const [variable, value] of Object.entries(cssVariables(themeOf(name)))) root.style.setProperty(variable, value);
}

export class Colours {
  /** @param {Doc} doc @param {string} theme @param {string} overlay @param {import('../core/overlay.mjs').ScaleMode} [mode] */
  constructor(doc, theme, overlay, mode) {
    this.doc = doc;
    /** @type {Theme} */
    this.theme = themeOf(theme);
    /** @type {Scale|null} */
    this.scale = createScale(doc, overlay, this.theme, mode);
    /** @type {BoxPaint[]} */
    this.boxes = [];
    /** @type {string[]} */
    this.smalls = [];
    this.glow = mixColors(this.theme.accent, this.theme.canvas, 0.62);
    this.hover = mixColors(this.theme.accent, this.theme.boxBorder, 0.45);
    this.hit = this.theme.name === 'dark' ? '#f2c14e' : '#d97706';
    /** @type {Set<number>|null} */
    this.hits = null;
    /** scopes above the hits @type {Set<number>} */
    this.above = new Set();
    /** the ground by the distance of its dots @type {Map<number, CanvasPattern|null>} */
    this.grounds = new Map();
  }

  /** @param {number} item @returns {BoxPaint} */
  box(item) {
    return (this.boxes[item] ??= this.makeBox(item));
  }

  /** @param {number} item @returns {BoxPaint} */
  makeBox(item) {
    const { theme, doc } = this;
    const fill = this.scale ? overlayFill(this.scale, item) : theme.box;
    const plain = fill === theme.box;
    return {
      fill,
      border: plain ? theme.boxBorder : mixColors(fill, theme.text, 0.14),
      text: textOn(theme, fill),
      muted: mutedOn(theme, fill),
      bar: familyColor(theme, doc.familyName(item)),
    };
  }

  /** Colour of a box that is too small for text. @param {number} item @returns {string} */
  small(item) {
    return (this.smalls[item] ??= this.makeSmall(item));
  }

  /** @param {number} item */
  makeSmall(item) {
    const { theme, doc, scale } = this;
    if (scale) {
      const { fill } = this.box(item);
      return fill === theme.box ? mixColors(theme.box, theme.muted, 0.22) : fill;
    }
    const tint = doc.isScope(item) ? SMALL_SCOPE_TINT : SMALL_TINT;
    return mixColors(theme.canvas, familyColor(theme, doc.familyName(item)), tint);
  }

  /** Whether a scope has found items inside. @param {Set<number>} hits @param {number} scope */
  hides(hits, scope) {
    if (this.hits !== hits) {
      this.hits = hits;
      this.above = new Set();
      for (const hit of hits) {
        for (let up = this.doc.parent[hit]; up >= 0 && !this.above.has(up); up = this.doc.parent[up]) this.above.add(up);
      }
    }
    return this.above.has(scope);
  }

  /** What lies behind the boxes of a level. @param {number} depth  0 = the root */
  ground(depth) {
    return depth === 0 ? this.theme.canvas : scopeFill(this.theme, depth);
  }

  /** A dotted ground with this distance between the dots, device px. @param {CanvasRenderingContext2D} context @param {number} size */
  dots(context, size) {
    let pattern = this.grounds.get(size);
    if (pattern === undefined) this.grounds.set(size, (pattern = context.createPattern(this.dottedTile(size), 'repeat')));
    return pattern;
  }

  /** @param {number} size */
  dottedTile(size) {
    // Many dots in one tile: each tile costs as much as a hundred pixels.
    const side = size * Math.ceil(GROUND_TILE / size);
    const tile = new OffscreenCanvas(side, side);
    const paint = /** @type {OffscreenCanvasRenderingContext2D} */ (tile.getContext('2d', { alpha: false }));
    paint.fillStyle = this.theme.canvas;
    paint.fillRect(0, 0, side, side);
    paint.fillStyle = this.theme.grid;
    const dot = Math.max(1, Math.round(size / 18));
    for (let x = 0; x < side; x += size) for (let y = 0; y < side; y += size) paint.fillRect(x, y, dot, dot);
    return tile;
  }
}
