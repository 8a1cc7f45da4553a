/** The sheet of keys, made from the list of commands whenever it opens. */

import { say, sayable } from '../core/language.mjs';
import { byId, make } from './dom.mjs';
import { capsOf } from './key_caps.mjs';

/**
 * @import {Page} from './wiring.mjs'
 * @import {Command} from './commands.mjs'
 *
 * @typedef {{label: string, keys: string[]}} SheetRow
 */

const MOST_KEYS = 4;

/** What the mouse does is no command. @type {[string, string][]} */
const MOUSE = [
  [sayable('Move the picture'), sayable('drag')],
  [sayable('Zoom at the pointer'), sayable('wheel or pinch')],
  [sayable('Open or close'), sayable('double-click')],
];

/** @param {Page} page */
export function connectCheatSheet({ commands }) {
  const dialog = byId('keys-dialog');
  const show = () => {
    byId('keys-list').replaceChildren(...sheetGroups([...commands.byId.values()]).map(makeGroup), makeMouse());
    dialog.showModal();
  };
  commands.add({ id: 'keys', label: 'Keyboard and mouse', group: 'Help', keys: ['?'], run: show });
  byId('keys-close').addEventListener('click', () => dialog.close());
  closeOnBackdrop(dialog);
}

/** A press beside a dialog closes it. @param {HTMLDialogElement} dialog */
export function closeOnBackdrop(dialog) {
  dialog.addEventListener('pointerdown', (event) => {
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    const { clientX: x, clientY: y } = event;
    if (event.target === dialog && (x < left || x > right || y < top || y > bottom)) dialog.close();
  });
}

/**
 * Rows by group. Commands that differ in what follows a colon ("Follow the edges: up") or in a number ("Bookmark 2")
 * share a row. What cannot be
 * done now is told too, as most of it needs a selection; a group of which nothing can be done is not this page's.
 * @param {Command[]} commands @returns {{group: string, rows: SheetRow[]}[]}
 */
export function sheetGroups(commands) {
  /** @type {Map<string, Map<string, SheetRow>>} */
  const groups = new Map();
  const useful = new Set(commands.filter((command) => command.available?.() ?? true).map(({ group }) => group));
  for (const { label, group, keys } of commands) {
    if (!keys?.length || !useful.has(group)) continue;
    const rows = groups.get(group) ?? new Map();
    groups.set(group, rows);
    const shared = label.split(': ')[0].replace(/ \d+$/, '');
    const row = rows.get(shared) ?? { label: shared, keys: [] };
    rows.set(shared, row);
    row.keys.push(keys[0]);
  }
  return [...groups].map(([group, rows]) => ({ group, rows: [...rows.values()] }));
}

/** @param {{group: string, rows: SheetRow[]}} group */
function makeGroup({ group, rows }) {
  return makeSection(say(group), rows.map(({ label, keys }) => makeRow(say(label), makeKeys(keys))));
}

/** Many keys in a row are told by the first and the last. @param {string[]} keys @returns {Node[]} */
function makeKeys(keys) {
  if (keys.length <= MOST_KEYS) return keys.flatMap(makeCaps);
  return [...makeCaps(keys[0]), document.createTextNode('… '), ...makeCaps(keys[keys.length - 1])];
}

function makeMouse() {
  return makeSection(say('Mouse and touch'), MOUSE.map(([label, deed]) => makeRow(say(label), [document.createTextNode(say(deed))])));
}

/** @param {string} title @param {HTMLElement[]} rows */
function makeSection(title, rows) {
  return make('section', {}, make('h3', { text: title }), make('dl', {}, ...rows));
}

/** @param {string} label @param {Node[]} keys */
function makeRow(label, keys) {
  return make('div', {}, make('dt', { text: label }), make('dd', {}, ...keys));
}

/** @param {string} key @returns {Node[]} */
export function makeCaps(key) {
  return capsOf(key).flatMap((cap) => [make('kbd', { text: cap }), document.createTextNode(' ')]);
}
