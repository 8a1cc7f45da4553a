/** Alerts as texts, and on which card and point each is pinned. Pure. */

import { formatInteger } from '../core/numbers.mjs';
import { shownValues } from './figure.mjs';

/**
 * @import {Alert, Curve, Run} from './types.mjs'
 * @import {CardFacts} from './metric_cards.mjs'
 *
 * @typedef {{alert: Alert, run: Run}} RunAlert
 * @typedef {RunAlert & {x: number, y: number}} Pin   in the server's units
 */

const WEIGHT = { error: 0, warning: 1, info: 2 };

/** All alerts, the worst first, then the latest. @param {Run[]} runs @returns {RunAlert[]} */
export function alertsOf(runs) {
  const all = runs.flatMap((run) => run.alerts.map((alert) => ({ alert, run })));
  return all.sort((a, b) => WEIGHT[a.alert.severity] - WEIGHT[b.alert.severity] || b.run.started - a.run.started || (a.alert.first_step ?? 0) - (b.alert.first_step ?? 0));
}

/** "since step 1,200, epoch 3". @param {Alert} alert */
export function sinceText(alert) {
  const parts = [];
  if (alert.first_step !== null && alert.first_step !== undefined) parts.push(`step ${formatInteger(alert.first_step)}`);
  if (alert.first_epoch !== null && alert.first_epoch !== undefined) parts.push(`epoch ${alert.first_epoch}`);
  return parts.length ? `since ${parts.join(', ')}` : '';
}

/** The card that shows an alert: of its metric, else of the loss, else the first. @param {Alert} alert @param {CardFacts[]} cards @returns {string|null} */
export function cardOf(alert, cards) {
  const own = cards.find((card) => alert.metric !== null && card.metrics.includes(alert.metric));
  return (own ?? cards.find((card) => card.key === 'loss') ?? cards[0])?.key ?? null;
}

/** @param {CardFacts} card @param {CardFacts[]} cards @param {Run[]} runs @param {Curve[]} curves @param {number} smoothing @returns {Pin[]} */
export function pinsOf(card, cards, runs, curves, smoothing) {
  const pins = [];
  for (const { alert, run } of alertsOf(runs)) {
    if (cardOf(alert, cards) !== card.key) continue;
    const own = curves.filter((curve) => curve.run === run.key);
    const curve = own.find(({ metric }) => metric === alert.metric) ?? own[0];
    const point = curve && pointAt(curve, alert.first_step, smoothing);
    if (point) pins.push({ alert, run, ...point });
  }
  return pins;
}

/** The point of a curve at a step: the nearest that is a number, the one before when two are as near. @param {Curve} curve @param {number|null} step @param {number} smoothing */
export function pointAt(curve, step, smoothing) {
  const values = shownValues(curve, smoothing);
  const wanted = step ?? curve.steps[curve.steps.length - 1];
  let best = -1;
  for (let at = 0; at < values.length; at++) {
    if (values[at] === null) continue;
    if (best < 0 || Math.abs(curve.steps[at] - wanted) < Math.abs(curve.steps[best] - wanted)) best = at;
  }
  return best < 0 ? null : { x: curve.x[best], y: /** @type {number} */ (values[best]) };
}

/** Where a layer is selected on the page of a run's model. @param {string} graph @param {string} [layer] */
export function graphAddress(graph, layer = '') {
  return layer ? `${graph}#${new URLSearchParams({ select: layer })}` : graph;
}
