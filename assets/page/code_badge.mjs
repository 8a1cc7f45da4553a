/** The badge in the header that says that code came with the file; it leads from one piece to the next. */

import { say } from '../core/language.mjs';
import { formatInteger } from '../core/numbers.mjs';
import { byId, make } from './dom.mjs';

/**
 * @import {Doc} from '../core/document.mjs'
 * @import {Controller} from './controller.mjs'
 */

/** @param {Doc} doc @param {Controller} controller */
export function showCode(doc, controller) {
  const button = /** @type {HTMLButtonElement} */ (byId('code-button'));
  button.hidden = doc.code === null;
  if (!doc.code) return;
  const { held, named, items } = doc.code;
  button.classList.toggle('quiet', held === 0);
  const [long, short] = held > 0
    ? [say('Contains code · {n}', { n: formatInteger(held) }), say('Code · {n}', { n: formatInteger(held) })]
    : [say('Contains code by name · {n}', { n: formatInteger(named) }), say('Code · {n}', { n: formatInteger(named) })];
  // The name of the model needs the room more where the window is narrow.
  button.replaceChildren(make('span', { class: 'long', text: long }), make('span', { class: 'short', text: short, 'aria-hidden': 'true' }));
  button.setAttribute('aria-label', long);
  button.title = held > 0
    ? say('The file holds code, or names some that Keras may run. Nothing of it was run here. Press to see each piece.')
    : say('The file names classes whose code is not in it; Keras takes what is registered under the name. Press to see each.');
  let next = 0;
  button.onclick = () => {
    // Of the model itself, the details are those that stand there while nothing is selected.
    const item = items[next++ % items.length] ?? 0;
    void (item > 0 ? controller.reveal(item) : controller.choose(0));
  };
}
