/** What stands in a box, and how large the box is. Renderers draw exactly this. */

import { textWidth, ellipsizeMiddle } from './text.mjs';
import { FLAG } from './document.mjs';
import { formatCount, formatInteger } from './numbers.mjs';

/**
 * @import {Doc} from './document.mjs'
 *
 * @typedef {object} BoxContent
 * @property {number} width     px
 * @property {number} height    px
 * @property {string} name      shortened to fit
 * @property {string} detail    second line; "" = none
 * @property {"mono400"|"sans400"} detailFont
 * @property {string} badge     "×48" of a repeat; "" = none
 * @property {number} badgeWidth px, 0 without badge
 * @property {CodeMark|null} code  what says that code came with it
 * @property {boolean} chevron  a scope: draw the open/closed chevron before the name
 * @property {boolean} bar      draw the family bar at the left edge: every leaf, and layers of a known kind
 * @property {number} stack     a repeat: how many more sheets show behind the box, each BOX.stackOffset further
 *                              right and up; the front sheet is the box less stack * BOX.stackOffset at its right
 *                              and top
 * @property {number} textX     left of name and detail, from the box's left
 * @property {number} nameY     baselines, from the box's top
 * @property {number} detailY
 */

/**
 * @typedef {object} CodeMark  a pill in the upper right corner
 * @property {string} text
 * @property {number} width    px
 * @property {boolean} quiet   only the class is its user's own
 */

/** Sizes in px shared by all renderers. */
export const BOX = {
  nameSize: 12, detailSize: 9.6, badgeSize: 10, radius: 7, barWidth: 4, chevron: 7,
  leafHeight: 38, scopeHeight: 46, headerHeight: 30, headerBaseline: 19, headerX: 12, stackOffset: 4,
};
const LEAF_TEXT_X = 14;
const SCOPE_TEXT_X = 14;
const PADDING_RIGHT = 12;
const NAME_ROOM = 190;
const DETAIL_ROOM = 230;
/** A type that has less room than this says nothing. */
const TYPE_ROOM = 36;
/** Widths are multiples of this, so that boxes with nearly equal names share one layout. */
const WIDTH_STEP = 8;
const CHEVRON_SPACE = 12;

/**
 * Content and size of a closed box (leaf or scope).
 * @param {Doc} doc
 * @param {number} item
 * @returns {BoxContent}
 */
export function boxOf(doc, item) {
  return doc.isScope(item) ? scopeBox(doc, item) : leafBox(doc, item);
}

/** @param {Doc} doc @param {number} item @returns {BoxContent} */
function leafBox(doc, item) {
  const name = ellipsizeMiddle(doc.name(item), 'sans600', BOX.nameSize, NAME_ROOM);
  const detail = leafDetail(doc, item);
  const code = codeMarkOf(doc, item);
  const first = textWidth(name, 'sans600', BOX.nameSize) + roomOf(code);
  const text = Math.max(first, textWidth(detail, 'mono400', BOX.detailSize));
  return {
    width: quantise(LEAF_TEXT_X + text + PADDING_RIGHT), height: BOX.leafHeight, name, detail, detailFont: 'mono400',
    badge: '', badgeWidth: 0, code, chevron: false, bar: true, stack: 0, textX: LEAF_TEXT_X, nameY: 16, detailY: 29,
  };
}

/** @param {Doc} doc @param {number} item @returns {BoxContent} */
function scopeBox(doc, item) {
  const name = ellipsizeMiddle(doc.name(item), 'sans600', BOX.nameSize, NAME_ROOM);
  const detail = ellipsizeMiddle(scopeDetail(doc, item), 'sans400', BOX.detailSize, DETAIL_ROOM);
  const badge = badgeOf(doc, item);
  const badgeWidth = badge === '' ? 0 : Math.ceil(textWidth(badge, 'sans600', BOX.badgeSize)) + 12;
  const code = codeMarkOf(doc, item);
  const first = CHEVRON_SPACE + textWidth(name, 'sans600', BOX.nameSize) + (badgeWidth > 0 ? badgeWidth + 10 : 0) + roomOf(code);
  const text = Math.max(first, textWidth(detail, 'sans400', BOX.detailSize));
  const stack = badge === '' ? 0 : 2;
  const behind = stack * BOX.stackOffset;
  return {
    width: quantise(SCOPE_TEXT_X + text + PADDING_RIGHT) + behind, height: BOX.scopeHeight + behind, name, detail, detailFont: 'sans400',
    badge, badgeWidth, code, chevron: true, bar: stack === 0 && doc.familyName(item) !== 'other', stack, textX: SCOPE_TEXT_X, nameY: 19 + behind, detailY: 34 + behind,
  };
}

/**
 * "code" where the file holds code for an item or something in it, or names some; null where it does not.
 * @param {Doc} doc @param {number} item @returns {CodeMark|null}
 */
export function codeMarkOf(doc, item) {
  const flags = doc.flags?.[item] ?? 0;
  if ((flags & (FLAG.code | FLAG.custom)) === 0) return null;
  const text = flags & FLAG.code ? 'code' : 'code by name';
  return { text, width: Math.ceil(textWidth(text, 'sans600', BOX.badgeSize)) + 12, quiet: text !== 'code' };
}

/** @param {CodeMark|null} code */
function roomOf(code) {
  return code ? code.width + 10 : 0;
}

/** "×48" for a repeat, else "". @param {Doc} doc @param {number} item */
export function badgeOf(doc, item) {
  return doc.kindName(item) === 'repeat' ? `×${doc.count[item]}` : '';
}

/**
 * "Type · B×128"; the type is left out where the name says it already, and gives way to a long shape.
 * @param {Doc} doc
 * @param {number} item
 */
function leafDetail(doc, item) {
  const type = doc.type(item);
  const shape = fitted(doc.shape(item), DETAIL_ROOM);
  if (shape === '') return fitted(type, DETAIL_ROOM);
  const room = DETAIL_ROOM - textWidth(` · ${shape}`, 'mono400', BOX.detailSize);
  if (type === '' || type.toLowerCase() === doc.name(item).toLowerCase() || room < TYPE_ROOM) return shape;
  return `${fitted(type, room)} · ${shape}`;
}

/** @param {string} text @param {number} room */
function fitted(text, room) {
  return ellipsizeMiddle(text, 'mono400', BOX.detailSize, room);
}

/** "Dense · 2 ops · 25.8M". @param {Doc} doc @param {number} item */
function scopeDetail(doc, item) {
  const leaves = doc.leaves[item];
  const word = hasOps(doc) ? 'op' : 'layer';
  const parameters = doc.value('parameters', item);
  const parts = [doc.type(item), leaves > 0 ? `${formatInteger(leaves)} ${word}${leaves === 1 ? '' : 's'}` : ''];
  if (parameters > 0) parts.push(formatCount(parameters));
  return parts.filter((part) => part !== '').join(' · ');
}

/** @type {WeakMap<Doc, boolean>} */
const docsWithOps = new WeakMap();

/** Does the document hold traced operations (or only layers, as read from a file)? @param {Doc} doc */
function hasOps(doc) {
  let known = docsWithOps.get(doc);
  if (known === undefined) {
    known = doc.kind.includes(doc.kinds.indexOf('op'));
    docsWithOps.set(doc, known);
  }
  return known;
}

/**
 * @typedef {object} HeaderContent  the header line of an open scope
 * @property {string} name
 * @property {string} type       "" when there is no room for it
 * @property {number} nameX
 * @property {number} typeX
 * @property {string} badge
 * @property {number} badgeWidth
 * @property {CodeMark|null} code  null also where what is inside says it
 */

/**
 * Name and type on the header line of an open scope, beside the line that comes in through the header.
 * @param {Doc} doc
 * @param {number} item
 * @param {number} width  of the scope's box, px
 * @param {number} port   x of the incoming line, -1 without
 * @returns {HeaderContent}
 */
export function headerOf(doc, item, width, port = -1) {
  const badge = badgeOf(doc, item);
  const badgeWidth = badge === '' ? 0 : Math.ceil(textWidth(badge, 'sans600', BOX.badgeSize)) + 12;
  const code = ownCodeMarkOf(doc, item);
  const nameX = BOX.headerX + CHEVRON_SPACE;
  const end = width - BOX.headerX - (badgeWidth > 0 ? badgeWidth + 8 : 0) - roomOf(code);
  const name = ellipsizeMiddle(doc.name(item), 'sans600', BOX.nameSize, Math.max(20, Math.min(NAME_ROOM, end - nameX)));
  const typeX = nameX + textWidth(name, 'sans600', BOX.nameSize) + 6;
  const room = (port > typeX ? Math.min(end, port - 8) : end) - typeX;
  const type = doc.type(item);
  const shown = type !== '' && type !== doc.name(item) && room > Math.min(64, textWidth(type, 'sans400', BOX.detailSize)) ? ellipsizeMiddle(type, 'sans400', BOX.detailSize, room) : '';
  return { name, type: shown, nameX, typeX, badge, badgeWidth, code };
}

/** The mark of an open scope whose children do not have it. @param {Doc} doc @param {number} item */
function ownCodeMarkOf(doc, item) {
  const code = codeMarkOf(doc, item);
  return code && doc.childrenOf(item).every((child) => codeMarkOf(doc, child)?.text !== code.text) ? code : null;
}

/** Least width of an open scope, and least x of its incoming line, so that its name stays readable. @param {Doc} doc @param {number} item */
export function headerNeeds(doc, item) {
  const name = ellipsizeMiddle(doc.name(item), 'sans600', BOX.nameSize, NAME_ROOM);
  const end = BOX.headerX + CHEVRON_SPACE + textWidth(name, 'sans600', BOX.nameSize);
  return { minWidth: quantise(end + BOX.headerX + (badgeOf(doc, item) === '' ? 0 : 40) + roomOf(ownCodeMarkOf(doc, item))), minPort: quantise(end + 6) };
}

/** @param {number} width */
function quantise(width) {
  return Math.ceil(width / WIDTH_STEP) * WIDTH_STEP;
}
