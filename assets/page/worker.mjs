/** The layout worker: owns a document and the layout cache, so that the page never stutters while it is busy. */

import { LayoutEngine } from './engine.mjs';

const engine = new LayoutEngine();

self.addEventListener('message', (/** @type {MessageEvent} */ event) => {
  self.postMessage(engine.answer(event.data));
});
