/** Entry point for engines without a browser: text in, text out. */

import { readDocument } from './document.mjs';
import { readNodeData } from './node_data.mjs';
import { makeScene } from './scene.mjs';
import { renderSvg } from './svg.mjs';

/**
 * @import {Doc} from './document.mjs'
 * @import {SvgOptions} from './svg.mjs'
 *
 * @typedef {SvgOptions & ViewOptions} ExportOptions
 *
 * @typedef {object} ViewOptions
 * @property {string[]|null} [open]     ids of the scopes to open
 * @property {number[]|null} [items]    numbers of the scopes to open, with all that is around them
 * @property {number|null} [depth]      open all scopes above this depth (1 = the root's children are closed)
 * @property {boolean} [openAll]
 * @property {"down"|"right"} [direction]
 * @property {number} [maxAspect]
 */

/**
 * SVG of a drawing document.
 * @param {string} documentText  JSON of the drawing document
 * @param {string} optionsText   JSON of {@link ExportOptions}; "" = defaults
 * @returns {string}
 * @throws {Error} when the document or an id in `open` is unknown
 */
export function exportSvg(documentText, optionsText) {
  const doc = readDocument(JSON.parse(documentText));
  /** @type {ExportOptions} */
  const options = optionsText ? JSON.parse(optionsText) : {};
  const scene = makeScene(doc, { open: scopesToOpen(doc, options), direction: options.direction ?? 'down', maxAspect: options.maxAspect });
  return renderSvg(doc, scene, options);
}

/** @param {Doc} doc @param {ExportOptions} options @returns {Set<number>} */
export function scopesToOpen(doc, options) {
  /** @type {Set<number>} */
  const open = new Set();
  const limit = options.openAll ? Infinity : options.depth ?? 0;
  for (let item = 1; item < doc.n; item++) if (doc.isScope(item) && doc.depth[item] < limit) open.add(item);
  for (const item of options.items ?? []) if (item > 0 && item < doc.n && doc.isScope(item)) open.add(item);
  for (const id of options.open ?? []) openPath(doc, id, open);
  return open;
}

/** Open a scope and everything above it. @param {Doc} doc @param {string} id @param {Set<number>} open */
function openPath(doc, id, open) {
  const item = doc.indexOf(id);
  if (item < 0) throw new Error(`There is no node "${id}" in this model.`);
  for (const step of doc.pathOf(item)) if (doc.isScope(step)) open.add(step);
}

/**
 * The names of the overlays that a user's values make, as JSON.
 * @param {string} text  JSON of the values @param {string} source  name of the file
 * @throws {Error} one sentence that says what is wrong with them
 */
export function nameNodeData(text, source) {
  return JSON.stringify(readNodeData(JSON.parse(text), source).map(({ name }) => name));
}
