/**
 * The scene: a document seen through a view, positioned.
 *
 * Open scopes are laid out from the innermost to the root; each level knows only its own children. Structure and
 * layouts are kept in a cache by content, so that equal blocks share one layout object, and levels that did not
 * change since the last scene are taken over whole.
 */

import { boxOf, headerNeeds, BOX } from './box.mjs';
import { outLabelWidths } from './labels.mjs';
import { levelOf } from './level.mjs';
import { structureLevel } from './layout/layout.mjs';
import { placeStructure } from './layout/place.mjs';

/**
 * @import {Doc} from './document.mjs'
 * @import {LevelEdge} from './level.mjs'
 * @import {Structure, Layout} from './layout/layout.mjs'
 * @import {PlaceInput} from './layout/place.mjs'
 *
 * @typedef {object} View
 * @property {Set<number>} open             items whose children are shown (the root always is)
 * @property {"down"|"right"} [direction]
 * @property {number} [maxAspect]           long to short side from which a level wraps into columns (2.5)
 *
 * @typedef {object} Level
 * @property {number} item
 * @property {Int32Array} children          items
 * @property {Layout} layout                relative to the level's box; shared between equal levels
 * @property {LevelEdge[]} edges            parallel to layout.edges
 * @property {Float64Array} widths          of the children's boxes
 * @property {Float64Array} heights
 * @property {(Level|null)[]} inner         the level inside each open child
 *
 * @typedef {object} Scene
 * @property {number} width
 * @property {number} height
 * @property {"down"|"right"} direction
 * @property {Level} root
 *
 * @typedef {object} SceneCache   belongs to one document
 * @property {Map<number, {width: number, height: number}>} boxes
 * @property {Map<number, {structure: Structure, id: number}>} structures   by scope
 * @property {Map<string, {structure: Structure, id: number}>} structuresByContent
 * @property {Map<string, Layout>} layouts
 * @property {Map<number, Level>} levels    by scope; right for `open`
 * @property {Set<number>} open             of the last scene
 * @property {string} settings              the view's settings that the levels depend on
 */

const SCOPE_PADDING = { top: BOX.headerHeight + 8, right: 16, bottom: 16, left: 16 };
const ROOT_PADDING = { top: 24, right: 24, bottom: 24, left: 24 };
/** More layouts than any sensible session needs; then the cache starts again. */
const MOST_LAYOUTS = 60000;

/** @returns {SceneCache} */
export function createSceneCache() {
  return { boxes: new Map(), structures: new Map(), structuresByContent: new Map(), layouts: new Map(), levels: new Map(), open: new Set(), settings: '' };
}

/**
 * @param {Doc} doc
 * @param {View} view
 * @param {SceneCache} [cache] of this document; makes the next scene cheap
 * @returns {Scene}
 */
export function makeScene(doc, view, cache = createSceneCache()) {
  const direction = view.direction ?? 'down';
  const settings = `${direction} ${view.maxAspect ?? 2.5}`;
  if (cache.settings !== settings) cache.levels.clear();
  if (cache.layouts.size > MOST_LAYOUTS) cache.layouts.clear();
  forgetChanged(doc, cache, view.open);
  cache.settings = settings;
  const scopes = scopesToMake(doc, view.open, cache.levels);
  for (let i = scopes.length - 1; i >= 0; i--) cache.levels.set(scopes[i], makeLevel(doc, scopes[i], view, cache));
  const root = /** @type {Level} */ (cache.levels.get(0));
  return { width: root.layout.width, height: root.layout.height, direction, root };
}

/**
 * A level depends on what is open inside its scope: forget the levels around everything that opened or closed.
 * @param {Doc} doc @param {SceneCache} cache @param {Set<number>} open
 */
function forgetChanged(doc, cache, open) {
  /** @param {number} item */
  const forget = (item) => {
    for (let at = item; at >= 0; at = doc.parent[at]) cache.levels.delete(at);
  };
  for (const item of open) if (!cache.open.has(item)) forget(item);
  for (const item of cache.open) if (!open.has(item)) forget(item);
  cache.open = new Set(open);
}

/** Visible open scopes without a level, in preorder. @param {Doc} doc @param {Set<number>} open @param {Map<number, Level>} levels */
function scopesToMake(doc, open, levels) {
  /** @type {number[]} */
  const scopes = [];
  const waiting = [0];
  for (let scope = waiting.pop(); scope !== undefined; scope = waiting.pop()) {
    if (levels.has(scope)) continue;
    scopes.push(scope);
    const children = doc.childrenOf(scope);
    for (let k = children.length - 1; k >= 0; k--) if (open.has(children[k]) && doc.isScope(children[k])) waiting.push(children[k]);
  }
  return scopes;
}

/**
 * @param {Doc} doc @param {number} scope @param {View} view @param {SceneCache} cache
 * @returns {Level}
 */
function makeLevel(doc, scope, view, cache) {
  const { children, edges } = levelOf(doc, scope);
  const inner = Array.from(children, (child) => (view.open.has(child) && cache.levels.get(child)) || null);
  const { widths, heights } = boxSizes(doc, children, inner, cache);
  const { structure, id } = structureOf(scope, children.length, edges, cache);
  const ports = innerPorts(inner);
  const input = {
    widths, heights, ...ports, outLabels: view.direction === 'right' ? outLabelWidths(doc, { children, edges }) : null, direction: view.direction, maxAspect: view.maxAspect,
    padding: scope === 0 ? ROOT_PADDING : SCOPE_PADDING, ...(scope === 0 ? { minWidth: 0, minPort: 0 } : headerNeeds(doc, scope)),
  };
  return { item: scope, children, layout: layoutOf(structure, id, input, scope === 0, cache), edges, widths, heights, inner };
}

/** @param {Doc} doc @param {Int32Array} children @param {(Level|null)[]} inner @param {SceneCache} cache */
function boxSizes(doc, children, inner, cache) {
  const widths = new Float64Array(children.length);
  const heights = new Float64Array(children.length);
  children.forEach((child, k) => {
    const size = inner[k]?.layout ?? closedSize(doc, child, cache);
    widths[k] = size.width;
    heights[k] = size.height;
  });
  return { widths, heights };
}

/** @param {Doc} doc @param {number} item @param {SceneCache} cache */
function closedSize(doc, item, cache) {
  let size = cache.boxes.get(item);
  if (!size) {
    const { width, height } = boxOf(doc, item);
    size = { width, height };
    cache.boxes.set(item, size);
  }
  return size;
}

/** @param {number} scope @param {number} boxes @param {LevelEdge[]} edges @param {SceneCache} cache */
function structureOf(scope, boxes, edges, cache) {
  let known = cache.structures.get(scope);
  if (known) return known;
  const content = contentKey(boxes, edges);
  known = cache.structuresByContent.get(content);
  if (!known) {
    known = { structure: structureLevel(boxes, edges), id: cache.structuresByContent.size };
    cache.structuresByContent.set(content, known);
  }
  cache.structures.set(scope, known);
  return known;
}

/** @param {number} boxes @param {LevelEdge[]} edges */
function contentKey(boxes, edges) {
  let key = String(boxes);
  for (const edge of edges) key += `,${edge.source}>${edge.target}/${edge.bundle}`;
  return key;
}

/** Where lines enter and leave the open children; null when none is open. @param {(Level|null)[]} inner */
function innerPorts(inner) {
  if (inner.every((level) => level === null)) return { inPorts: null, outPorts: null };
  return { inPorts: inner.map((level) => level?.layout.inPort ?? -1), outPorts: inner.map((level) => level?.layout.outPort ?? -1) };
}

/**
 * @param {Structure} structure @param {number} id @param {PlaceInput} input
 * @param {boolean} isRoot @param {SceneCache} cache
 */
function layoutOf(structure, id, input, isRoot, cache) {
  const ports = input.inPorts ? `${input.inPorts.toString()};${input.outPorts?.toString()}` : '';
  const key = `${id};${isRoot};${input.direction};${input.maxAspect};${input.minWidth},${input.minPort};${input.widths.toString()};${input.heights.toString()};${ports};${input.outLabels?.toString()}`;
  let layout = cache.layouts.get(key);
  if (!layout) {
    layout = placeStructure(structure, input);
    cache.layouts.set(key, layout);
  }
  return layout;
}

/**
 * Visit every level of a scene, outer levels before inner ones.
 * @param {Scene} scene
 * @param {(level: Level, x: number, y: number, depth: number) => void} visit with the level's top-left corner in
 *   the scene and its depth (0 = root)
 */
export function walkScene(scene, visit) {
  const stack = [{ level: scene.root, x: 0, y: 0, depth: 0 }];
  while (stack.length > 0) {
    const { level, x, y, depth } = /** @type {{level: Level, x: number, y: number, depth: number}} */ (stack.pop());
    visit(level, x, y, depth);
    for (let k = level.inner.length - 1; k >= 0; k--) {
      const inner = level.inner[k];
      if (inner) stack.push({ level: inner, x: x + level.layout.x[k], y: y + level.layout.y[k], depth: depth + 1 });
    }
  }
}
