/**
 * Named views of a model, kept by the browser. Pure but for the storage that is handed in.
 *
 * @typedef {{name: string, view: string}} Bookmark  the view as it stands in an address
 * @typedef {Pick<Storage, 'getItem'|'setItem'>} Shelf
 */

const PREFIX = 'graphscope:bookmarks:';
const FORMAT = 'graphscope-bookmarks';
const VERSION = 1;
/** As many as a list can show and a browser likes to keep. */
export const MOST_BOOKMARKS = 200;
const MOST_NAME = 80;
/** Of one view, in letters: 50,000 nodes with all scopes open take about 4,000. */
const MOST_VIEW = 100_000;

export class Bookmarks {
  /** @param {string} model  its name: a new version of it keeps its bookmarks @param {Shelf|null} shelf  null where the browser keeps nothing */
  constructor(model, shelf) {
    this.model = model;
    this.shelf = shelf;
    /** @type {Bookmark[]} */
    this.list = this.load();
  }

  /** @returns {Bookmark[]} */
  load() {
    try {
      return checked(JSON.parse(this.shelf?.getItem(PREFIX + this.model) ?? '[]'));
    } catch {
      return []; // not ours, or storage is switched off: as good as none
    }
  }

  /** @returns {boolean} whether they will be there next time */
  keep() {
    try {
      if (!this.shelf) return false;
      this.shelf.setItem(PREFIX + this.model, JSON.stringify(this.list));
      return true;
    } catch {
      return false; // full, or switched off; the page tells it
    }
  }

  /** Add a view, in place of one of the same name. @param {string} name @param {string} view @returns {boolean} whether it will be kept */
  add(name, view) {
    const bookmark = { name: name.trim().slice(0, MOST_NAME), view };
    const at = this.list.findIndex((each) => each.name === bookmark.name);
    if (at >= 0) this.list = this.list.map((each, i) => (i === at ? bookmark : each));
    else this.list = [...this.list, bookmark].slice(-MOST_BOOKMARKS);
    return this.keep();
  }

  /** @param {Bookmark} bookmark */
  remove(bookmark) {
    this.list = this.list.filter((each) => each !== bookmark);
    return this.keep();
  }

  /** A text file with all of them. */
  write() {
    return `${JSON.stringify({ format: FORMAT, version: VERSION, model: this.model, bookmarks: this.list }, null, 1)}\n`;
  }

  /** Add those of a file. @param {string} text @returns {number} how many @throws {Error} when it is no file of bookmarks */
  read(text) {
    let found;
    try {
      found = JSON.parse(text);
    } catch {
      found = null;
    }
    if (found?.format !== FORMAT || found.version !== VERSION) throw new Error('This file holds no bookmarks.');
    const bookmarks = checked(found.bookmarks);
    for (const { name, view } of bookmarks) this.add(name, view);
    return bookmarks.length;
  }
}

/** Those that are bookmarks; strangers may have written them. @param {unknown} list @returns {Bookmark[]} */
function checked(list) {
  if (!Array.isArray(list)) return [];
  const fine = list.filter((each) => typeof each?.name === 'string' && each.name.trim() !== '' && typeof each.view === 'string' && each.view.length <= MOST_VIEW);
  return fine.slice(0, MOST_BOOKMARKS).map(({ name, view }) => ({ name: name.slice(0, MOST_NAME), view }));
}
