/** Asks the worker for scenes; the newest order wins. */

import { SceneUnpacker } from './pack.mjs';

/**
 * @import {Doc} from '../core/document.mjs'
 * @import {Scene} from '../core/scene.mjs'
 * @import {Answer} from './engine.mjs'
 *
 * What the page uses of a Worker; see also `assets/offline/patient_worker.mjs`.
 * @typedef {object} WorkerLike
 * @property {(type: 'message'|'error', listener: (event: any) => void) => void} addEventListener
 * @property {(message: any) => void} postMessage
 * @property {() => void} terminate
 */

export class LayoutClient {
  /** @param {WorkerLike} worker  that runs worker.mjs */
  constructor(worker) {
    this.worker = worker;
    this.asked = 0;
    /** @type {Error|null} */
    this.broken = null;
    /** @type {Map<number, {resolve: (answer: Answer) => void, reject: (error: Error) => void}>} */
    this.waiting = new Map();
    this.worker.addEventListener('message', (event) => this.receive(event.data));
    this.worker.addEventListener('error', (event) => this.fail(event.message || 'it could not be started'));
  }

  /** The worker reads the document itself: text crosses the border faster than objects. @param {string} text */
  sendDocument(text) {
    // Should the document be unreadable, the page says so: it reads the same text. Only a dead worker matters here.
    return this.ask({ text });
  }

  /** @param {Doc} doc */
  use(doc) {
    this.unpacker = new SceneUnpacker(doc);
  }

  /**
   * @param {{open: Set<number>, direction: 'down'|'right'}} order
   * @returns {Promise<Scene>}
   */
  async layOut(order) {
    const answer = await this.ask({ order: { open: Int32Array.from(order.open), direction: order.direction } });
    if (!this.unpacker || !answer.scene) throw new Error('The layout worker answered without a scene.');
    // Every answer is unpacked, in order, also one that nobody will draw: the next builds on it.
    return this.unpacker.unpack(answer.scene);
  }

  /** @param {object} message @returns {Promise<Answer>} */
  ask(message) {
    if (this.broken) return Promise.reject(this.broken);
    const id = ++this.asked;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, ...message });
    });
  }

  /** @param {Answer} answer */
  receive(answer) {
    const call = this.waiting.get(answer.id);
    this.waiting.delete(answer.id);
    if (answer.error !== undefined) call?.reject(new Error(answer.error));
    else call?.resolve(answer);
  }

  /** @param {string} reason */
  fail(reason) {
    this.broken = new Error(`The layout worker stopped: ${reason}.`);
    for (const call of this.waiting.values()) call.reject(this.broken);
    this.waiting.clear();
  }
}
