/**
 * A layout worker for pages that others embed. The viewer of a notebook may forbid workers; the layout then runs in
 * the page itself, which stutters while it is busy but draws the same.
 */

import { LayoutEngine } from '../page/engine.mjs';

/**
 * @import {WorkerLike} from '../page/layout_client.mjs'
 * @import {Request, Answer} from '../page/engine.mjs'
 */

/** @implements {WorkerLike} */
export class PatientWorker {
  /** @param {() => WorkerLike} start  makes the real worker; may throw */
  constructor(start) {
    /** @type {((event: any) => void)[]} */
    this.listeners = [];
    /** asked and not answered, in order @type {Map<number, Request>} */
    this.asked = new Map();
    /** whether the real worker ever answered: after that its errors are errors */
    this.works = false;
    /** @type {WorkerLike|null} */
    this.worker = null;
    /** @type {LayoutEngine|null} */
    this.engine = null;
    /** @type {((event: any) => void)[]} */
    this.errorListeners = [];
    try {
      this.worker = start();
      this.worker.addEventListener('message', (event) => this.receive(event.data));
      this.worker.addEventListener('error', (event) => this.fail(event));
    } catch {
      this.stayHere(); // forbidden: Chromium throws, other browsers tell it by an error event
    }
  }

  /** @param {'message'|'error'} type @param {(event: any) => void} listener */
  addEventListener(type, listener) {
    (type === 'message' ? this.listeners : this.errorListeners).push(listener);
  }

  /** @param {Request} request */
  postMessage(request) {
    this.asked.set(request.id, request);
    if (this.engine) this.answerSoon(request);
    else this.worker?.postMessage(request);
  }

  terminate() {
    this.worker?.terminate();
    this.asked.clear();
  }

  /** @param {Answer} answer */
  receive(answer) {
    if (this.engine) return; // given up on
    this.works = true;
    this.deliver(answer);
  }

  /** @param {any} event */
  fail(event) {
    if (this.works) this.errorListeners.forEach((listener) => listener(event));
    else if (!this.engine) this.stayHere();
  }

  /** From now on the page does the work, first what was asked already. */
  stayHere() {
    this.worker?.terminate();
    this.engine = new LayoutEngine();
    for (const request of this.asked.values()) this.answerSoon(request);
  }

  /** Never at once: who asks does not expect the answer before the question is finished. @param {Request} request */
  answerSoon(request) {
    setTimeout(() => {
      if (this.engine && this.asked.has(request.id)) this.deliver(this.engine.answer(request));
    });
  }

  /** @param {Answer} answer */
  deliver(answer) {
    this.asked.delete(answer.id);
    for (const listener of this.listeners) listener({ data: answer });
  }
}
