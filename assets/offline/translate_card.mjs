/** A card in the language of the page, as graphscope/app/language.py does it: names and settings stay as they are. */

import { sayServer } from '../core/languages/sentences.mjs';

/**
 * @import {Card, Entry, Section} from './render_card.mjs'
 */

/** @param {Card} card @returns {Card} */
export function translateCard(card) {
  return { ...card, kind: sayServer(card.kind), badges: card.badges?.map(sayServer), warnings: card.warnings?.map(sayServer), sections: card.sections.map(translateSection) };
}

/** @param {Section} section @returns {Section} */
function translateSection(section) {
  return { ...section, title: sayServer(section.title ?? ''), entries: section.entries.map(translateEntry) };
}

/** @param {Entry} entry @returns {Entry} */
function translateEntry(entry) {
  switch (entry.is) {
    case 'Row': return { ...entry, key: sayServer(entry.key), value: sayServer(entry.value), hint: entry.hint && sayServer(entry.hint) };
    case 'Tensor': return { ...entry, label: entry.label && sayServer(entry.label) };
    case 'Bar': return { ...entry, value: sayServer(entry.value) };
    case 'Table': return { ...entry, head: entry.head.map(sayServer), rows: entry.rows.map((row) => row.map(sayServer)) };
    case 'Message': return { ...entry, text: sayServer(entry.text), title: entry.title && sayServer(entry.title) };
    case 'Listing': return { ...entry, title: sayServer(entry.title) };
    default: return entry;
  }
}
