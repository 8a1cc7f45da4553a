/** Boxes of nodes and scopes, as core/box.mjs composes them. */

import { BOX, boxOf, headerOf } from '../core/box.mjs';
import { textWidth } from '../core/text.mjs';

/**
 * @import {Pen} from './paint.mjs'
 * @import {BoxContent, CodeMark} from '../core/box.mjs'
 * @import {Doc} from '../core/document.mjs'
 */

export const FONTS = {
  name: `600 ${BOX.nameSize}px Inter, system-ui, sans-serif`,
  sans400: `400 ${BOX.detailSize}px Inter, system-ui, sans-serif`,
  mono400: `400 ${BOX.detailSize}px "JetBrains Mono", ui-monospace, monospace`,
  badge: `600 ${BOX.badgeSize}px Inter, system-ui, sans-serif`,
};
/** CSS px: text smaller than this is noise. */
const LEAST_TEXT = 5.6;
/** CSS px: boxes lower than this are rectangles without corners and borders. */
const PLAIN_BOX = 7;
/** CSS px: corners less round than this look square. */
const LEAST_RADIUS = 1.5;
const FRAME_RADIUS = 10;

/** @type {WeakMap<Doc, BoxContent[]>} */
const contents = new WeakMap();

/** What is written in an item's box; remembered. @param {Doc} doc @param {number} item @returns {BoxContent} */
export function contentOf(doc, item) {
  let known = contents.get(doc);
  if (!known) contents.set(doc, (known = []));
  return (known[item] ??= boxOf(doc, item));
}

/**
 * A closed box.
 * @param {Pen} pen @param {number} item @param {number} x @param {number} y @param {number} width @param {number} height
 */
export function paintBox(pen, item, x, y, width, height) {
  const { context, scale, colours, doc } = pen;
  if (height * scale < PLAIN_BOX) {
    context.fillStyle = colours.small(item);
    context.fillRect(x, y, width, height);
    paintHit(pen, item, x, y, width, height);
    return;
  }
  const content = contentOf(doc, item);
  const paint = colours.box(item);
  const behind = content.stack * BOX.stackOffset;
  for (let sheet = content.stack; sheet >= 0; sheet--) {
    const shift = sheet * BOX.stackOffset;
    outline(pen, x + shift, y + behind - shift, width - behind, height - behind, paint.fill, paint.border);
  }
  if (content.bar) paintBar(pen, paint.bar, x, y, height);
  if (BOX.detailSize * scale < LEAST_TEXT) pen.names.add(content.name, x, y + behind, width - behind, height - behind, paint.text);
  else paintText(pen, content, paint, x, y, width - behind);
  paintHit(pen, item, x, y, width, height);
}

/** @param {Pen} pen @param {BoxContent} content @param {import('./colours.mjs').BoxPaint} paint @param {number} x @param {number} y @param {number} width */
function paintText(pen, content, paint, x, y, width) {
  const { context } = pen;
  let left = x + content.textX;
  if (content.chevron) {
    chevron(pen, left, y + content.nameY, false, paint.muted);
    left += 12;
  }
  context.font = FONTS.name;
  context.fillStyle = paint.text;
  context.fillText(content.name, left, y + content.nameY);
  if (content.detail) {
    context.font = FONTS[content.detailFont];
    context.fillStyle = paint.muted;
    context.fillText(content.detail, x + content.textX, y + content.detailY);
  }
  if (content.badge) paintBadge(pen, content.badge, content.badgeWidth, x + width - 8, y + content.nameY);
  if (content.code) paintCode(pen, content.code, x + width - 7 - (content.badge ? content.badgeWidth + 7 : 0), y + content.nameY);
}

/** @param {Pen} pen @param {string} text @param {number} width @param {number} right @param {number} baseline */
function paintBadge(pen, text, width, right, baseline) {
  const { context, colours } = pen;
  context.fillStyle = colours.theme.accent;
  context.beginPath();
  context.roundRect(right - width, baseline - 12, width, 16, 8);
  context.fill();
  context.font = FONTS.badge;
  context.fillStyle = colours.theme.accentText;
  context.fillText(text, right - width + 6, baseline - 0.5);
}

/** The pill of what has code. @param {Pen} pen @param {CodeMark} code @param {number} right @param {number} baseline */
function paintCode({ context, colours }, code, right, baseline) {
  const { theme } = colours;
  const left = right - code.width;
  context.beginPath();
  context.roundRect(left, baseline - 11, code.width, 15, 7.5);
  if (code.quiet) {
    context.strokeStyle = theme.boxBorder;
    context.lineWidth = 1;
    context.stroke();
  } else {
    context.fillStyle = theme.warningSoft;
    context.fill();
  }
  context.font = FONTS.badge;
  context.fillStyle = code.quiet ? theme.muted : theme.warning;
  context.fillText(code.text, left + 6, baseline);
}

/** @param {Pen} pen @param {string} colour @param {number} x @param {number} y @param {number} height */
function paintBar(pen, colour, x, y, height) {
  const { context } = pen;
  context.fillStyle = colour;
  context.beginPath();
  context.roundRect(x, y, BOX.barWidth, height, [BOX.radius, 0, 0, BOX.radius]);
  context.fill();
}

/** @param {Pen} pen @param {number} x @param {number} y @param {number} width @param {number} height @param {string} fill @param {string} border @param {number} [radius] */
function outline(pen, x, y, width, height, fill, border, radius = BOX.radius) {
  const { context, scale } = pen;
  const line = Math.max(1, 0.8 / scale);
  if (radius * scale < LEAST_RADIUS) {
    // Two rectangles: paths cost several times as much, and from here the corners cannot be told.
    context.fillStyle = border;
    context.fillRect(x - line / 2, y - line / 2, width + line, height + line);
    context.fillStyle = fill;
    context.fillRect(x + line / 2, y + line / 2, width - line, height - line);
    return;
  }
  context.beginPath();
  context.roundRect(x, y, width, height, radius);
  context.fillStyle = fill;
  context.fill();
  context.strokeStyle = border;
  context.lineWidth = line;
  context.stroke();
}

/** A small triangle: right = closed, down = open. @param {Pen} pen @param {number} x @param {number} baseline @param {boolean} open @param {string} colour */
function chevron({ context }, x, baseline, open, colour) {
  const size = BOX.chevron;
  const y = baseline - 4.2;
  context.fillStyle = colour;
  context.beginPath();
  if (open) {
    context.moveTo(x, y - size * 0.32);
    context.lineTo(x + size, y - size * 0.32);
    context.lineTo(x + size / 2, y + size * 0.45);
  } else {
    context.moveTo(x + size * 0.15, y - size / 2);
    context.lineTo(x + size * 0.15, y + size / 2);
    context.lineTo(x + size * 0.9, y);
  }
  context.fill();
}

/**
 * The frame of an open scope.
 * @param {Pen} pen @param {number} item @param {number} x @param {number} y @param {number} width @param {number} height @param {number} depth
 */
export function paintFrame(pen, item, x, y, width, height, depth) {
  const { colours } = pen;
  outline(pen, x, y, width, height, colours.ground(depth), colours.theme.scopeBorder, FRAME_RADIUS);
  paintHit(pen, item, x, y, width, height);
}

/**
 * Its header, drawn after the inside: the line that enters the scope must not cross the name.
 * @param {Pen} pen @param {number} item @param {number} x @param {number} y @param {number} width @param {number} height @param {number} depth
 */
export function paintHeader(pen, item, x, y, width, height, depth) {
  const { context, scale, colours, doc } = pen;
  const { theme } = colours;
  if (BOX.nameSize * scale < LEAST_TEXT) {
    pen.names.addFrame(doc.name(item), x, y, width, height, theme.text, colours.ground(depth));
    return;
  }
  const header = headerOf(doc, item, width);
  const baseline = y + BOX.headerBaseline;
  context.fillStyle = colours.ground(depth);
  const right = header.type ? header.typeX + textWidth(header.type, 'sans400', BOX.detailSize) : header.nameX + textWidth(header.name, 'sans600', BOX.nameSize);
  context.fillRect(x + BOX.headerX - 4, baseline - 13, right - BOX.headerX + 8, 18);
  chevron(pen, x + BOX.headerX, baseline, true, theme.muted);
  context.font = FONTS.name;
  context.fillStyle = theme.text;
  context.fillText(header.name, x + header.nameX, baseline);
  if (header.type) {
    context.font = FONTS.sans400;
    context.fillStyle = theme.muted;
    context.fillText(header.type, x + header.typeX, baseline);
  }
  if (header.badge) paintBadge(pen, header.badge, header.badgeWidth, x + width - 8, baseline);
  if (header.code) paintCode(pen, header.code, x + width - 10 - (header.badge ? header.badgeWidth + 6 : 0), baseline);
}

/** A found item, or the closed scope that hides one. @param {Pen} pen @param {number} item @param {number} x @param {number} y @param {number} width @param {number} height */
function paintHit(pen, item, x, y, width, height) {
  const { now, context, colours, scale, doc } = pen;
  if (now.hits.size === 0) return;
  const found = now.hits.has(item);
  if (!found && (now.open.has(item) || !doc.isScope(item) || !colours.hides(now.hits, item))) return;
  context.strokeStyle = colours.hit;
  context.lineWidth = (found ? 2 : 1.2) * Math.max(1, 0.8 / scale);
  context.setLineDash(found ? [] : [5, 4]);
  context.beginPath();
  context.roundRect(x, y, width, height, BOX.radius);
  context.stroke();
  context.setLineDash([]);
}

/**
 * An open scope that is too small to show its inside.
 * @param {Pen} pen @param {number} item @param {number} x @param {number} y @param {number} width @param {number} height
 */
export function paintTile(pen, item, x, y, width, height) {
  const { context, scale, colours, doc } = pen;
  const side = Math.min(width, height) * scale;
  // A seam between neighbours; a stroke around each would cost as much again.
  const seam = side > 4 ? 0.5 / scale : 0;
  context.fillStyle = colours.small(item);
  context.fillRect(x + seam, y + seam, width - 2 * seam, height - 2 * seam);
  if (side < 8) return;
  pen.names.addTile(doc.name(item), x, y, width, height, colours.box(item).text);
}
