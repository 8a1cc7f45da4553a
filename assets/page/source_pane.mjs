/**
 * The user's source, read-only, at the line of what is selected. A line that made something selects it when clicked.
 * The server highlights and decides which files may be read; see graphscope/app/sources.py.
 */

import { say } from '../core/language.mjs';
import { make, setText } from './dom.mjs';
import { VirtualRows } from './virtual_rows.mjs';

/**
 * @import {State} from './state.mjs'
 *
 * @typedef {object} SourcePlaces
 * @property {{name: string, path: string}[]} files
 * @property {number[]} file  per item, -1 where its line is unknown
 * @property {number[]} line  per item, from 1 on
 *
 * @typedef {{path: string, lines: [string, string][][], note: string}} SourceFile  lines of runs: colour, text
 */

const LINE_HEIGHT = 19;
/** Lines above the one that is shown, so that one sees what it belongs to. */
const CONTEXT_LINES = 6;

export class SourcePane {
  /** @param {State} state @param {(item: number) => void} reveal */
  constructor(state, reveal) {
    this.state = state;
    this.reveal = reveal;
    /** @type {Promise<SourcePlaces>|null} */
    this.coming = null;
    /** @type {SourcePlaces|null} */
    this.places = null;
    /** @type {Map<number, Promise<SourceFile>>} */
    this.files = new Map();
    /** number of the file that is shown */
    this.file = -1;
    /** @type {SourceFile|null} */
    this.shown = null;
    this.line = 0;
    /** what was made in each line of the file @type {Map<number, number[]>} */
    this.made = new Map();
    this.asked = 0;
    this.chooser = /** @type {HTMLSelectElement} */ (make('select', { class: 'source-file', 'aria-label': say('Source file') }));
    this.place = make('span', { class: 'dock-count', role: 'status' });
    this.note = make('p', { class: 'source-note', role: 'note', hidden: '' });
    this.code = make('div', { class: 'source-code', role: 'group', tabindex: 0, 'aria-label': say('Source') });
    this.element = make('div', { class: 'source' }, make('div', { class: 'dock-bar' }, this.chooser, this.place), this.note, this.code);
    this.rows = new VirtualRows(this.code, LINE_HEIGHT, (row) => this.makeLine(row));
    this.rows.space.setAttribute('role', 'presentation');
    this.chooser.addEventListener('change', () => void this.open(Number(this.chooser.value), 0));
    this.code.addEventListener('click', (event) => {
      const line = event.target instanceof Element ? /** @type {HTMLElement|null} */ (event.target.closest('[data-line]')) : null;
      if (line) this.choose(Number(line.dataset.line));
    });
  }

  /** Another document was loaded: nothing that is known holds any more. */
  forget() {
    this.coming = this.places = null;
    this.files.clear();
    this.file = -1;
  }

  /** Go to the line of what is selected; where nothing is, to the first line that made something. */
  async refresh() {
    const asked = ++this.asked;
    try {
      this.coming ??= /** @type {Promise<SourcePlaces>} */ (ask('source/places.json'));
      const places = (this.places = await this.coming);
      if (asked !== this.asked) return;
      this.listFiles(places);
      const item = this.placeOf(this.state.now.selected);
      if (item >= 0) await this.open(places.file[item], places.line[item]);
      else if (this.file < 0) await this.open(0, 0);
      this.tell(item);
    } catch (error) {
      this.coming = null;
      this.say(error instanceof Error ? error.message : String(error));
    }
  }

  /** The item whose line stands for another: itself, or the call around it. @param {number} item */
  placeOf(item) {
    const { doc } = this.state;
    for (let up = item; up > 0; up = doc.parent[up]) if ((this.places?.file[up] ?? -1) >= 0) return up;
    return -1;
  }

  /** @param {SourcePlaces} places */
  listFiles(places) {
    if (this.chooser.options.length === places.files.length) return;
    this.chooser.replaceChildren(...places.files.map(({ name, path }, k) => make('option', { value: k, title: path, text: name })));
  }

  /** @param {number} file @param {number} line  0 = the start, or the first that made something */
  async open(file, line) {
    if (file !== this.file) {
      const known = this.files.get(file) ?? /** @type {Promise<SourceFile>} */ (ask(`source/files/${file}.json`));
      this.files.set(file, known);
      const shown = await known;
      this.file = file;
      this.shown = shown;
      this.chooser.value = String(file);
      this.chooser.title = shown.path;
      this.collect(file);
      this.say(shown.note);
      this.rows.space.style.minWidth = `${Math.max(0, ...shown.lines.map(lengthOf)) + 10}ch`;
      this.line = 0;
      this.rows.reset(shown.lines.length);
    }
    this.goTo(line || Math.min(...this.made.keys(), Infinity), line > 0);
  }

  /** @param {number} file */
  collect(file) {
    this.made = new Map();
    const { file: files, line } = /** @type {SourcePlaces} */ (this.places);
    for (let item = 1; item < files.length; item++) {
      if (files[item] !== file) continue;
      const others = this.made.get(line[item]);
      if (others) others.push(item);
      else this.made.set(line[item], [item]);
    }
  }

  /** @param {number} line @param {boolean} isMarked */
  goTo(line, isMarked) {
    const before = this.line;
    this.line = isMarked ? line : 0;
    for (const each of [before, this.line]) this.rows.elements.get(each - 1)?.classList.toggle('current', each === this.line);
    if (!Number.isFinite(line)) return;
    const top = (line - 1) * LINE_HEIGHT;
    const { scrollTop, clientHeight } = this.code;
    const inSight = top >= scrollTop && top + LINE_HEIGHT <= scrollTop + clientHeight;
    if (!inSight) this.code.scrollTop = Math.max(0, top - CONTEXT_LINES * LINE_HEIGHT);
    this.rows.draw();
  }

  /** @param {number} row */
  makeLine(row) {
    const line = row + 1;
    const made = this.made.get(line) ?? [];
    const runs = this.shown?.lines[row] ?? [];
    const number = made.length > 0
      ? make('button', { type: 'button', class: 'source-number', text: String(line), 'aria-label': say('Line {line}: select {name}', { line, name: this.state.doc.name(made[0]) }) })
      : make('span', { class: 'source-number', text: String(line) });
    const text = make('code', {}, ...runs.map(([colour, part]) => make('span', { class: colour ? `code-${colour}` : undefined, text: part })));
    const classes = ['source-line', made.length > 0 ? 'made' : '', line === this.line ? 'current' : ''].filter(Boolean).join(' ');
    return make('div', { class: classes, 'data-line': made.length > 0 ? line : undefined }, number, text);
  }

  /** Select what a line made: the first, or the one after what is selected. @param {number} line */
  choose(line) {
    const made = this.made.get(line);
    if (!made) return;
    const at = made.indexOf(this.state.now.selected);
    this.reveal(made[(at + 1) % made.length]);
  }

  /** @param {number} item */
  tell(item) {
    const { doc, now } = this.state;
    const calls = this.made.get(this.line)?.length ?? 0;
    if (now.selected > 0 && item < 0) setText(this.place, say('No line is known for {name}.', { name: doc.name(now.selected) }));
    else if (item > 0) setText(this.place, calls > 1 ? say('{name} and {more} more in line {line}', { name: doc.name(item), more: calls - 1, line: this.line }) : say('{name} in line {line}', { name: doc.name(item), line: this.line }));
    else setText(this.place, '');
  }

  /** @param {string} text */
  say(text) {
    this.note.hidden = text === '';
    setText(this.note, say(text));
  }
}

/** @param {[string, string][]} line */
function lengthOf(line) {
  return line.reduce((sum, [, text]) => sum + text.length, 0);
}

/** @param {string} address @returns {Promise<unknown>} */
async function ask(address) {
  const answer = await fetch(address, { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(say('The source cannot be read from the server.'));
  return answer.json();
}
