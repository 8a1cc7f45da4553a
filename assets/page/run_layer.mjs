/** The panel of a layer: what is wrong with it, and its statistics over time. */

import { say, sayable } from '../core/language.mjs';
import { formatBytes } from '../core/numbers.mjs';
import { make } from './dom.mjs';
import { makeChart, numeralText } from './run_chart.mjs';
import { diagnosedAt } from './run_pins.mjs';
import { makeAlert, makeFirstNonfinite, makeSection, placeText } from './run_articles.mjs';
import { makeRidge } from './run_ridge.mjs';

/**
 * @import {Doc, Overlay} from '../core/document.mjs'
 * @import {RunState} from './run_state.mjs'
 * @import {LayerStory, Numeral} from './run_client.mjs'
 * @import {ChartPlan, ChartLine} from './run_chart.mjs'
 */

/** @type {[string, string][]} what is drawn as shares of one whole */
const SHARES = [['zero_share', sayable('zero')], ['dead_share', sayable('dead')], ['saturated_share', sayable('saturated')]];
const SPREADS = [['activation', sayable('Activations')], ['gradient', sayable('Gradients')], ['weight', sayable('Weights')]];

/** @param {RunState} run @param {number} row @returns {Node[]} */
export function describeLayer(run, row) {
  const { story, doc } = run;
  const { name, type, activation, place } = story.layers[row];
  const head = make('header', { class: 'gs-head' },
    make('p', { class: 'gs-kind', text: say('Training · step {n}', { n: run.step }) }),
    make('h2', { class: 'gs-title', text: name }),
    make('p', { class: 'gs-type', text: [type, activation, place ? placeText(place) : ''].filter(Boolean).join(' · ') }));
  const layer = run.now.layerRow === row ? run.now.layer : null;
  return [head, ...layerAlerts(run, row), ...(layer ? drawCharts(doc, layer, run) : []), ...layerDevices(run, row), ...layerChanges(run, row)];
}

/** @param {RunState} run @param {number} row @returns {Node[]} */
function layerAlerts({ story, step }, row) {
  const first = story.nonfinite;
  const own = diagnosedAt(story, step).filter((each) => each.rows.includes(row) && !(first?.row === row && each.symptom === 'nan-loss'));
  const told = first && first.row === row && first.step <= step ? [makeFirstNonfinite(story, first)] : [];
  return [...told, ...own.map((each) => makeAlert(story, each))];
}

/** @param {Doc} doc @param {LayerStory} layer @param {RunState} run @returns {Node[]} */
function drawCharts(doc, layer, run) {
  const row = Math.min(run.now.row, layer.steps.length - 1);
  const charts = plansOf(doc, layer).map((plan) => makeChart(plan, layer.steps, row));
  const ridges = SPREADS.flatMap(([kind, title]) => {
    const ridge = layer.histograms[kind] ? makeRidge(say(title), layer.histograms[kind], run.step) : null;
    return ridge ? [ridge] : [];
  });
  if (charts.length === 0 && ridges.length === 0) return [make('p', { class: 'gs-message gs-note', text: say('No statistics of this layer were logged.') })];
  return [make('div', { class: 'run-charts' }, ...charts, ...ridges)];
}

/** What is drawn of a layer, as far as it was logged. @param {Doc} doc @param {LayerStory} layer @returns {ChartPlan[]} */
export function plansOf(doc, layer) {
  const labelOf = (/** @type {string} */ name) => doc.overlays.find((overlay) => overlay.name === name);
  const valuesOf = (/** @type {string} */ name) => (layer.values[name]?.some((value) => value !== null) ? layer.values[name] : null);
  /** @type {(ChartPlan|null)[]} */
  const plans = [
    logPlan(labelOf('gradient_norm'), valuesOf('gradient_norm')),
    logPlan(labelOf('update_ratio'), valuesOf('update_ratio')),
    activationPlan(valuesOf('activation_mean'), valuesOf('activation_std'), valuesOf('activation_min'), valuesOf('activation_max')),
    sharePlan(valuesOf),
    logPlan(labelOf('weight_norm'), valuesOf('weight_norm')),
    countPlan(valuesOf('nonfinite_count')),
  ];
  return plans.filter((plan) => plan !== null);
}

/** @param {Overlay|undefined} overlay @param {Numeral[]|null} values @returns {ChartPlan|null} */
function logPlan(overlay, values) {
  if (!overlay || !values) return null;
  const numbers = values.filter((value) => typeof value === 'number' && value > 0).map(Number);
  const logarithmic = numbers.length > 0 && Math.max(...numbers) / Math.min(...numbers) > 3;
  return { title: say(overlay.label), lines: [{ label: say(overlay.label), values }], logarithmic, band: overlay.band ?? undefined };
}

/** @param {Numeral[]|null} mean @param {Numeral[]|null} std @param {Numeral[]|null} low @param {Numeral[]|null} high @returns {ChartPlan|null} */
function activationPlan(mean, std, low, high) {
  if (!mean) return null;
  /** @type {ChartLine[]} */
  const lines = [{ label: say('mean'), values: mean, spread: std ?? undefined }];
  if (low) lines.push({ label: say('min'), values: low, quiet: true });
  if (high) lines.push({ label: say('max'), values: high, quiet: true });
  return { title: say('Activation'), lines };
}

/** @param {(name: string) => Numeral[]|null} valuesOf @returns {ChartPlan|null} */
function sharePlan(valuesOf) {
  const lines = SHARES.flatMap(([name, label]) => {
    const values = valuesOf(name);
    return values ? [{ label: say(label), values, quiet: name !== 'zero_share', dashed: name === 'saturated_share' }] : [];
  });
  return lines.length > 0 ? { title: say(lines[0].quiet ? 'Shares' : 'Zero share'), lines, domain: [0, 1] } : null;
}

/** @param {Numeral[]|null} counts @returns {ChartPlan|null} only where there was any */
function countPlan(counts) {
  if (!counts?.some((value) => value !== null && value !== 0)) return null;
  return { title: say('NaN and Inf'), lines: [{ label: say('numbers'), values: counts }] };
}

/** @param {RunState} run @param {number} row @returns {Node[]} */
function layerDevices({ story }, row) {
  const shards = story.distribution?.shards[row] ?? [];
  const bytes = story.distribution?.bytes[row];
  if (shards.length === 0) return [];
  return [makeSection(say('On each device'), ...(bytes ? [make('p', { text: say('{bytes} of weights and optimizer state', { bytes: formatBytes(bytes) }) })] : []), make('ul', {}, ...shards.map((text) => make('li', { class: 'run-fact', text }))))];
}

/** @param {RunState} run @param {number} row @returns {Node[]} */
function layerChanges({ story }, row) {
  const own = story.changes?.layers.filter(({ items }) => items.some((item) => story.layers[row].items.includes(item))) ?? [];
  return own.map(({ kind, facts }) => makeSection(say(kind === 'added' ? 'New since {run}' : 'Changed since {run}', { run: story.changes?.before ?? '' }), make('ul', {}, ...facts.map((text) => make('li', { class: 'run-fact', text })))));
}

/** The layers in a scope, with the value that colours them. @param {RunState} run @param {number} item @param {string} overlay @returns {Node[]} */
export function describeScope(run, item, overlay) {
  const { story, doc, places } = run;
  const rows = places.rowsIn(item);
  const head = make('header', { class: 'gs-head' }, make('p', { class: 'gs-kind', text: say('Training · step {n}', { n: run.step }) }), make('h2', { class: 'gs-title', text: doc.name(item) }), make('p', { class: 'gs-type', text: doc.type(item) }));
  if (rows.length === 0) return [head, make('p', { class: 'gs-message', text: say('This node is not part of a layer that was looked into: nothing is known of it.') })];
  const shown = doc.overlays.find((each) => each.name === overlay && each.group === 'training' && each.scale !== 'levels');
  const list = rows.map((row) => {
    const at = places.itemOf(row);
    const value = shown ? numeralText(asNumeral(doc.value(overlay, at))) : story.layers[row].type;
    return make('li', {}, make('button', { type: 'button', class: 'gs-link', 'data-select': doc.id(at), text: story.layers[row].key }), make('span', { class: 'gs-code', text: value }));
  });
  return [head, makeSection(shown ? say('Layers · {overlay}', { overlay: say(shown.label) }) : say('Layers'), make('ul', { class: 'run-layers' }, ...list))];
}

/** @param {number} value @returns {Numeral} */
function asNumeral(value) {
  if (Number.isNaN(value)) return null;
  return Number.isFinite(value) ? value : 'inf';
}
