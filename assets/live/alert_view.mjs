/** The bell with its list, and the card of one alert. */

import { byId, make, setText } from '../page/dom.mjs';
import { alertsOf, graphAddress, sinceText } from './alert_facts.mjs';
import { closeFloating, openFloating } from './floating.mjs';
import { count } from './format.mjs';

/**
 * @import {Run} from './types.mjs'
 * @import {RunAlert} from './alert_facts.mjs'
 */

const SEVERITY = { error: 'Error', warning: 'Warning', info: 'Hint' };

/** @param {Element} anchor @param {RunAlert} found @param {string} colour  of the run */
export function openAlert(anchor, { alert, run }, colour) {
  openFloating(anchor, [
    make('p', { class: 'alert-kind' }, badge(alert.severity), make('span', { text: SEVERITY[alert.severity] ?? alert.severity }), runName(run, colour)),
    make('h3', { text: alert.title }),
    make('p', { class: 'alert-since', text: [sinceText(alert), ...alert.lines].filter((part) => part !== '').join(' · ') }),
    make('p', { text: alert.text }),
    ...makeList('Seen', alert.evidence ?? [], 'evidence'),
    ...makeList(alert.fixes.length === 1 ? 'What helps' : 'What may help', alert.fixes, 'fixes'),
    ...makeLinks(run, alert.layers),
  ], { label: alert.title, kind: `alert alert-${alert.severity}` });
}

/** @param {string} severity */
function badge(severity) {
  return make('i', { class: `badge badge-${severity}`, 'aria-hidden': 'true' });
}

/** @param {Run} run @param {string} colour */
function runName(run, colour) {
  const name = make('b', { class: 'run-name', text: run.name });
  name.style.setProperty('--run', colour);
  return name;
}

/** @param {string} title @param {string[]} texts @param {string} kind */
function makeList(title, texts, kind) {
  if (texts.length === 0) return [];
  return [make('h4', { text: title }), make('ul', { class: kind }, ...texts.map((text) => make('li', { text })))];
}

/** @param {Run} run @param {string[]} layers */
function makeLinks(run, layers) {
  const { graph } = run;
  if (graph === null) return layers.length ? [make('p', { class: 'alert-since', text: `Layers: ${layers.join(', ')}` })] : [];
  const links = layers.map((layer) => make('a', { href: graphAddress(graph, layer), target: '_blank', text: `Show ${layer} on the graph` }));
  if (links.length === 0) links.push(make('a', { href: graph, target: '_blank', text: 'Open the graph' }));
  return [make('p', { class: 'links' }, ...links)];
}

/** @param {Run[]} runs */
export function updateBell(runs) {
  const alerts = alertsOf(runs);
  const bell = byId('bell');
  setText(byId('bell-count'), alerts.length ? String(alerts.length) : '');
  bell.dataset.severity = alerts[0]?.alert.severity ?? '';
  bell.setAttribute('aria-label', alerts.length ? count(alerts.length, 'alert') : 'No alerts');
}

/** @param {Run[]} runs @param {Map<string, string>} colours @param {(found: RunAlert) => void} show */
export function openAlerts(runs, colours, show) {
  openAlertList(byId('bell'), alertsOf(runs), colours, show);
}

/** @param {Element} anchor @param {RunAlert[]} alerts @param {Map<string, string>} colours @param {(found: RunAlert) => void} show */
export function openAlertList(anchor, alerts, colours, show) {
  const items = alerts.map((found) => {
    const { alert, run } = found;
    const button = make('button', { type: 'button', class: 'note' }, badge(alert.severity), make('span', { class: 'alert-title', text: alert.title }),
      make('small', {}, runName(run, colours.get(run.key) ?? ''), make('span', { text: sinceText(alert) })));
    button.addEventListener('click', () => {
      closeFloating();
      show(found);
    });
    return button;
  });
  const content = items.length ? items : [make('p', { class: 'note', text: 'Nothing is wrong, as far as the rules see.' })];
  openFloating(anchor, content, { label: 'Alerts', kind: 'list' });
}
