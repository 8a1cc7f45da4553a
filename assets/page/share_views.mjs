/** The Share card's link to the view and list of bookmarks, and their commands. */

import { say } from '../core/language.mjs';
import { readAddress, writeAddress } from './address.mjs';
import { Bookmarks } from './bookmarks.mjs';
import { byId, make, setText } from './dom.mjs';
import { download, fileName } from './save.mjs';
import { showToast } from './toast.mjs';
import { showView, takeLooks, takeView, usualOverlay } from './view.mjs';

/**
 * @import {Page} from './wiring.mjs'
 * @import {Bookmark} from './bookmarks.mjs'
 */

/** Bookmarks with a key of their own. */
const KEYS = 9;
const CROSS = 'M5.5 5.5l9 9M14.5 5.5l-9 9';
const SVG = 'http://www.w3.org/2000/svg';

/** @param {Page} page */
export function connectViews(page) {
  const { state, commands, host } = page;
  const available = () => state.now.scene !== null;
  if (host.hasAddress) {
    const link = new LinkSection(page);
    byId('share-popover').append(link.element);
    commands.add({ id: 'copy-link', label: 'Copy a link to this view', group: 'Share', keys: ['y'], available, run: () => link.copy() });
  }
  const section = new BookmarkSection(page);
  byId('share-popover').append(section.element);
  commands.add({ id: 'bookmark', label: 'Keep this view as a bookmark', group: 'Share', keys: ['b'], available, run: () => section.ask() });
  for (let n = 1; n <= KEYS; n++) {
    commands.add({
      id: `bookmark-${n}`, label: `Bookmark ${n}`, group: 'Go to', keys: [String(n)], available: () => available() && n <= section.bookmarks.list.length, run: () => section.show(section.bookmarks.list[n - 1]),
    });
  }
}

class LinkSection {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    const button = make('button', { type: 'button', class: 'button', 'data-command': 'copy-link', text: say('Copy link') });
    this.element = make('section', { 'aria-label': say('Link to this view') }, make('div', { class: 'share-line' }, make('h3', { text: say('Link to this view') }), button));
  }

  async copy() {
    const { state } = this.page;
    const hash = writeAddress({ ...takeView(this.page), ...takeLooks(state) }, usualOverlay(state.doc));
    try {
      await navigator.clipboard.writeText(`${location.href.split('#')[0]}#${hash}`);
      showToast(say('Link copied.'));
    } catch {
      // Browsers refuse it in frames and on pages that are not local or encrypted.
      history.replaceState(null, '', `#${hash}`);
      showToast(say('Copy the link from the address bar.'));
    }
  }
}

class BookmarkSection {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.bookmarks = new Bookmarks('', null);
    this.list = make('ol', { class: 'bookmarks', 'aria-label': say('Bookmarks') });
    this.name = /** @type {HTMLInputElement} */ (make('input', { id: 'bookmark-name', class: 'field', type: 'text', maxlength: 80, autocomplete: 'off', 'aria-label': say('Name of the view') }));
    this.status = make('p', { class: 'share-status', role: 'status' });
    this.file = /** @type {HTMLInputElement} */ (make('input', { type: 'file', accept: '.json,application/json', hidden: '', 'aria-label': say('Import bookmarks') }));
    const form = make('form', { class: 'share-line' }, this.name, make('button', { type: 'submit', class: 'button', text: say('Save view') }));
    this.write = makeButton(say('Export bookmarks'), () => download(this.bookmarks.write(), fileName(this.page.state.doc.title, 'bookmarks.json'), 'application/json'));
    const read = makeButton(say('Import bookmarks'), () => this.file.click());
    this.element = make('section', { 'aria-label': say('Bookmarks') }, make('h3', { text: say('Bookmarks') }), this.list, form, make('div', { class: 'share-line quiet' }, read, this.write, this.file), this.status);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.save();
    });
    this.file.addEventListener('change', () => void this.readFile());
    page.state.on(['doc'], ({ doc }) => {
      if (doc) this.open(doc.title);
    });
    this.draw();
  }

  /** @param {string} model */
  open(model) {
    this.bookmarks = new Bookmarks(model, shelf());
    this.draw();
  }

  /** Open the card at the name of a new bookmark. */
  ask() {
    if (byId('share-popover').hidden) byId('share-button').click();
    this.name.value = this.proposal();
    this.name.focus();
    this.name.select();
  }

  /** @returns {string} what is selected, or a number */
  proposal() {
    const { doc, selected } = this.page.state.now;
    return doc && selected > 0 ? doc.name(selected) : say('View {n}', { n: this.bookmarks.list.length + 1 });
  }

  save() {
    const { state } = this.page;
    const name = this.name.value.trim() || this.proposal();
    const kept = this.bookmarks.add(name, writeAddress(takeView(this.page), usualOverlay(state.doc)));
    this.name.value = '';
    this.tell(kept ? say('Saved as {name}.', { name }) : say('This browser does not keep bookmarks; they are gone when the page closes.'), !kept);
    this.draw();
  }

  /** @param {Bookmark} bookmark */
  async show(bookmark) {
    await showView(this.page, readAddress(bookmark.view));
    showToast(bookmark.name);
  }

  async readFile() {
    const file = this.file.files?.[0];
    this.file.value = ''; // the same file can be chosen again
    if (!file) return;
    try {
      const n = this.bookmarks.read(await file.text());
      this.tell(n === 1 ? say('Imported 1 bookmark.') : say('Imported {n} bookmarks.', { n }), false);
    } catch (error) {
      this.tell(say(error instanceof Error ? error.message : String(error)), true);
    }
    this.draw();
  }

  draw() {
    const rows = this.bookmarks.list.map((bookmark, k) => this.makeRow(bookmark, k));
    this.list.replaceChildren(...(rows.length > 0 ? rows : [make('li', { class: 'empty', text: say('No views are kept yet.') })]));
    this.write.disabled = rows.length === 0;
  }

  /** @param {Bookmark} bookmark @param {number} k */
  makeRow(bookmark, k) {
    const { name } = bookmark;
    const show = makeButton(name, () => void this.show(bookmark));
    show.className = 'bookmark';
    show.setAttribute('aria-label', say('Show the view {name}', { name }));
    const forget = makeButton('', () => {
      this.bookmarks.remove(bookmark);
      this.draw();
      this.name.focus();
    });
    forget.className = 'icon-button';
    forget.setAttribute('aria-label', say('Forget the view {name}', { name }));
    forget.append(cross());
    return make('li', {}, ...(k < KEYS ? [make('kbd', { text: String(k + 1), 'aria-hidden': 'true' })] : []), show, forget);
  }

  /** @param {string} text @param {boolean} failed */
  tell(text, failed) {
    setText(this.status, text);
    this.status.classList.toggle('failed', failed);
  }
}

/** @returns {Storage|null} null where the browser keeps nothing */
function shelf() {
  try {
    return localStorage;
  } catch {
    return null; // switched off, or a frame without storage
  }
}

/** @param {string} text @param {() => void} act */
function makeButton(text, act) {
  const button = /** @type {HTMLButtonElement} */ (make('button', { type: 'button', class: 'link-button', text }));
  button.addEventListener('click', act);
  return button;
}

function cross() {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', CROSS);
  svg.append(path);
  return svg;
}
