/** Texts about an item, for the outline, the tooltip, the search results and the announcer. Pure. */

import { formatCount, formatInteger, tellValue } from '../core/numbers.mjs';
import { familyColour } from './colours.mjs';

/** @import {Doc} from '../core/document.mjs' */

/** @param {Doc} doc @param {number} item */
function repeatsOf(doc, item) {
  return doc.kindName(item) === 'repeat' ? doc.count[item] : 0;
}

/** @param {Doc} doc @param {number} item @param {'light'|'dark'} theme */
export function describeRow(doc, item, theme) {
  const scope = doc.isScope(item);
  const repeats = repeatsOf(doc, item);
  const type = doc.type(item);
  const count = scope ? formatInteger(doc.leaves[item]) : type === doc.name(item) ? '' : type;
  const label = [doc.name(item), repeats ? `repeated ${repeats} times` : '', type, scope ? `${formatInteger(doc.leaves[item])} nodes` : doc.shape(item)];
  return {
    name: doc.name(item),
    repeats,
    count,
    colour: familyColour(theme, doc.familyName(item)),
    label: label.filter((part) => part !== '').join(', '),
    title: doc.id(item),
  };
}

/** @param {Doc} doc @param {number} item @returns {{name: string, facts: [string, string][]}} */
export function describeTooltip(doc, item) {
  const repeats = repeatsOf(doc, item);
  /** @type {[string, string][]} */
  const facts = [['Type', doc.type(item)], ['Output', doc.shape(item)]];
  for (const overlay of doc.overlays) {
    const value = tellValue(overlay, doc.value(overlay.name, item));
    if (value) facts.push([overlay.label, value]);
  }
  if (doc.isScope(item)) facts.push(['Nodes', formatInteger(doc.leaves[item])]);
  return { name: doc.name(item) + (repeats ? ` ×${repeats}` : ''), facts: facts.filter(([, value]) => value !== '') };
}

/** "48,594 ops · 177 layers · 25.6M parameters". @param {Doc} doc */
export function describeCounts(doc) {
  const { ops, nodes, layers, parameters } = doc.totals;
  const parts = [
    ops ? count(ops, 'op') : layers ? '' : count(nodes, 'node'),
    layers ? count(layers, 'layer') : '',
    parameters === null || parameters === undefined ? '' : `${formatCount(parameters)} parameters`,
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** @param {number|null|undefined} number @param {string} word */
function count(number, word) {
  return number === null || number === undefined ? '' : `${formatInteger(number)} ${word}${number === 1 ? '' : 's'}`;
}

/** Where an item lies, for people: "encoder / block_1". @param {Doc} doc @param {number} item */
export function describePath(doc, item) {
  return doc.pathOf(item).slice(0, -1).map((up) => doc.name(up)).join(' / ');
}
