/** The foldable sections that cards stand in. */

import { make, setText } from '../page/dom.mjs';

/**
 * @import {Group} from './metric_cards.mjs'
 * @typedef {{group: Group, isOpen: boolean, elements: HTMLElement[]}} Shown
 */

export class Sections {
  /** @param {HTMLElement} place @param {(group: string) => void} turn */
  constructor(place, turn) {
    this.place = place;
    this.turn = turn;
    /** @type {Map<string, {element: HTMLElement, button: HTMLElement, count: HTMLElement, grid: HTMLElement}>} */
    this.kept = new Map();
  }

  /** @param {Shown[]} shown */
  show(shown) {
    arrange(this.place, shown.map(({ group }) => this.sectionOf(group).element));
    for (const { group, isOpen, elements } of shown) {
      const section = this.sectionOf(group);
      section.button.setAttribute('aria-expanded', String(isOpen));
      setText(section.count, String(group.cards.length));
      section.grid.hidden = !isOpen;
      arrange(section.grid, elements);
    }
  }

  /** @param {Group} group */
  sectionOf(group) {
    const known = this.kept.get(group.name);
    if (known) return known;
    const id = `section-${group.name.replace(/\W/g, '-')}`;
    const count = make('small', {});
    const button = make('button', { type: 'button', class: 'section-title', 'aria-controls': id }, make('i', { class: 'caret', 'aria-hidden': 'true' }), make('span', { text: group.title }), count);
    const grid = make('div', { class: 'grid', id });
    const section = { element: make('section', { class: 'section', 'aria-label': group.title }, make('h2', {}, button), grid), button, count, grid };
    button.addEventListener('click', () => this.turn(group.name));
    this.kept.set(group.name, section);
    return section;
  }
}

/** Let exactly these be the children, moving as few as possible. @param {HTMLElement} place @param {HTMLElement[]} wanted */
export function arrange(place, wanted) {
  for (const child of [...place.children]) if (!wanted.includes(/** @type {HTMLElement} */ (child))) child.remove();
  wanted.forEach((element, at) => {
    if (place.children[at] !== element) place.insertBefore(element, place.children[at] ?? null);
  });
}
