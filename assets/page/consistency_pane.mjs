/** The report of the consistency check in the dock: every check, what it compared, and where the two differ. */

import { say } from '../core/language.mjs';
import { formatInteger } from '../core/numbers.mjs';
import { make } from './dom.mjs';

/**
 * @import {Page} from './wiring.mjs'
 *
 * @typedef {{code?: string, message: string, subject: string}} Difference
 * @typedef {{title: string, compared: string, count: number, differences: number, listed: Difference[]}} Check
 *
 * @typedef {object} Report  see graphscope/app/present/consistency.py
 * @property {boolean} ok
 * @property {boolean} is_compared
 * @property {boolean} has_operations
 * @property {number} explicit_edges
 * @property {number} implicit_edges
 * @property {Check[]} checks
 * @property {Difference[]} unused
 * @property {number} unused_count
 */

/** @param {Page} page */
export function connectConsistency(page) {
  if (!page.host.hasServer) return;
  const { dock, commands, state } = page;
  const element = make('div', { class: 'report', tabindex: 0, role: 'group', 'aria-label': say('Consistency') });
  /** @type {unknown} */
  let shown = null;
  const fill = async () => {
    const { doc } = state.now;
    if (shown === doc) return;
    shown = doc;
    element.replaceChildren(make('p', { class: 'pane-empty', role: 'status', text: say('Comparing the layers with the operations …') }));
    try {
      const report = await askReport();
      if (shown === doc) element.replaceChildren(...describe(report));
    } catch (error) {
      shown = null; // the next showing asks again
      element.replaceChildren(make('p', { class: 'pane-empty', role: 'alert', text: error instanceof Error ? error.message : String(error) }));
    }
  };
  dock.add({ id: 'consistency', label: 'Consistency', element, onShow: fill });
  commands.add({ id: 'consistency', label: 'Consistency of layers and operations', group: 'View', keys: ['Shift+T'], available: () => state.now.doc !== null, run: () => dock.toggle('consistency') });
  state.on(['doc'], () => {
    if (dock.shows('consistency')) void fill();
  });
}

/** @returns {Promise<Report>} */
async function askReport() {
  const answer = await fetch('consistency.json', { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(say('The report cannot be read from the server.'));
  return answer.json();
}

/** @param {Report} report */
function describe(report) {
  const parts = [describeVerdict(report), make('ul', { class: 'report-checks' }, ...report.checks.map(describeCheck))];
  if (report.unused_count > 0) parts.push(...describeUnused(report));
  return parts;
}

/** @param {Report} report */
function describeVerdict(report) {
  const differences = report.checks.reduce((sum, check) => sum + check.differences, 0);
  const edges = { count: formatInteger(report.explicit_edges + report.implicit_edges), differences: formatInteger(differences) };
  if (!report.is_compared) return message('', say('There is nothing to compare: this graph has one projection only.'));
  if (!report.ok) return message('gs-bad', say('The layers and the operations disagree in {differences} places.', edges));
  if (!report.has_operations) return message('', say('No operations were traced: only what the layers say was checked.'));
  return message('gs-good', say('The layers and the operations agree: {count} edges between layers follow from both.', edges));
}

/** @param {string} tone @param {string} text */
function message(tone, text) {
  return make('p', { class: `gs-message ${tone}`.trim(), role: 'status', text });
}

/** @param {Check} check */
function describeCheck(check) {
  const { differences, count } = check;
  const state = differences > 0 ? 'bad' : count > 0 ? 'good' : 'none';
  const told = { good: say('No difference'), none: say('Nothing to compare'), bad: differences === 1 ? say('1 difference') : say('{count} differences', { count: formatInteger(differences) }) }[state];
  const head = make('div', { class: 'report-head' },
    make('span', { class: `report-mark ${state}`, 'aria-hidden': 'true', text: { good: '✓', bad: '✕', none: '–' }[state] }),
    make('b', { text: say(check.title) }),
    make('span', { class: 'report-compared', text: check.compared && say(check.compared, { count: formatInteger(count) }) }),
    make('span', { class: `report-state ${state}`, text: told }));
  return make('li', { class: 'report-check' }, head, ...listDifferences(check.listed, differences));
}

/** @param {Report} report */
function describeUnused(report) {
  return [
    make('h3', { class: 'report-title', text: say('Arguments that nothing uses') }),
    make('p', { class: 'report-compared', text: say('Legal, and often a mistake.') }),
    ...listDifferences(report.unused, report.unused_count),
  ];
}

/** @param {Difference[]} listed @param {number} count */
function listDifferences(listed, count) {
  if (listed.length === 0) return [];
  const rows = listed.map(({ code, message: text, subject }) => make('li', {},
    make('button', { type: 'button', class: 'gs-link', 'data-select': subject, text: subject }),
    make('span', { text }),
    make('span', { class: 'gs-badge', text: code && say(code), hidden: code ? undefined : '' })));
  if (count > listed.length) rows.push(make('li', { text: say('and {count} more', { count: formatInteger(count - listed.length) }) }));
  return [make('ul', { class: 'report-differences' }, ...rows)];
}
