/** The badge with what the reader or tracer could not know, and its list. */

import { say } from '../core/language.mjs';
import { sayServer } from '../core/languages/sentences.mjs';
import { byId, make } from './dom.mjs';
import { connectPopover } from './popover.mjs';

/**
 * @import {Doc} from '../core/document.mjs'
 */

/** The page stays small: the details panel and `graphscope info` have the others. */
const MOST_NOTES = 200;

let connected = false;

/** @param {Doc} doc @param {(item: number) => void} reveal */
export function showNotes(doc, reveal) {
  const button = byId('notes-button');
  const list = byId('notes-popover');
  const { notes } = doc;
  button.hidden = notes.length === 0;
  if (notes.length === 0) return;
  button.textContent = notes.length === 1 ? say('1 note') : say('{n} notes', { n: notes.length });
  list.replaceChildren(...notes.slice(0, MOST_NOTES).map((note) => makeNote(doc, note, reveal)));
  if (notes.length > MOST_NOTES) {
    list.append(make('p', { class: 'note', text: say('… and {n} more. "graphscope info" prints them all.', { n: notes.length - MOST_NOTES }) }));
  }
  if (!connected) connectPopover(button, list);
  connected = true;
}

/** @param {Doc} doc @param {import('../core/document.mjs').Note} note @param {(item: number) => void} reveal */
function makeNote(doc, note, reveal) {
  const known = note.item > 0 && note.item < doc.n;
  const element = make(
    known ? 'button' : 'div',
    { class: 'note', type: known ? 'button' : undefined },
    make('b', { text: known ? doc.id(note.item) : note.code }),
    make('span', { text: sayServer(note.message) }),
  );
  if (known) element.addEventListener('click', () => reveal(note.item));
  return element;
}
