/** Work for the first picture that need not wait for the layout: both are under way at once. */

import { levelOf } from '../core/level.mjs';
import { contentOf } from './paint_boxes.mjs';

/** @import {Doc} from '../core/document.mjs' */

/** More boxes than a window shows at once. */
const MOST_BOXES = 2000;

/** @param {Doc} doc @param {Set<number>} open  scopes that the first picture shows open */
export function prepareFirstPicture(doc, open) {
  let boxes = 0;
  for (const scope of open) {
    if (!doc.isScope(scope)) continue;
    const { children } = levelOf(doc, scope);
    for (const child of children) {
      if (++boxes > MOST_BOXES) return;
      if (!open.has(child)) contentOf(doc, child);
    }
  }
}
