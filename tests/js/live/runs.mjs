/** States of the live page for tests: runs in a line each. */

/** @param {Partial<import('../../../assets/live/types.mjs').Run>} given */
export function run(given = {}) {
  const key = given.key ?? given.name ?? 'a';
  return {
    key, name: key, status: 'finished', status_text: '', started: 1000, updated: 1100, duration: 100, step: 200, epochs: 2, planned_epochs: null,
    writers: 1, version: 1, overhead: null, speed: null, metrics: {}, config: {}, environment: {}, alerts: [], events: [], notes: [], graph: null, ...given,
  };
}

/** @param {any[]} runs @param {any} [given] */
export function live(runs, given = {}) {
  return { version: 1, root: 'runs', now: 2000, notes: [], metrics: [], differing: [], runs, ...given };
}

/** @param {string} name @param {any} [given] */
export function metric(name, given = {}) {
  const group = name.startsWith('val_') ? 'validation' : 'train';
  return { name, group, direction: name.endsWith('loss') ? 'min' : null, per: ['step'], ...given };
}

/** A curve whose step n has the n-th value, from 1. @param {(number|null)[]} y @param {any} [given] */
export function curve(y, given = {}) {
  const steps = y.map((_, at) => at + 1);
  return { run: 'a', metric: 'loss', per: 'step', x: steps, y, smooth: null, steps, total: y.length, best: null, nonfinite: [], ...given };
}

export const alert = (given = {}) => ({
  id: 'one', rule: 'health/overfitting', severity: 'warning', symptom: 'overfitting', title: 'It learns by heart', text: '', first_step: 2, first_epoch: 1,
  layers: [], lines: [], fixes: [], metric: 'val_loss', ...given,
});
