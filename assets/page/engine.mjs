/** What the layout worker does with a message; no worker in it, so that the tests can call it. */

import { readDocument } from '../core/document.mjs';
import { createSceneCache, makeScene } from '../core/scene.mjs';
import { ScenePacker } from './pack.mjs';

/**
 * @import {Doc} from '../core/document.mjs'
 * @import {PackedScene} from './pack.mjs'
 *
 * @typedef {{open: Int32Array, direction: 'down'|'right'}} SceneOrder
 * @typedef {{id: number, text?: string, order?: SceneOrder}} Request  the document's text, once, before the first order
 * @typedef {{id: number, scene?: PackedScene, error?: string}} Answer
 */

export class LayoutEngine {
  constructor() {
    /** @type {Doc|null} */
    this.doc = null;
    this.cache = createSceneCache();
    this.packer = new ScenePacker();
  }

  /** @param {Request} request @returns {Answer} */
  answer(request) {
    try {
      if (request.text !== undefined) this.read(request.text);
      return { id: request.id, scene: request.order && this.layOut(request.order) };
    } catch (error) {
      return { id: request.id, error: error instanceof Error ? error.message : String(error) };
    }
  }

  /** @param {string} text  of a drawing document */
  read(text) {
    this.doc = readDocument(JSON.parse(text));
    this.cache = createSceneCache();
  }

  /** @param {SceneOrder} order */
  layOut(order) {
    if (this.doc === null) throw new Error('The layout was asked for before the document.');
    const view = { open: new Set(order.open), direction: order.direction };
    return this.packer.pack(makeScene(this.doc, view, this.cache));
  }
}
