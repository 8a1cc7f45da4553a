/** The drawer that tells what differs between two runs. */

import { byId, make } from '../page/dom.mjs';
import { formatConfig, formatMetric } from './format.mjs';

/**
 * @import {Run} from './types.mjs'
 *
 * @typedef {{path: string, before: unknown, after: unknown, kind: string}} Change
 * @typedef {{kind: string, layer: string, type: string, facts: string[]}} LayerChange
 * @typedef {{before: string, after: string, config: Change[], environment: Change[], layers: LayerChange[], notes: string[]}} Comparison
 */

export class CompareDrawer {
  constructor() {
    this.element = byId('drawer');
    this.content = byId('drawer-content');
    this.shown = '';
  }

  /** @param {Run|undefined} before @param {Run|undefined} after @param {Map<string, string>} colours */
  show(before, after, colours) {
    const isOpen = before !== undefined && after !== undefined;
    const wasHidden = this.element.hidden;
    this.element.hidden = !isOpen;
    byId('live').classList.toggle('comparing', isOpen);
    if (!isOpen) {
      this.shown = '';
      return;
    }
    if (wasHidden) this.element.focus({ preventScroll: true });
    const wanted = [before.key, after.key, colours.get(before.key), colours.get(after.key), before.status, after.status].join(' ');
    if (wanted === this.shown) return;
    this.shown = wanted;
    void this.load(before, after, colours, wanted);
  }

  /** @param {Run} before @param {Run} after @param {Map<string, string>} colours @param {string} wanted */
  async load(before, after, colours, wanted) {
    const heads = make('div', { class: 'pair' }, head(before, colours), head(after, colours));
    try {
      const query = new URLSearchParams({ before: before.key, after: after.key });
      const response = await fetch(`live/compare.json?${query}`);
      if (!response.ok) throw new Error(`The server answered ${response.status} when asked to compare.`);
      const comparison = /** @type {Comparison} */ (await response.json());
      if (this.shown === wanted) this.content.replaceChildren(heads, ...sections(comparison, before, after));
    } catch (error) {
      if (this.shown !== wanted) return;
      this.shown = '';
      this.content.replaceChildren(heads, make('p', { class: 'drawer-note', text: error instanceof Error ? error.message : String(error) }));
    }
  }
}

/** @param {Run} run @param {Map<string, string>} colours */
function head(run, colours) {
  const name = make('b', { class: 'run-name', text: run.name });
  name.style.setProperty('--run', colours.get(run.key) ?? '');
  return make('div', {}, name, make('small', { text: run.status }));
}

/** @param {Comparison} comparison @param {Run} before @param {Run} after @returns {HTMLElement[]} */
function sections(comparison, before, after) {
  return [
    section('Results', metricRows(before, after), 'The runs have no metric in common.'),
    section('Configuration', comparison.config.map(changeRow), 'The same in both.'),
    layerSection(comparison, before, after),
    section('Environment', comparison.environment.map(changeRow), 'The same in both.'),
    ...comparison.notes.map((note) => make('p', { class: 'drawer-note', text: note })),
  ];
}

/** @param {string} title @param {HTMLElement[]} rows @param {string} nothing */
function section(title, rows, nothing) {
  const body = rows.length ? make('table', { 'aria-label': title }, make('tbody', {}, ...rows)) : make('p', { class: 'quiet', text: nothing });
  return make('section', {}, make('h3', { text: title }), body);
}

/** Best values, the better one set off. @param {Run} before @param {Run} after */
function metricRows(before, after) {
  return Object.keys(before.metrics).filter((name) => after.metrics[name] && before.metrics[name].best !== null).map((name) => {
    const values = [before, after].map((run) => run.metrics[name].best);
    return changeRow({ path: name, before: formatMetric(name, values[0]), after: formatMetric(name, values[1]), kind: 'changed' });
  });
}

/** @param {Change} change */
function changeRow({ path, before, after, kind }) {
  return make('tr', { 'data-kind': kind }, make('th', { scope: 'row', text: path }), make('td', { text: formatConfig(before) }), make('td', { text: formatConfig(after) }));
}

/** @param {Comparison} comparison @param {Run} before @param {Run} after */
function layerSection({ layers }, before, after) {
  const words = /** @type {Record<string, string>} */ ({ added: '+', removed: '−', changed: '≠' });
  const rows = layers.map((layer) => make('li', { 'data-kind': layer.kind },
    make('i', { text: words[layer.kind] ?? '', 'aria-label': layer.kind, role: 'img' }), make('b', { text: layer.layer }), make('span', { text: layer.type }), make('small', { text: layer.facts.join(', ') })));
  const body = rows.length ? make('ul', {}, ...rows) : make('p', { class: 'quiet', text: 'The same in both.' });
  const links = before.graph !== null && after.graph !== null && rows.length
    ? [make('p', { class: 'links' }, make('a', { href: `${after.graph}?${new URLSearchParams({ compare: before.key })}`, target: '_blank', text: 'Show the differences on the graph' }))] : [];
  return make('section', {}, make('h3', { text: 'Layers' }), body, ...links);
}
