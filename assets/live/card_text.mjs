/** A card in words, for everyone below it and for screen readers instead of it. Pure. */

import { formatInteger } from '../core/numbers.mjs';
import { count, formatMetric } from './format.mjs';
import { isValidation } from './metric_cards.mjs';

/**
 * @import {Curve, LivePage, Run} from './types.mjs'
 * @import {CardFacts} from './metric_cards.mjs'
 */

/** "val_loss 0.2134 · best 0.2011 at epoch 12", or the best of several runs. @param {CardFacts} card @param {Run[]} runs */
export function describeCard(card, runs) {
  const metric = card.metrics.find((name) => isValidation(name) && runs.some((run) => run.metrics[name])) ?? card.metrics[0];
  const having = runs.filter((run) => run.metrics[metric]);
  if (having.length === 0) return '';
  const best = bestRun(metric, having, card.direction);
  const facts = (best ?? having[0]).metrics[metric];
  const at = facts.best_at === null || facts.best_at === undefined ? '' : ` at ${facts.per} ${formatInteger(facts.best_at)}`;
  if (having.length === 1) {
    const last = `${metric} ${formatMetric(metric, facts.last)}`;
    return best ? `${last} · best ${formatMetric(metric, facts.best)}${at}` : last;
  }
  return best ? `best ${metric} ${formatMetric(metric, facts.best)} · ${best.name}${at}` : rangeText(metric, having);
}

/** @param {string} metric @param {Run[]} runs @param {'min'|'max'|null} direction */
function bestRun(metric, runs, direction) {
  if (direction === null) return null;
  const sign = direction === 'min' ? 1 : -1;
  const valueOf = (/** @type {Run} */ run) => /** @type {number} */ (run.metrics[metric].best);
  const known = runs.filter((run) => typeof run.metrics[metric].best === 'number');
  return known.sort((a, b) => sign * (valueOf(a) - valueOf(b)))[0] ?? null;
}

/** @param {string} metric @param {Run[]} runs */
function rangeText(metric, runs) {
  const values = runs.map((run) => run.metrics[metric].last).filter((value) => typeof value === 'number');
  if (values.length === 0) return '';
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => formatMetric(metric, value));
  return low === high ? `last ${low}` : `last ${low} to ${high}`;
}

/** @param {CardFacts} card @param {Curve[]} curves @param {Run[]} runs @param {LivePage} now */
export function labelFigure(card, curves, runs, now) {
  const shown = new Set(curves.map((curve) => curve.run)).size;
  const axes = [now.logY ? 'logarithmic' : '', now.zoom[card.key] ? `from ${now.x} ${Math.round(now.zoom[card.key][0])} to ${Math.round(now.zoom[card.key][1])}` : ''];
  return [`${card.metrics.join(' and ')} of ${count(shown, 'run')} by ${now.x}`, ...axes, describeCard(card, runs)].filter((part) => part !== '').join(', ');
}
