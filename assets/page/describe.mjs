/** Texts about an item, for the outline, the tooltip, the search results and the announcer. Pure. */

import { tellItem } from '../core/categories.mjs';
import { say } from '../core/language.mjs';
import { formatCount, formatInteger } from '../core/numbers.mjs';
import { familyColour } from './colours.mjs';
import { placeAmongSiblings } from './outline_rows.mjs';

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
  const label = [doc.name(item), repeats ? say('repeated {n} times', { n: repeats }) : '', type, scope ? say('{n} nodes', { n: formatInteger(doc.leaves[item]) }) : doc.shape(item)];
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
  const facts = [[say('Type'), doc.type(item)], [say('Output'), doc.shape(item)]];
  for (const overlay of doc.overlays) {
    const value = tellItem(doc, overlay, item);
    if (value) facts.push([say(overlay.label), value]);
  }
  if (doc.isScope(item)) facts.push([say('Nodes'), formatInteger(doc.leaves[item])]);
  return { name: doc.name(item) + (repeats ? ` ×${repeats}` : ''), facts: facts.filter(([, value]) => value !== '') };
}

/** "48,594 ops · 177 layers · 25.6M parameters". @param {Doc} doc */
export function describeCounts(doc) {
  const { ops, nodes, layers, parameters, layers_of_unknown_weights: unknown } = doc.totals;
  const parts = [
    ops ? count(ops, '1 op', '{n} ops') : layers ? '' : count(nodes, '1 node', '{n} nodes'),
    layers ? count(layers, '1 layer', '{n} layers') : '',
    parameters === null || parameters === undefined ? '' : say('{n} parameters', { n: (unknown ? '≥ ' : '') + formatCount(parameters) }),
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** @param {number|null|undefined} number @param {string} one @param {string} many */
function count(number, one, many) {
  return number === null || number === undefined ? '' : say(number === 1 ? one : many, { n: formatInteger(number) });
}

/** Where an item lies, for people: "encoder / block_1". @param {Doc} doc @param {number} item */
export function describePath(doc, item) {
  return doc.pathOf(item).slice(0, -1).map((up) => doc.name(up)).join(' / ');
}

/**
 * An item for those who cannot see it: name, type, shape, what is inside, place among its siblings.
 * @param {Doc} doc @param {number} item @param {Set<number>} open
 */
export function describeStop(doc, item, open) {
  const repeats = repeatsOf(doc, item);
  const type = doc.type(item);
  const parent = doc.parent[item];
  const parts = [
    doc.name(item),
    repeats ? say('repeated {n} times', { n: repeats }) : '',
    type === doc.name(item) ? '' : type,
    doc.shape(item),
    doc.isScope(item) ? say(open.has(item) ? 'open, {n} nodes inside' : 'closed, {n} nodes inside', { n: formatInteger(doc.leaves[item]) }) : '',
    parent < 0 ? '' : sayPlace(doc, item, parent),
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** @param {Doc} doc @param {number} item @param {number} parent */
function sayPlace(doc, item, parent) {
  const { position, size } = placeAmongSiblings(doc.childrenOf(parent), item);
  return say('{n} of {all} in {scope}', { n: position, all: size, scope: doc.name(parent) });
}
