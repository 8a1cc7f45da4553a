/** Keys of the live page, and the card that lists them. */

import { byId, make } from '../page/dom.mjs';
import { listenForKeys } from '../page/keyboard.mjs';
import { openFloating } from './floating.mjs';

/** @type {[string, string[]][]} */
const LIST = [
  ['Filter runs', ['/']],
  ['Move along the runs', ['↑', '↓']],
  ['Show or hide a run', ['Space']],
  ['Select a run', ['Enter']],
  ['Show or hide all runs', ['A']],
  ['Compare two selected runs', ['C']],
  ['Step, epoch or time', ['X']],
  ['Logarithmic', ['L']],
  ['Smooth less or more', ['[', ']']],
  ['Alerts', ['B']],
  ['Dark or light', ['D']],
  ['Close, clear the selection', ['Esc']],
  ['Zoom into a curve', ['drag']],
  ['Whole curve again', ['double-click']],
];

export function openKeys() {
  const rows = LIST.map(([what, keys]) => make('div', {}, make('dt', { text: what }), make('dd', {}, ...keys.flatMap((key) => [make('kbd', { text: key }), ' '].map((part) => (typeof part === 'string' ? document.createTextNode(part) : part))))));
  openFloating(byId('keys'), [make('h3', { text: 'Keyboard and mouse' }), make('dl', {}, ...rows)], { label: 'Keyboard and mouse', kind: 'keys' });
}

/** @param {Record<string, () => void>} actions  by key, as page/keyboard.mjs names it */
export function connectKeys(actions) {
  listenForKeys(document, { ...actions, '?': openKeys, 'Shift+?': openKeys });
}
