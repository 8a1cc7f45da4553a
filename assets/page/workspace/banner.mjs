/** A calm line above the graph: what is wrong while the graph stays. It leaves when that is over. */

import { byId, make } from '../dom.mjs';

/**
 * @typedef {{text: string, details?: string[], link?: {text: string, href: string}, closable?: boolean}} Message  in the language of the page
 */

export class Banner {
  /** @param {string} close  the label of the button that closes it */
  constructor(close) {
    this.text = make('b');
    this.details = make('div', { class: 'banner-details' });
    this.button = make('button', { type: 'button', class: 'icon-button banner-close', 'aria-label': close, title: close, text: '×' });
    this.button.addEventListener('click', () => this.show(null));
    this.element = make('div', { class: 'banner', role: 'status', hidden: '' }, make('div', { class: 'banner-text' }, this.text, this.details), this.button);
    this.shown = '';
    byId('stage').append(this.element);
  }

  /** @param {Message|null} message */
  show(message) {
    const written = JSON.stringify(message);
    if (written === this.shown) return; // what is read aloud once is not read again
    this.shown = written;
    this.element.hidden = message === null;
    this.text.textContent = message?.text ?? '';
    this.details.replaceChildren(...(message?.details ?? []).filter(Boolean).map((text) => make('p', { text })));
    if (message?.link) this.details.append(make('a', { href: message.link.href, text: message.link.text }));
    this.button.hidden = !message?.closable;
  }
}
