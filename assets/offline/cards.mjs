/**
 * The details panel of a page without a server: the cards that the server would have made lie in the page, several
 * hundred to a block, and a block is unpacked when one of its cards is looked at.
 */

import { describeEdge } from '../page/edge_facts.mjs';
import { say } from '../core/language.mjs';
import { formatInteger } from '../core/numbers.mjs';
import { unpack } from './blocks.mjs';
import { renderCard } from './render_card.mjs';

/**
 * @import {Page} from '../page/wiring.mjs'
 * @import {Card, Section} from './render_card.mjs'
 *
 * @typedef {{scope: string, source: string|null, target: string|null, kind: number}} EdgeEnds  as `endsOf` says them
 */

export class EmbeddedCards {
  /** @param {HTMLElement} place  is filled @param {Page} page */
  constructor(place, page) {
    this.place = place;
    this.page = page;
    /** unpacked blocks by number @type {Map<number, Promise<(Card|null)[]>>} */
    this.blocks = new Map();
    this.sent = 0;
    page.state.on(['doc'], () => this.send(null));
  }

  /** @param {string|EdgeEnds|null} data */
  send(data) {
    const { doc } = this.page.state.now;
    if (!doc) return;
    const number = ++this.sent;
    this.find(data).then(
      (card) => number === this.sent && this.show(card),
      (error) => number === this.sent && this.show(cardOfTrouble(error)),
    );
  }

  /** @param {string|EdgeEnds|null} data @returns {Promise<Card>} */
  async find(data) {
    const { doc } = this.page.state;
    if (data !== null && typeof data === 'object') return this.edgeCard();
    const item = data === null ? 0 : doc.indexOf(data);
    const size = Number(this.place.dataset.cardsPerBlock);
    const cards = await this.open(Math.floor(item / size));
    const card = cards[item % size];
    if (card) return card;
    const missing = say('This file holds the details of the first {n} items only.', { n: formatInteger(Number(this.place.dataset.mostCards)) });
    return { kind: say('Node'), title: doc.name(item), type: doc.type(item), sections: [sectionOf('note', missing)] };
  }

  /** What the page itself knows of the selected edge. @returns {Card} */
  edgeCard() {
    const { doc, now } = this.page.state;
    if (!now.edge) throw new Error('An edge was sent that is not selected.');
    const { name, facts } = describeEdge(doc, now.edge);
    return { kind: say('Edge'), title: name, sections: [{ title: '', entries: facts.map(([key, value]) => ({ is: 'Row', key, value })) }] };
  }

  /** @param {number} number @returns {Promise<(Card|null)[]>} */
  open(number) {
    const opened = this.blocks.get(number) ?? unpackBlock(number);
    this.blocks.set(number, opened);
    return opened;
  }

  /** @param {Card} card */
  show(card) {
    this.place.replaceChildren(renderCard(card));
    this.place.scrollTop = 0;
  }
}

/** @param {number} number @returns {Promise<(Card|null)[]>} */
async function unpackBlock(number) {
  const element = document.getElementById(`offline-cards-${number}`);
  return element ? JSON.parse(await unpack(element.textContent ?? '')) : [];
}

/** @param {unknown} error @returns {Card} */
function cardOfTrouble(error) {
  const text = error instanceof Error ? error.message : String(error);
  return { kind: say('Error'), title: say('Details'), sections: [sectionOf('bad', text)] };
}

/** @param {string} tone @param {string} text @returns {Section} */
function sectionOf(tone, text) {
  return { title: '', entries: text ? [{ is: 'Message', tone, text }] : [] };
}
