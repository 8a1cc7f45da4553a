/**
 * What is pinned on nodes: where the first NaN arose, what is diagnosed, what is not as in another run. Pure.
 *
 * @import {RunStory, RunDiagnosis} from './run_client.mjs'
 *
 * @typedef {'error'|'warning'|'info'|'added'|'changed'} Tone
 * @typedef {object} Pin
 * @property {number} item
 * @property {string} label
 * @property {Tone} tone
 * @property {boolean} main  the first NaN
 */

import { say } from '../core/language.mjs';

export const TONES = /** @type {const} */ (['error', 'warning', 'info']);

/** "dead-units" -> "dead units". @param {string} symptom */
export function describeSymptom(symptom) {
  return say(symptom.replaceAll('-', ' ').replace(/\bnan\b/g, 'NaN'));
}

/** What is diagnosed at a step, the worst first. @param {RunStory} story @param {number} step @returns {RunDiagnosis[]} */
export function diagnosedAt(story, step) {
  return story.diagnoses.filter((each) => each.since <= step).sort((a, b) => a.severity - b.severity || a.since - b.since);
}

/** How bad it is for each layer, 0 nothing to 3 error. @param {RunStory} story @param {number} step @returns {Float64Array} */
export function healthAt(story, step) {
  const levels = new Float64Array(story.layers.length);
  for (const { rows, severity } of diagnosedAt(story, step)) for (const row of rows) levels[row] = Math.max(levels[row], 3 - severity);
  const first = story.nonfinite;
  if (first && first.row !== null && first.step <= step) levels[first.row] = 3;
  return levels;
}

/** @param {string[]} labels  the worst first */
function joinLabels(labels) {
  return labels.length > 2 ? `${labels[0]} · ${say('{n} more', { n: labels.length - 1 })}` : labels.join(' · ');
}

/** @param {RunStory} story @param {number} step  that is shown @returns {Pin[]} one for each item, the main one last */
export function pinsAt(story, step) {
  /** @type {Map<number, Pin & {labels: string[]}>} */
  const pins = new Map();
  const pin = (/** @type {number[]} */ items, /** @type {string} */ label, /** @type {Tone} */ tone, main = false) => {
    for (const item of items) {
      const known = pins.get(item);
      if (!known) pins.set(item, { item, label, tone, main, labels: [label] });
      else if (!known.labels.includes(label)) known.labels.push(label);
    }
  };
  const first = story.nonfinite;
  const origin = first && first.step <= step ? first.row : null;
  if (first && origin !== null) pin(story.layers[origin].items, `first NaN, step ${first.step}`, 'error', true);
  for (const { symptom, severity, rows } of diagnosedAt(story, step)) {
    if (severity === 2) continue; // worth knowing, not worth covering the picture
    for (const row of rows) if (row !== origin || symptom !== 'nan-loss') pin(story.layers[row].items, describeSymptom(symptom), TONES[severity]);
  }
  for (const { kind, items } of story.changes?.layers ?? []) if (kind !== 'removed') pin(items, say(kind), kind);
  const found = [...pins.values()].map(({ labels, ...each }) => ({ ...each, label: joinLabels(labels) }));
  return found.sort((a, b) => Number(a.main) - Number(b.main));
}
