/** Which runs are selected: at most two, to be followed on the charts and compared. */

import { byId, make, setText } from '../page/dom.mjs';

/** @import {LivePage, Run} from './types.mjs' */

/** @param {string[]} all @param {string} one */
export function toggled(all, one) {
  return all.includes(one) ? all.filter((other) => other !== one) : [...all, one];
}

/** The selection after a run was pressed: a third takes the place of the older one. @param {string[]} selected @param {string} run */
export function selectRun(selected, run) {
  return toggled(selected, run).slice(-2);
}

/** @param {LivePage} now @param {(key: string) => Run|undefined} runOf @param {Map<string, string>} colours */
export function showSelection({ selected }, runOf, colours) {
  const runs = selected.map(runOf).filter((run) => run !== undefined);
  byId('runs-foot').hidden = runs.length === 0;
  byId('compare').disabled = runs.length < 2;
  const place = byId('selection-text');
  const shown = runs.map((run) => `${run.key} ${run.name} ${colours.get(run.key)}`).join('\n');
  if (place.dataset.shown === shown) return;
  place.dataset.shown = shown;
  place.replaceChildren(...runs.map((run) => {
    const name = make('b', { class: 'run-name', text: run.name });
    name.style.setProperty('--run', colours.get(run.key) ?? '');
    return name;
  }));
  if (runs.length === 1) place.append(make('span', { class: 'quiet', text: 'select another to compare' }));
  setText(byId('announcer'), runs.length ? `${runs.map((run) => run.name).join(' and ')} selected` : 'Nothing selected');
}
