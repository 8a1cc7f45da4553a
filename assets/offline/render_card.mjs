/** Cards as elements, exactly as graphscope/app/panels/cards.py makes them: one style sheet serves both. */

import { say } from '../core/language.mjs';
import { formatInteger } from '../core/numbers.mjs';
import { make } from '../page/dom.mjs';
import { translateCard } from './translate_card.mjs';

/**
 * The fields of graphscope/app/present/card.py; what is empty is left out.
 *
 * @typedef {{text: string, target?: string}} Link
 * @typedef {{is: 'Row', key: string, value: string, is_code?: boolean, hint?: string, links?: Link[]}} Row
 * @typedef {{is: 'Tensor', shape: string, dtype?: string, label?: string, ends?: Link[], more?: number}} Tensor
 * @typedef {{is: 'Bar', link: Link, value: string, share: number}} Bar
 * @typedef {{is: 'Table', head: string[], rows: string[][]}} Table
 * @typedef {{is: 'Message', tone: string, text: string, title?: string, link?: Link}} Message
 * @typedef {{is: 'Listing', title: string, lines: string}} Listing
 * @typedef {Row|Tensor|Bar|Table|Message|Listing} Entry
 * @typedef {{title?: string, entries: Entry[], is_folded?: boolean}} Section
 * @typedef {{kind: string, title: string, type?: string, documentation?: string, path?: Link[], badges?: string[], warnings?: string[], sections: Section[]}} Card
 */

/** @param {Card} card @returns {HTMLElement} */
export function renderCard(card) {
  return renderTranslated(translateCard(card));
}

/** @param {Card} card */
function renderTranslated(card) {
  return make('article', { class: 'gs-panel', 'aria-label': `${card.kind}: ${card.title}` }, renderHead(card), ...card.sections.map(renderSection));
}

/** A button that selects an item; the page listens for `data-select`. @param {Link} link */
function renderLink({ text, target }) {
  if (!target) return make('span', { class: 'gs-end', text });
  return make('button', { type: 'button', class: 'gs-link', title: say('Select {name}', { name: target }), 'data-select': target, text });
}

/** @param {Card} card */
function renderHead({ kind, title, type, documentation, path = [], badges = [], warnings = [] }) {
  const head = make('header', { class: 'gs-head' }, make('p', { class: 'gs-kind', text: kind }));
  if (path.length) head.append(make('nav', { class: 'gs-path', 'aria-label': say('Scopes around it') }, make('ol', {}, ...path.map((link) => make('li', {}, renderLink(link))))));
  head.append(make('h2', { class: 'gs-title', text: title }));
  if (type || badges.length || warnings.length) {
    head.append(make('p', { class: 'gs-type' }, renderType(type ?? '', documentation), ...badges.map((text) => make('span', { class: 'gs-badge', text })),
      ...warnings.map((text) => make('span', { class: 'gs-badge gs-warning', text }))));
  }
  return head;
}

/** @param {string} text @param {string} [address] */
function renderType(text, address) {
  // Only addresses of the web: the card was written from what a model says of itself.
  if (!address || !/^https:\/\//.test(address)) return make('span', { text });
  return make('a', { href: address, target: '_blank', rel: 'noreferrer noopener', title: say('Open the documentation (leaves this machine)'), text });
}

/** @param {Section} section */
function renderSection({ title, entries, is_folded }) {
  const parts = group(entries).flatMap((same) => RENDERERS[same[0].is](/** @type {any} */ (same)));
  if (is_folded) return make('details', { class: 'gs-section' }, make('summary', { text: title }), ...parts);
  return make('section', { class: 'gs-section' }, ...(title ? [make('h3', { text: title })] : []), ...parts);
}

/** Neighbours of one kind stand in one list. @param {Entry[]} entries @returns {Entry[][]} */
function group(entries) {
  /** @type {Entry[][]} */
  const groups = [];
  for (const entry of entries) {
    const last = groups.at(-1);
    if (last?.[0].is === entry.is) last.push(entry);
    else groups.push([entry]);
  }
  return groups;
}

/** @param {Row[]} rows */
function renderRows(rows) {
  return [make('dl', { class: 'gs-rows' }, ...rows.map(renderRow))];
}

/** @param {Row} row */
function renderRow({ key, value, is_code, hint, links = [] }) {
  const told = make('dd', { class: is_code ? 'gs-value gs-code' : 'gs-value', title: hint, text: value });
  told.append(...links.map(renderLink));
  return make('div', { class: 'gs-row' }, make('dt', { class: 'gs-key', text: key }), told);
}

/** @param {Tensor[]} tensors */
function renderTensors(tensors) {
  return [make('ul', { class: 'gs-tensors' }, ...tensors.map((tensor) => make('li', {}, ...renderTensor(tensor))))];
}

/** @param {Tensor} tensor */
function renderTensor({ shape, dtype, label, ends = [], more }) {
  const around = make('div', { class: 'gs-ends' }, ...ends.map(renderLink));
  if (more) around.append(make('span', { class: 'gs-end', text: say('and {n} more', { n: formatInteger(more) }) }));
  if (label) around.append(make('span', { class: 'gs-badge', text: label }));
  const spec = make('div', { class: 'gs-spec' }, make('span', { class: 'gs-shape', text: shape }));
  if (dtype) spec.append(make('span', { class: 'gs-dtype', text: dtype }));
  return [around, spec];
}

/** @param {Bar[]} bars */
function renderBars(bars) {
  return [make('ul', { class: 'gs-bars' }, ...bars.map(({ link, value, share }) => {
    const bar = make('span', { class: 'gs-bar' });
    bar.style.setProperty('--share', share.toFixed(3));
    return make('li', {}, renderLink(link), make('span', { class: 'gs-value gs-code', text: value }), bar);
  }))];
}

/** @param {Table[]} tables */
function renderTables(tables) {
  return tables.map(({ head, rows }) => make('table', { class: 'gs-table' },
    make('thead', {}, make('tr', {}, ...head.map((text) => make('th', { scope: 'col', text })))),
    make('tbody', {}, ...rows.map((row) => make('tr', {}, ...row.map((text) => make('td', { text })))))));
}

/** @param {Message[]} messages */
function renderMessages(messages) {
  return messages.map(({ tone, text, title, link }) => {
    const box = make('div', { class: `gs-message gs-${tone}`, role: 'note' });
    if (title) box.append(make('strong', { text: title }));
    box.append(make('p', { text }));
    if (link) box.append(renderLink(link));
    return box;
  });
}

/** @param {Listing[]} listings */
function renderListings(listings) {
  return listings.map(({ title, lines }) => make('details', { class: 'gs-listing', open: '' }, make('summary', { text: title }), make('pre', { tabindex: '0', text: lines })));
}

/** @type {Record<string, (entries: any[]) => HTMLElement[]>} */
const RENDERERS = { Row: renderRows, Tensor: renderTensors, Bar: renderBars, Table: renderTables, Message: renderMessages, Listing: renderListings };
