/**
 * The dock: a panel below the graph with one tab for each thing that needs width (source, tables, results).
 *
 *     page.dock.add({ id: 'table', label: 'Table', element, onShow: () => fill(element) });
 *     page.dock.show('table');
 *
 * It is empty and takes no room until somebody shows a tab.
 */

import { say } from '../core/language.mjs';
import { make } from './dom.mjs';
import { listenToRadios } from './keyboard.mjs';
import { clamp } from './viewport.mjs';

/**
 * @typedef {object} DockTab
 * @property {string} id
 * @property {string} label          English
 * @property {HTMLElement} element   the content; scrolls by itself
 * @property {() => unknown} [onShow]  called whenever the tab becomes visible: the moment to fill it
 */

const LEAST_HEIGHT = 120;
/** Of the room between header and lower edge: some of the graph stays in sight. */
const MOST_SHARE = 0.75;
const FIRST_SHARE = 0.38;
const HEIGHT_STEP_PX = 24;
const CROSS = 'M5.5 5.5l9 9M14.5 5.5l-9 9';

export class Dock {
  /** @param {HTMLElement} place @param {HTMLElement} shell  its class and variable make the room */
  constructor(place, shell) {
    this.place = place;
    this.shell = shell;
    /** @type {Map<string, DockTab & {button: HTMLElement, panel: HTMLElement}>} */
    this.tabs = new Map();
    this.current = '';
    this.height = 0;
    /** where the focus goes when the dock closes @type {HTMLElement|null} */
    this.before = null;
    this.strip = make('div', { class: 'dock-tabs', role: 'tablist', 'aria-label': say('Panel below the graph') });
    this.resizer = make('div', { class: 'dock-resizer', role: 'separator', 'aria-orientation': 'horizontal', 'aria-label': say('Height of the panel'), tabindex: 0 });
    this.body = make('div', { class: 'dock-body' });
    place.replaceChildren(this.resizer, make('div', { class: 'dock-head' }, this.strip, this.makeClose()), this.body);
    listenToRadios(this.strip, (button) => this.show(button.dataset.dock ?? ''));
    this.listenToResizer();
    place.addEventListener('keydown', (event) => this.onKey(event));
  }

  /** @param {DockTab} tab */
  add(tab) {
    const button = make('button', {
      type: 'button', role: 'tab', id: `dock-tab-${tab.id}`, 'data-dock': tab.id, 'aria-controls': `dock-panel-${tab.id}`, 'aria-selected': 'false', tabindex: -1, text: say(tab.label),
    });
    const panel = make('div', { class: 'dock-panel', role: 'tabpanel', id: `dock-panel-${tab.id}`, 'aria-labelledby': `dock-tab-${tab.id}`, hidden: '' }, tab.element);
    this.tabs.set(tab.id, { ...tab, button, panel });
    this.strip.append(button);
    this.body.append(panel);
  }

  get isOpen() {
    return !this.place.hidden;
  }

  /** Whether this tab is what the dock shows now. @param {string} id */
  shows(id) {
    return this.isOpen && this.current === id;
  }

  /** Open the dock at a tab. @param {string} id @param {{focus?: boolean}} [options]  focus: also move the focus there, as a command does */
  show(id, { focus = false } = {}) {
    const tab = this.tabs.get(id);
    if (!tab) throw new Error(`The dock has no tab "${id}".`);
    if (!this.isOpen) this.open();
    this.current = id;
    for (const each of this.tabs.values()) {
      const chosen = each === tab;
      each.panel.hidden = !chosen;
      each.button.setAttribute('aria-selected', String(chosen));
      each.button.tabIndex = chosen ? 0 : -1;
    }
    if (focus) tab.button.focus();
    void tab.onShow?.();
  }

  /** What a key does: open at the tab, or close where it is open there already. @param {string} id */
  toggle(id) {
    if (this.shows(id)) this.close();
    else this.show(id, { focus: true });
  }

  /** Open where it was, or close. */
  toggleLast() {
    const id = this.tabs.has(this.current) ? this.current : [...this.tabs.keys()][0];
    if (this.isOpen) this.close();
    else if (id !== undefined) this.show(id, { focus: true });
  }

  open() {
    this.before = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    this.place.hidden = false;
    this.setHeight(this.height || this.room() * FIRST_SHARE);
    this.shell.classList.add('has-dock');
  }

  close() {
    const focused = this.place.contains(document.activeElement);
    this.place.hidden = true;
    this.shell.classList.remove('has-dock');
    if (focused) this.before?.focus();
  }

  /** How high the dock and the graph are together, CSS px. */
  room() {
    return this.shell.clientHeight - (this.shell.querySelector('.header')?.clientHeight ?? 0);
  }

  /** @param {number} height  CSS px */
  setHeight(height) {
    const most = Math.max(LEAST_HEIGHT, Math.round(this.room() * MOST_SHARE));
    this.height = clamp(Math.round(height), LEAST_HEIGHT, most);
    this.shell.style.setProperty('--dock-height', `${this.height}px`);
    this.resizer.setAttribute('aria-valuemin', String(LEAST_HEIGHT));
    this.resizer.setAttribute('aria-valuemax', String(most));
    this.resizer.setAttribute('aria-valuenow', String(this.height));
  }

  makeClose() {
    const cross = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    cross.setAttribute('d', CROSS);
    const icon = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    icon.setAttribute('viewBox', '0 0 20 20');
    icon.setAttribute('aria-hidden', 'true');
    icon.append(cross);
    const label = say('Close the panel below the graph');
    const button = make('button', { type: 'button', class: 'icon-button dock-close', 'aria-label': label, title: label }, icon);
    button.addEventListener('click', () => this.close());
    return button;
  }

  listenToResizer() {
    const { resizer } = this;
    resizer.addEventListener('pointerdown', (event) => resizer.setPointerCapture(event.pointerId));
    resizer.addEventListener('pointermove', (event) => {
      if (resizer.hasPointerCapture(event.pointerId)) this.setHeight(this.place.getBoundingClientRect().bottom - event.clientY);
    });
    resizer.addEventListener('keydown', (event) => {
      const step = { ArrowUp: HEIGHT_STEP_PX, ArrowDown: -HEIGHT_STEP_PX }[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      this.setHeight(this.height + step);
    });
  }

  /** Escape closes, unless what is inside used it. @param {KeyboardEvent} event */
  onKey(event) {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    this.close();
  }
}

/** @param {import('./wiring.mjs').Page} page */
export function connectDock({ dock, commands }) {
  commands.add({ id: 'dock', label: 'Panel below the graph', group: 'View', keys: ['j'], available: () => dock.tabs.size > 0, run: () => dock.toggleLast() });
}
