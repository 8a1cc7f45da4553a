/** The rows below the search field: what may be typed next, and what was found. */

import { say } from '../core/language.mjs';
import { formatInteger } from '../core/numbers.mjs';
import { familyColour } from './colours.mjs';
import { describePath } from './describe.mjs';
import { make } from './dom.mjs';

/**
 * @import {PageState} from './state.mjs'
 * @import {Doc} from '../core/document.mjs'
 * @import {Completion} from '../core/query/complete.mjs'
 */

/** @param {Completion} completion @param {number} row */
export function completionRow(completion, row) {
  const { shown, label, count } = completion;
  const detail = label ? say(label) : count === null || Number.isNaN(count) ? '' : count === 1 ? say('1 node') : say('{n} nodes', { n: formatInteger(count) });
  return make('li', { class: 'completion', role: 'option', id: `completion-${row}`, 'data-completion': row, 'aria-selected': 'false' },
    make('b', { text: shown }), make('small', { text: detail }), ...(row === 0 ? [make('kbd', { text: 'Tab', 'aria-hidden': 'true' })] : []));
}

/** @param {Doc} doc @param {PageState} now @param {number} item @param {number} row */
export function resultRow(doc, now, item, row) {
  const element = make('li', { role: 'option', id: `result-${row}`, 'data-row': row, 'aria-selected': 'false' },
    make('i'),
    make('b', { text: doc.name(item) }),
    make('em', { text: doc.shape(item) || doc.type(item) }),
    make('small', { text: describePath(doc, item) || doc.type(item) }));
  element.style.setProperty('--family', familyColour(now.theme, doc.familyName(item)));
  return element;
}

/** @param {string} text */
export function remark(text) {
  return make('li', { class: 'empty', role: 'presentation', text });
}

/** @param {number} count */
export function countText(count) {
  if (count === 0) return say('no results');
  return count === 1 ? say('1 result') : say('{n} results', { n: formatInteger(count) });
}
