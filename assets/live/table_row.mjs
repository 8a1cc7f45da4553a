/** One row of the table of runs. */

import { make, setText } from '../page/dom.mjs';
import { icon } from './icons.mjs';

/**
 * @import {Run} from './types.mjs'
 * @import {Column} from './rows.mjs'
 *
 * @typedef {object} Row
 * @property {HTMLElement} element
 * @property {HTMLInputElement} show
 * @property {HTMLElement[]} cells     of the columns, in their order
 * @property {HTMLElement} state       the dot before the status
 * @property {HTMLAnchorElement} graph
 * @property {HTMLElement} alerts
 *
 * @typedef {object} RowActions
 * @property {(run: string) => void} select
 * @property {(run: string) => void} show       or hide
 * @property {(run: string) => void} point      "" when the pointer leaves
 * @property {(run: string, anchor: Element) => void} recolour
 *
 * @typedef {{run: Run, columns: Column[], now: number, colour: string, isShown: boolean, isSelected: boolean}} Filled
 */

/** @param {Run} run @param {Column[]} columns @param {RowActions} actions @returns {Row} */
export function makeRow(run, columns, actions) {
  const { key, name } = run;
  const show = /** @type {HTMLInputElement} */ (make('input', { type: 'checkbox', class: 'show', 'aria-label': `Show ${name}`, tabindex: '-1' }));
  show.addEventListener('change', () => actions.show(key));
  const state = make('i', { class: 'state', 'aria-hidden': 'true' });
  const alerts = make('span', { class: 'alerts' });
  const recolour = make('button', { type: 'button', class: 'recolour', tabindex: '-1', 'aria-label': `Colour of ${name}`, 'aria-haspopup': 'dialog', title: 'Colour' });
  recolour.addEventListener('click', () => actions.recolour(key, recolour));
  const graph = /** @type {HTMLAnchorElement} */ (make('a', { class: 'graph', tabindex: '-1', target: '_blank', 'aria-label': `Graph of ${name}`, title: 'Open the graph of this run' },
    icon('M7 3.5h6v4H7zM2.5 12.5h6v4h-6zM11.5 12.5h6v4h-6zM10 7.5v2.5M5.5 12.5V10h9v2.5')));
  const cells = columns.map((column) => makeCell(column));
  cells[0].append(make('span', { class: 'row-tools' }, alerts, recolour, graph));
  cells[0].querySelector('small')?.before(state);
  const element = make('tr', { 'data-key': key, role: 'row', tabindex: '-1', 'aria-selected': 'false' }, make('td', { class: 'tick', role: 'gridcell' }, show), ...cells);
  element.addEventListener('click', (event) => {
    if (event.target instanceof Element && !event.target.closest('input, button, a, .tick')) actions.select(key);
  });
  element.addEventListener('pointerenter', () => actions.point(key));
  element.addEventListener('pointerleave', () => actions.point(''));
  return { element, show, cells, state, graph, alerts };
}

/** @param {Column} column */
function makeCell(column) {
  const isName = !column.isNumber;
  return make(isName ? 'th' : 'td', { class: isName ? 'name' : 'number', scope: isName ? 'row' : undefined, role: isName ? 'rowheader' : 'gridcell' }, make('b', {}), make('small', {}));
}

/** @param {Row} row @param {Filled} given */
export function fillRow(row, { run, columns, now, colour, isShown, isSelected }) {
  columns.forEach((column, at) => {
    const { main, second = '', isBad = false } = column.cell(run, now);
    const [text, small] = [row.cells[at].querySelector('b'), row.cells[at].querySelector('small')];
    if (text) {
      setText(text, main);
      text.classList.toggle('bad', isBad);
    }
    if (small) setText(small, second);
  });
  row.cells[0].title = [run.name, run.status_text, ...run.notes].filter((part) => part !== '').join('\n');
  row.element.style.setProperty('--run', colour);
  row.element.setAttribute('aria-selected', String(isSelected));
  row.element.classList.toggle('off', !isShown);
  row.element.dataset.status = run.status;
  row.show.checked = isShown;
  row.graph.hidden = run.graph === null;
  if (run.graph !== null && row.graph.getAttribute('href') !== run.graph) row.graph.setAttribute('href', run.graph);
  const worst = ['error', 'warning', 'info'].find((severity) => run.alerts.some((alert) => alert.severity === severity));
  row.alerts.dataset.severity = worst ?? '';
  setText(row.alerts, worst ? String(run.alerts.length) : '');
  row.alerts.title = run.alerts.map((alert) => alert.title).join('\n');
}
