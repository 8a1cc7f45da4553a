/** The card that explains the query language; a press on an example asks it. */

import { FIELDS } from '../core/query/fields.mjs';
import { say } from '../core/language.mjs';
import { make } from './dom.mjs';

/** @type {[string, string][]} */
const WRITING = [
  ['softmax', 'words in names, types, shapes and paths'],
  ['/conv.*_bn$/', 'a regular expression'],
  ['op:matmul params>1M', 'both'],
  ['op:matmul or op:conv2d', 'one of them'],
  ['layer:Dense -trainable:true', 'without'],
  ['(op:add or op:mul) out[-1]=768', 'in parentheses first'],
];
/** Properties that the card lists; the completion offers all. */
const LISTED = ['op', 'layer', 'name', 'path', 'shape', 'in', 'params', 'flops', 'bytes', 'dtype', 'trainable', 'role', 'upstream', 'downstream'];

/** @param {(query: string) => void} ask @returns {HTMLElement} */
export function makeSearchHelp(ask) {
  const card = make('div', { class: 'search-help', role: 'group', 'aria-label': say('How to search') },
    make('h3', { text: say('How to search') }),
    ...WRITING.map(([example, label]) => makeLine(example, label)),
    make('h3', { text: say('Properties') }),
    ...FIELDS.filter(({ key }) => LISTED.includes(key)).map(({ example, label }) => makeLine(example, label)),
    make('p', { text: say('* is any text, ? any character; in shapes ? is one dimension and * any number of them. Sizes may be written 10k, 1.5M, 4MiB or 1k..2k.') }));
  card.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('button') : null;
    if (button) ask(button.dataset.query ?? '');
  });
  return card;
}

/** @param {string} example @param {string} label */
function makeLine(example, label) {
  return make('button', { type: 'button', class: 'search-example', 'data-query': example }, make('code', { text: example }), make('span', { text: say(label) }));
}
