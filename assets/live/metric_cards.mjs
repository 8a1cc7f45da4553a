/** Which cards there are: a metric of training and that of validation share one. Pure. */

import { VALIDATION } from './types.mjs';

/**
 * @import {Metric} from './types.mjs'
 *
 * @typedef {object} CardFacts
 * @property {string} key         the metric's name without "val_"
 * @property {string[]} metrics   that of training first
 * @property {string} group
 * @property {'min'|'max'|null} direction
 *
 * @typedef {{name: string, title: string, cards: CardFacts[]}} Group
 */

/** Groups in the order of their sections. @type {Record<string, string>} */
const TITLES = {
  train: 'Training and validation',
  validation: 'Validation',
  other: 'Further metrics',
  rate: 'Rates',
  time: 'Time',
  memory: 'Memory',
};

/** What one looks at when something is slow, not all the time. */
const FOLDED = ['time', 'memory'];

/** @param {Metric[]} metrics @param {string} find  part of a name, in any case @returns {Group[]} groups that have cards */
export function groupCards(metrics, find) {
  const cards = makeCards(metrics).filter((card) => matches(card, find));
  const names = [...new Set([...Object.keys(TITLES), ...cards.map((card) => card.group)])];
  return names
    .map((name) => ({ name, title: TITLES[name] ?? name, cards: cards.filter((card) => card.group === name).sort(lossFirst) }))
    .filter((group) => group.cards.length > 0);
}

/** @param {Metric[]} metrics @returns {CardFacts[]} */
function makeCards(metrics) {
  /** @type {Map<string, CardFacts>} */
  const cards = new Map();
  for (const metric of [...metrics].sort((a, b) => Number(isValidation(a.name)) - Number(isValidation(b.name)))) {
    const key = baseName(metric.name);
    const card = cards.get(key);
    if (card) card.metrics.push(metric.name);
    else cards.set(key, { key, metrics: [metric.name], group: metric.group, direction: metric.direction });
  }
  return [...cards.values()];
}

/** @param {CardFacts} a @param {CardFacts} b */
function lossFirst(a, b) {
  return Number(b.key === 'loss') - Number(a.key === 'loss');
}

/** @param {CardFacts} card @param {string} find */
function matches(card, find) {
  const words = find.toLowerCase().split(/[\s,]+/).filter((word) => word !== '');
  return words.length === 0 || words.some((word) => card.metrics.some((name) => name.toLowerCase().includes(word)));
}

/** @param {string} metric */
export function isValidation(metric) {
  return metric.startsWith(VALIDATION);
}

/** @param {string} metric */
export function baseName(metric) {
  return isValidation(metric) ? metric.slice(VALIDATION.length) : metric;
}

/** Whether a section is open. @param {string} group @param {string[]} turned */
export function isOpen(group, turned) {
  return FOLDED.includes(group) === turned.includes(group);
}
