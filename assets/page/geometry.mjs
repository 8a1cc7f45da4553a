/**
 * Where things are in a scene: boxes of items, what lies under a point, what the arrow keys reach. Pure.
 *
 * @import {Doc} from '../core/document.mjs'
 * @import {Scene, Level} from '../core/scene.mjs'
 * @import {Box} from './viewport.mjs'
 *
 * @typedef {object} Place
 * @property {number} item      the item, or its nearest ancestor that the scene shows
 * @property {Box} box          absolute
 * @property {Level|null} level the level it lies in; null for the root
 * @property {number} position  its place among the level's children, -1 for the root
 * @property {Level|null} inner its own level when it is open
 */

import { positionIn } from './pack.mjs';

/** @param {Scene} scene @returns {Box} */
export function sceneBox(scene) {
  return { x: 0, y: 0, width: scene.width, height: scene.height };
}

/** @param {Scene} scene @returns {Place} */
function rootPlace(scene) {
  return { item: scene.root.item, box: sceneBox(scene), level: null, position: -1, inner: scene.root };
}

/** @param {Level} level @param {number} k @param {number} originX @param {number} originY @returns {Place} */
function childPlace(level, k, originX, originY) {
  const box = { x: originX + level.layout.x[k], y: originY + level.layout.y[k], width: level.widths[k], height: level.heights[k] };
  return { item: level.children[k], box, level, position: k, inner: level.inner[k] };
}

/** @param {Doc} doc @param {Scene} scene @param {number} item @returns {Place} */
export function locate(doc, scene, item) {
  let place = rootPlace(scene);
  for (const step of doc.pathOf(item)) {
    if (!place.inner) break;
    const k = positionIn(place.inner.children, step);
    if (k < 0) break;
    place = childPlace(place.inner, k, place.box.x, place.box.y);
  }
  return place;
}

/** The innermost box under a world point, or null. @param {Scene} scene @param {number} x @param {number} y @returns {Place|null} */
export function placeAt(scene, x, y) {
  /** @type {Place|null} */
  let found = null;
  for (let place = rootPlace(scene); place.inner; ) {
    const k = childAt(place.inner, x - place.box.x, y - place.box.y);
    if (k < 0) break;
    place = childPlace(place.inner, k, place.box.x, place.box.y);
    found = place;
  }
  return found;
}

/** @param {Level} level @param {number} x @param {number} y relative to the level */
function childAt(level, x, y) {
  const { layout, widths, heights } = level;
  for (let k = 0; k < level.children.length; k++) {
    const dx = x - layout.x[k];
    const dy = y - layout.y[k];
    if (dx >= 0 && dy >= 0 && dx <= widths[k] && dy <= heights[k]) return k;
  }
  return -1;
}

/** @typedef {'forward'|'back'|'before'|'after'} Move  along the flow, or to the sides of it */

/** What an arrow key means when the flow runs down or right. @param {string} key @param {'down'|'right'} direction @returns {Move|null} */
export function moveOfKey(key, direction) {
  const across = direction === 'right';
  switch (key) {
    case 'ArrowDown': return across ? 'after' : 'forward';
    case 'ArrowUp': return across ? 'before' : 'back';
    case 'ArrowRight': return across ? 'forward' : 'after';
    case 'ArrowLeft': return across ? 'back' : 'before';
    default: return null;
  }
}

/**
 * The item that an arrow key reaches; the same item when there is none. Forward from an open scope goes into it,
 * forward over a scope's end leaves it.
 * @param {Doc} doc @param {Scene} scene @param {number} item @param {Move} move @param {'down'|'right'} direction
 */
export function moveFrom(doc, scene, item, move, direction) {
  const place = locate(doc, scene, item);
  if (move === 'before' || move === 'after') return besideOf(place, move, direction);
  const inner = place.inner ? stepIn(place, -1, move, direction) : -1;
  if (inner >= 0) return inner;
  for (let at = place; at.level; at = locate(doc, scene, at.level.item)) {
    const next = stepIn({ ...at, inner: at.level, box: levelBox(at) }, at.position, move, direction);
    if (next >= 0) return next;
  }
  return place.item;
}

/** The absolute box of the level a place lies in (only its corner matters). @param {Place} place @returns {Box} */
function levelBox(place) {
  const level = /** @type {Level} */ (place.level);
  return { x: place.box.x - level.layout.x[place.position], y: place.box.y - level.layout.y[place.position], width: 0, height: 0 };
}

/**
 * Follow the edges of a level from a position (-1 = its boundary).
 * @param {Place} scope @param {number} from @param {Move} move @param {'down'|'right'} direction @returns {number} item or -1
 */
function stepIn(scope, from, move, direction) {
  const level = /** @type {Level} */ (scope.inner);
  const ends = new Set();
  for (const edge of level.edges) {
    const [near, far] = move === 'forward' ? [edge.source, edge.target] : [edge.target, edge.source];
    if (near === from && far >= 0) ends.add(far);
  }
  if (from < 0 && ends.size === 0) return level.children[move === 'forward' ? 0 : level.children.length - 1];
  const places = [...ends].map((k) => childPlace(level, k, scope.box.x, scope.box.y));
  const origin = from < 0 ? null : centre(childPlace(level, from, scope.box.x, scope.box.y).box);
  return nearest(places, (box) => {
    const at = centre(box);
    if (!origin) return move === 'forward' ? at.y + at.x : -at.y - at.x;
    const [along, aside] = direction === 'down' ? [at.y - origin.y, at.x - origin.x] : [at.x - origin.x, at.y - origin.y];
    return Math.abs(along) + Math.abs(aside);
  });
}

/** The nearest sibling on one side. @param {Place} place @param {Move} move @param {'down'|'right'} direction */
function besideOf(place, move, direction) {
  const { level } = place;
  if (!level) return place.item;
  const corner = levelBox(place);
  const origin = centre(place.box);
  const sign = move === 'after' ? 1 : -1;
  const places = [];
  for (let k = 0; k < level.children.length; k++) {
    const sibling = childPlace(level, k, corner.x, corner.y);
    const at = centre(sibling.box);
    const aside = (direction === 'down' ? at.x - origin.x : at.y - origin.y) * sign;
    if (k !== place.position && aside > 1) places.push(sibling);
  }
  const best = nearest(places, (box) => {
    const at = centre(box);
    const [aside, along] = direction === 'down' ? [at.x - origin.x, at.y - origin.y] : [at.y - origin.y, at.x - origin.x];
    return Math.abs(aside) + 4 * Math.abs(along);
  });
  return best >= 0 ? best : place.item;
}

/** @param {Box} box */
function centre(box) {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** @param {Place[]} places @param {(box: Box) => number} distance @returns {number} item or -1 */
function nearest(places, distance) {
  let best = -1;
  let least = Infinity;
  for (const place of places) {
    const d = distance(place.box);
    if (d < least) [best, least] = [place.item, d];
  }
  return best;
}
