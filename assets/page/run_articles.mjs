/** Alerts of a run as articles: what is wrong, since when, where, and what helps. */

import { say } from '../core/language.mjs';
import { make } from './dom.mjs';
import { numeralText } from './run_chart.mjs';
import { describeSymptom, TONES } from './run_pins.mjs';

/**
 * @import {RunStory, RunDiagnosis, RunEvent, FirstNonfinite, SourcePlace} from './run_client.mjs'
 */

const BARS = ['gs-bad', 'gs-note', ''];

/** @param {string} title @param {...Node} content */
export function makeSection(title, ...content) {
  return make('section', { class: 'gs-section' }, make('h3', { text: title }), ...content);
}

/** "train.py:12". @param {SourcePlace} place */
export function placeText({ file, line }) {
  return `${file}:${line}`;
}

/** @param {SourcePlace|null} place @returns {Node[]} */
function makePlace(place) {
  if (!place) return [];
  const where = make('span', { class: 'gs-place', title: place.path, text: placeText(place) });
  return [make('p', { class: 'run-place' }, where, ...(place.text ? [make('code', { text: place.text })] : []))];
}

/** Links to layers and steps carry data-select and data-step; the panel listens to both. @param {RunStory} story @param {number[]} rows @param {number} step @param {(row: number) => string} idOf @returns {Node} */
function makeWhere(story, rows, step, idOf) {
  const links = rows.filter((row) => story.layers[row].items.length > 0).map((row) => make('button', { type: 'button', class: 'gs-link', 'data-select': idOf(row), text: story.layers[row].key }));
  const since = make('button', { type: 'button', class: 'gs-link', 'data-step': step, text: say('step {n}', { n: step }) });
  return make('p', { class: 'run-where' }, since, ...links);
}

/** @param {RunStory} story @param {RunDiagnosis} diagnosis @param {(row: number) => string} [idOf]  with links to its layers */
export function makeAlert(story, diagnosis, idOf) {
  const { severity, headline, body, since, rows, places, evidence, fixes, symptom } = diagnosis;
  const details = [...body, ...evidence].map((text) => make('li', { class: 'run-fact', text }));
  return make('article', { class: `gs-message run-alert ${BARS[severity]}`, 'aria-label': `${say(TONES[severity])}: ${headline}` },
    make('p', { class: 'run-kind', text: describeSymptom(symptom) }),
    make('strong', { text: headline }),
    makeWhere(story, idOf ? rows : [], since, idOf ?? (() => '')),
    ...places.flatMap(makePlace),
    ...(details.length > 0 ? [make('ul', {}, ...details)] : []),
    ...fixes.map((title) => make('p', { class: 'run-fix', text: title })));
}

/** The first NaN, with all that is known of it. @param {RunStory} story @param {FirstNonfinite} event @param {(row: number) => string} [idOf] */
export function makeFirstNonfinite(story, event, idOf) {
  const { text, row, step, firstStep, operation, isOperation, inputs, place, unfound } = event;
  const facts = [
    ...(isOperation && operation ? [say('Operation: {name}', { name: operation })] : []),
    ...inputs.map((input, k) => say(inputs.length > 1 ? 'Input {k}: {min} to {max}, mean {mean}' : 'Input: {min} to {max}, mean {mean}', { k: k + 1, min: numeralText(input.min), max: numeralText(input.max), mean: numeralText(input.mean) })),
    ...(firstStep < step ? [say('The loss was first seen not to be finite in step {n}.', { n: firstStep })] : []),
    ...(unfound ? [unfound] : []),
  ];
  return make('article', { class: 'gs-message run-alert gs-bad', 'aria-label': `${say('First NaN')}: ${text}` },
    make('p', { class: 'run-kind', text: say('First NaN') }),
    make('strong', { text }),
    makeWhere(story, idOf && row !== null ? [row] : [], step, idOf ?? (() => '')),
    ...makePlace(place),
    ...(facts.length > 0 ? [make('ul', {}, ...facts.map((fact) => make('li', { class: 'run-fact', text: fact })))] : []));
}

/** A warning of the monitor. @param {RunEvent} event */
export function makeEvent({ step, text }) {
  return make('li', { class: 'run-fact', text: step > 0 ? say('Step {n}: {text}', { n: step, text }) : text });
}
