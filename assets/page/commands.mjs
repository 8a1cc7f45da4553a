/**
 * Everything that a user can do, by name: the keyboard, the cheat sheet and the command palette read one list.
 *
 * @typedef {'View'|'Go to'|'Select'|'Overlay'|'Share'|'Models'|'Training'|'Help'} CommandGroup
 *
 * @typedef {object} Command
 * @property {string} id
 * @property {string} label              English; shown through `say`
 * @property {CommandGroup} group
 * @property {string[]} [keys]           as `keyName` writes them; the first is shown
 * @property {'page'|'canvas'} [where]   where the keys work; everywhere by default
 * @property {() => boolean} [available] whether it can be done now; always by default
 * @property {() => unknown} run
 */

import { keyName } from './keyboard.mjs';
import { isTyping } from './dom.mjs';

export class Commands {
  constructor() {
    /** @type {Map<string, Command>} */
    this.byId = new Map();
    /** @type {Map<string, Command[]>} */
    this.byKey = new Map();
  }

  /** @param {...Command} commands @throws {Error} when an id or a key is taken */
  add(...commands) {
    for (const command of commands) {
      if (this.byId.has(command.id)) throw new Error(`There are two commands "${command.id}".`);
      this.byId.set(command.id, command);
      for (const key of command.keys ?? []) this.bind(key, command);
    }
  }

  /** @param {string} key @param {Command} command */
  bind(key, command) {
    const others = this.byKey.get(key) ?? [];
    const taken = others.find((other) => (other.where ?? 'page') === (command.where ?? 'page'));
    if (taken) throw new Error(`The key "${key}" means both "${taken.id}" and "${command.id}".`);
    this.byKey.set(key, [...others, command]);
  }

  /** @returns {Command[]} what can be done now, in the order in which it was added */
  available() {
    return [...this.byId.values()].filter((command) => command.available?.() ?? true);
  }

  /** @param {string} id */
  run(id) {
    const command = this.byId.get(id);
    if (!command) throw new Error(`There is no command "${id}".`);
    return command.run();
  }

  /** @param {Document} document @param {HTMLElement} canvas */
  listen(document, canvas) {
    document.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
      if (document.querySelector('dialog[open]')) return; // its keys are its own; Escape closes it
      const command = this.find(keyName(event), event.target === canvas);
      if (!command) return;
      event.preventDefault();
      void command.run();
    });
  }

  /** @param {string} key @param {boolean} onCanvas */
  find(key, onCanvas) {
    const found = (this.byKey.get(key) ?? []).filter((command) => command.available?.() ?? true);
    return found.find((command) => onCanvas && command.where === 'canvas') ?? found.find((command) => command.where !== 'canvas');
  }
}
