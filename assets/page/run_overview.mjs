/** The panel of a run while no layer is selected: what is wrong, what changed, where it ran. */

import { say, sayable } from '../core/language.mjs';
import { formatBytes } from '../core/numbers.mjs';
import { make } from './dom.mjs';
import { makeAlert, makeEvent, makeFirstNonfinite, makeSection } from './run_articles.mjs';
import { percent } from './run_bar.mjs';

/**
 * @import {RunState} from './run_state.mjs'
 * @import {RunStory, RunChanges, RunDistribution} from './run_client.mjs'
 */

const STATUS = /** @type {Record<string, string>} */ ({
  running: sayable('This training is running'), finished: sayable('This training has finished'), stopped: sayable('This training was stopped'), failed: sayable('This training has failed'), killed: sayable('This training was killed'),
});

/** @param {RunState} run @returns {Node[]} */
export function describeRun(run) {
  const { story } = run;
  const idOf = (/** @type {number} */ row) => run.doc.id(run.places.itemOf(row));
  const first = story.nonfinite;
  const diagnoses = story.diagnoses.filter((each) => !(first && each.symptom === 'nan-loss'));
  const alerts = [...(first ? [makeFirstNonfinite(story, first, idOf)] : []), ...[...diagnoses].sort((a, b) => a.severity - b.severity || a.since - b.since).map((each) => makeAlert(story, each, idOf))];
  const warnings = story.events.filter((event) => event.kind !== 'nonfinite');
  return [
    make('header', { class: 'gs-head' }, make('p', { class: 'gs-kind', text: say('Training') }), make('h2', { class: 'gs-title', text: story.name }), make('p', { class: 'gs-type', text: describeStatus(story) })),
    makeFacts(story),
    ...(alerts.length > 0 ? [makeSection(say('Alerts'), ...alerts)] : [makeSection(say('Alerts'), make('p', { class: 'run-calm', text: say(story.steps.length > 0 ? 'Nothing is wrong so far.' : 'No step has been looked into yet.') }))]),
    ...(story.changes ? [makeChanges(run, story.changes)] : []),
    ...(story.distribution ? [makeDevices(story.distribution)] : []),
    ...(warnings.length + story.notes.length > 0 ? [makeSection(say('Notes'), make('ul', {}, ...warnings.map(makeEvent), ...story.notes.map((text) => make('li', { class: 'run-fact', text }))))] : []),
  ];
}

/** @param {RunStory} story */
function describeStatus({ status, end }) {
  const said = Object.hasOwn(STATUS, status) ? say(STATUS[status]) : say('This training is {status}', { status });
  return end ? `${said}: ${end}` : `${said}.`;
}

/** @param {RunStory} story */
function makeFacts(story) {
  /** @type {[string, string][]} */
  const rows = [[say('Steps'), String(story.lastStep)], [say('Looked into'), say('{n} of them', { n: story.steps.length })]];
  if (story.epochs.length > 0) rows.push([say('Epochs'), String(story.epochs.length)]);
  if (typeof story.overhead === 'number') rows.push([say('Monitor took'), say('{share} of the time', { share: percent(story.overhead) })]);
  return make('section', { class: 'gs-section' }, ...rows.map(([key, value]) => makeRow(key, value)));
}

/** @param {string} key @param {string} value */
function makeRow(key, value) {
  return make('div', { class: 'gs-row' }, make('span', { class: 'gs-key', text: key }), make('span', { class: 'gs-value gs-code', text: value }));
}

/** @param {RunState} run @param {RunChanges} changes */
function makeChanges({ doc }, { before, layers, config, notes }) {
  const items = layers.map(({ kind, layer, type, items: at, facts }) => {
    const name = at.length > 0 ? make('button', { type: 'button', class: 'gs-link', 'data-select': doc.id(at[0]), text: layer }) : make('b', { text: layer });
    return make('li', { class: 'run-change' }, make('span', { class: `run-sign run-${kind}`, text: say(kind) }), make('span', { class: 'run-changed' }, name, make('small', { text: facts.join(', ') || type })));
  });
  const facts = [...config, ...notes].map((text) => make('li', { class: 'run-fact', text }));
  const content = items.length + facts.length > 0 ? [make('ul', {}, ...items, ...facts)] : [make('p', { class: 'run-calm', text: say('Nothing.') })];
  return makeSection(say('Changed since {run}', { run: before }), ...content);
}

/** @param {RunDistribution} distribution */
function makeDevices({ axes, deviceBytes, devices, stepBytes, notes }) {
  const mesh = axes.map(([name, size]) => `${name} ${size}`).join(' × ');
  const most = Math.max(1, ...Object.values(deviceBytes));
  const bars = Object.entries(deviceBytes).map(([device, bytes]) => {
    const bar = make('span', { class: 'gs-bar' });
    bar.style.setProperty('--share', String(bytes / most));
    return make('li', {}, make('span', { text: device }), make('span', { class: 'gs-code', text: formatBytes(bytes) }), bar);
  });
  const rows = [makeRow(say('Mesh'), mesh || say('{n} devices', { n: devices.length })), ...(stepBytes === null ? [] : [makeRow(say('For one step, on each'), formatBytes(stepBytes))])];
  return makeSection(say('Devices'), ...rows, make('ul', { class: 'gs-bars' }, ...bars), make('ul', {}, ...notes.map((text) => make('li', { class: 'run-fact', text }))));
}
