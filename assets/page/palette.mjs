/** The command palette: everything that can be done now, found by typing (the combobox pattern in a dialog). */

import { fitOf } from '../core/fuzzy.mjs';
import { say } from '../core/language.mjs';
import { closeOnBackdrop, makeCaps } from './cheat_sheet.mjs';
import { byId, make } from './dom.mjs';

/**
 * @import {Page} from './wiring.mjs'
 * @import {Command, Commands} from './commands.mjs'
 */

/** How many commands used last stand first while nothing is typed. */
const RECENT = 5;

export class Palette {
  /** @param {Commands} commands */
  constructor(commands) {
    this.commands = commands;
    this.dialog = byId('palette');
    this.input = byId('palette-input');
    this.list = byId('palette-list');
    /** @type {Command[]} */
    this.found = [];
    this.current = 0;
    /** ids, newest first @type {string[]} */
    this.recent = [];
    this.input.addEventListener('input', () => this.filter());
    this.input.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => this.onKey(event));
    this.list.addEventListener('click', (/** @type {Event} */ event) => this.onClick(event));
    closeOnBackdrop(this.dialog);
  }

  open() {
    if (document.querySelector('dialog[open]')) return;
    this.input.value = '';
    this.filter();
    this.dialog.showModal();
  }

  filter() {
    this.found = rankCommands(this.commands.available().filter(({ id }) => id !== 'palette'), this.input.value, this.recent);
    const rows = this.found.map((command, at) => this.makeRow(command, at));
    const empty = make('li', { class: 'empty', role: 'presentation', text: say('There is no such command.') });
    this.list.replaceChildren(...(rows.length ? rows : [empty]));
    this.mark(0);
  }

  /** @param {Command} command @param {number} at */
  makeRow(command, at) {
    const keys = command.keys?.length ? makeCaps(command.keys[0]) : [];
    return make(
      'li',
      { role: 'option', id: `command-${at}`, 'data-at': at, 'aria-selected': 'false' },
      make('span', { text: say(command.label) }),
      make('small', { text: say(command.group) }),
      make('span', { class: 'caps' }, ...keys),
    );
  }

  /** @param {number} at */
  mark(at) {
    this.list.querySelector('[aria-selected="true"]')?.setAttribute('aria-selected', 'false');
    this.current = at;
    const row = document.getElementById(`command-${at}`);
    row?.setAttribute('aria-selected', 'true');
    row?.scrollIntoView({ block: 'nearest' });
    if (row) this.input.setAttribute('aria-activedescendant', row.id);
    else this.input.removeAttribute('aria-activedescendant');
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const { length } = this.found;
    if (event.isComposing) return; // Enter ends the word that an input method is composing
    if (event.key === 'ArrowDown') this.mark((this.current + 1) % Math.max(1, length));
    else if (event.key === 'ArrowUp') this.mark((this.current - 1 + length) % Math.max(1, length));
    else if (event.key === 'Enter') this.run(this.found[this.current]);
    else return;
    event.preventDefault();
  }

  /** @param {Event} event */
  onClick(event) {
    const row = event.target instanceof Element ? /** @type {HTMLElement|null} */ (event.target.closest('[data-at]')) : null;
    if (row) this.run(this.found[Number(row.dataset.at)]);
  }

  /** @param {Command|undefined} command */
  run(command) {
    if (!command) return;
    this.dialog.close(); // the focus goes back to where it was, and the command may move it from there
    this.recent = [command.id, ...this.recent.filter((id) => id !== command.id)].slice(0, RECENT);
    void command.run();
  }
}

/**
 * The commands that fit what is typed, in the language of the page or in English; the best first.
 * @param {Command[]} commands @param {string} query @param {string[]} recent  ids of those used last, newest first
 * @returns {Command[]}
 */
export function rankCommands(commands, query, recent) {
  const age = (/** @type {Command} */ { id }) => (recent.includes(id) ? recent.indexOf(id) : RECENT);
  if (query.trim() === '') return [...commands].sort((a, b) => age(a) - age(b));
  const fits = commands.map((command) => ({ command, fit: Math.max(fitOf(query, say(command.label)), fitOf(query, command.label)) }));
  return fits.filter(({ fit }) => fit > 0).sort((a, b) => b.fit - a.fit).map(({ command }) => command);
}

/** @param {Page} page */
export function connectPalette({ commands }) {
  const palette = new Palette(commands);
  commands.add({ id: 'palette', label: 'Commands', group: 'Help', keys: ['Ctrl+K'], run: () => palette.open() });
  // Also while typing in a field, which the keys of other commands leave alone.
  document.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== 'k') return;
    event.preventDefault();
    palette.open();
  });
}
