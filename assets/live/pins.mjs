/** Alerts on a chart: buttons over Plotly's picture, so that keyboard and screen reader reach them. */

import { make, setText } from '../page/dom.mjs';
import { sinceText } from './alert_facts.mjs';
import { openAlert, openAlertList } from './alert_view.mjs';
import { gatherPins } from './pin_places.mjs';

/**
 * @import {Pin} from './alert_facts.mjs'
 * @import {Place, PlacedPins} from './pin_places.mjs'
 *
 * @typedef {{button: HTMLElement, pins: Pin[]}} Kept
 */

export class Pins {
  constructor() {
    this.element = make('div', { class: 'pins' });
    /** @type {Map<string, Kept>} */
    this.kept = new Map();
    /** @type {Map<string, string>} */
    this.colours = new Map();
  }

  /** @param {Pin[]} pins @param {Map<string, string>} colours @param {(pin: Pin) => Place|null} locate */
  update(pins, colours, locate) {
    this.colours = colours;
    const placed = gatherPins(pins, locate);
    const ids = new Set(placed.map(idOf));
    for (const [id, { button }] of this.kept) {
      if (ids.has(id)) continue;
      button.remove();
      this.kept.delete(id);
    }
    for (const group of placed) this.show(group);
  }

  /** @param {PlacedPins} group */
  show(group) {
    const { button } = this.keep(group);
    const [first] = group.pins;
    const label = group.pins.length > 1 ? `${group.pins.length} alerts: ${first.alert.title} and others` : [first.alert.title, first.run.name, sinceText(first.alert)].filter((part) => part !== '').join(', ');
    button.className = `pin pin-${first.alert.severity}${group.isBelow ? ' below' : ''}${group.pins.length > 1 ? ' several' : ''}`;
    button.setAttribute('aria-label', group.pins.length > 1 ? label : `Alert: ${label}`);
    button.title = first.alert.title;
    setText(button, group.pins.length > 1 ? String(group.pins.length) : '');
    button.style.transform = `translate(${Math.round(group.left)}px, ${Math.round(group.top)}px)`;
  }

  /** @param {PlacedPins} group @returns {Kept} */
  keep(group) {
    const known = this.kept.get(idOf(group));
    if (known) {
      known.pins = group.pins;
      return known;
    }
    const button = make('button', { type: 'button', 'aria-haspopup': 'dialog' });
    const kept = { button, pins: group.pins };
    button.addEventListener('click', () => this.tell(kept));
    this.element.append(button);
    this.kept.set(idOf(group), kept);
    return kept;
  }

  /** @param {Kept} kept */
  tell({ button, pins }) {
    if (pins.length === 1) this.tellOne(button, pins[0]);
    else openAlertList(button, pins, this.colours, (found) => this.tellOne(button, found));
  }

  /** @param {Element} button @param {import('./alert_facts.mjs').RunAlert} found */
  tellOne(button, found) {
    openAlert(button, found, this.colours.get(found.run.key) ?? '');
  }

  /** @param {string} run @param {string} alert @returns {boolean} whether it is here */
  open(run, alert) {
    for (const { button, pins } of this.kept.values()) {
      const pin = pins.find((each) => each.run.key === run && each.alert.id === alert);
      if (!pin) continue;
      button.focus({ preventScroll: true });
      this.tellOne(button, pin);
      return true;
    }
    return false;
  }
}

/** The first names the group: it keeps its button, and the focus on it, while others come. @param {PlacedPins} group */
function idOf({ pins: [first] }) {
  return `${first.run.key}\n${first.alert.id}`;
}
