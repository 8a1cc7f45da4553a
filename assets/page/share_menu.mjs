/** The Share card: a link to the view, the picture as a file, bookmarks. */

import { say, sayable } from '../core/language.mjs';
import { byId, make, setText } from './dom.mjs';
import { listenToRadios, markRadios } from './keyboard.mjs';
import { formatsOf, makePicture } from './picture.mjs';
import { saveFrom, fileName } from './save.mjs';

/**
 * @import {Page} from './wiring.mjs'
 * @import {PictureChoices} from './picture.mjs'
 */

/** @type {Record<string, string>} */
const FORMAT_NAMES = {
  svg: sayable('SVG: vectors, text as text'), png: sayable('PNG: pixels'), pdf: sayable('PDF: vectors, fonts inside'), tex: sayable('TikZ: for LaTeX'),
  dot: sayable('DOT: for Graphviz'), mmd: sayable('Mermaid: a flowchart as text'), 'me.json': sayable('Model Explorer: the whole graph'), json: sayable('JSON: the whole graph'),
};
/** Formats that look like the page. */
const DRAWN = new Set(['svg', 'png', 'pdf', 'tex']);
/** mm, as the server takes them. */
const WIDTHS = { min: 10, max: 5000 };

/** @param {Page} page */
export function connectPicture(page) {
  const form = new PictureForm(page);
  byId('share-popover').replaceChildren(form.element);
  const available = () => page.state.now.scene !== null;
  page.commands.add(
    { id: 'export-svg', label: 'Export SVG', group: 'Share', available, run: () => form.saveAs('svg') },
    { id: 'share', label: 'Share: export, link, bookmarks', group: 'Share', keys: ['Shift+S'], available, run: () => byId('share-button').click() },
  );
}

export class PictureForm {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    /** @type {PictureChoices} */
    this.choices = { format: 'svg', style: 'screen', part: false, legend: true, caption: true, width: null };
    this.format = /** @type {HTMLSelectElement} */ (make('select', { id: 'share-format', class: 'field' }));
    for (const format of formatsOf(page)) this.format.append(make('option', { value: format, text: say(FORMAT_NAMES[format]) }));
    this.width = /** @type {HTMLInputElement} */ (make('input', { id: 'share-width', class: 'field', type: 'number', ...WIDTHS, step: 1, placeholder: say('natural') }));
    this.save = /** @type {HTMLButtonElement} */ (make('button', { type: 'submit', class: 'button primary', text: say('Export') }));
    this.status = make('p', { class: 'share-status', role: 'status' });
    this.looks = make('div', { class: 'share-looks' },
      row(say('Style'), radios('share-style', say('Style'), [['screen', say('Screen')], ['paper', say('Paper')]], (value) => (this.choices.style = value === 'paper' ? 'paper' : 'screen'))),
      row(say('Show'), radios('share-part', say('Show'), [['whole', say('Whole graph')], ['part', say('Visible part')]], (value) => (this.choices.part = value === 'part'))),
      row(say('With'), make('span', { class: 'share-checks' }, check(say('Legend'), (on) => (this.choices.legend = on)), check(say('Caption'), (on) => (this.choices.caption = on)))),
      labelled(say('Width'), make('span', { class: 'share-width' }, this.width, make('span', { text: 'mm' })), 'share-width'),
    );
    this.element = make('form', { class: 'share-form', 'aria-label': say('Export'), novalidate: '' },
      make('h3', { text: say('Picture or file') }), labelled(say('Format'), this.format, 'share-format'), this.looks, this.save, this.status);
    this.format.addEventListener('change', () => this.adapt());
    this.element.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.run();
    });
  }

  /** Data have no looks. */
  adapt() {
    this.choices.format = this.format.value;
    this.looks.hidden = !DRAWN.has(this.format.value);
    setText(this.status, '');
  }

  async run() {
    const width = this.width.value === '' ? null : Number(this.width.value);
    if (width !== null && !(width >= WIDTHS.min && width <= WIDTHS.max)) {
      this.tell(say('Give a width of {min} to {max} mm.', WIDTHS), true);
      this.width.focus();
      return;
    }
    await this.saveAs(this.choices.format, { ...this.choices, width });
  }

  /** @param {string} format @param {PictureChoices} [choices] */
  async saveAs(format, choices = { ...this.choices, style: 'screen', part: false, width: null }) {
    const name = fileName(this.page.state.doc.title, format);
    this.save.disabled = true;
    this.tell(say('Drawing {name} …', { name }), false);
    try {
      saveFrom(URL.createObjectURL(await makePicture(this.page, { ...choices, format })), name);
      this.tell(say('Saved {name}.', { name }), false);
    } catch (error) {
      this.tell(error instanceof Error ? error.message : String(error), true);
    } finally {
      this.save.disabled = false;
    }
  }

  /** @param {string} text @param {boolean} failed */
  tell(text, failed) {
    setText(this.status, text);
    this.status.classList.toggle('failed', failed);
  }
}

/** @param {string} label @param {HTMLElement} content */
function row(label, content) {
  return make('div', { class: 'share-row' }, make('span', { class: 'share-label', text: label, 'aria-hidden': 'true' }), content);
}

/** @param {string} label @param {HTMLElement} content @param {string} field */
function labelled(label, content, field) {
  return make('div', { class: 'share-row' }, make('label', { class: 'share-label', for: field, text: label }), content);
}

/** @param {string} id @param {string} label @param {[string, string][]} options @param {(value: string) => void} choose */
function radios(id, label, options, choose) {
  const buttons = options.map(([value, text], n) => make('button', { type: 'button', role: 'radio', 'data-value': value, 'aria-checked': String(n === 0), tabindex: n === 0 ? 0 : -1, text }));
  const group = make('span', { id, class: 'segmented', role: 'radiogroup', 'aria-label': label }, ...buttons);
  listenToRadios(group, (chosen) => {
    markRadios(group, (button) => button === chosen);
    choose(chosen.dataset.value ?? '');
  });
  return group;
}

/** @param {string} label @param {(on: boolean) => void} choose */
function check(label, choose) {
  const box = /** @type {HTMLInputElement} */ (make('input', { type: 'checkbox', checked: '' }));
  box.addEventListener('change', () => choose(box.checked));
  return make('label', { class: 'share-check' }, box, make('span', { text: label }));
}
