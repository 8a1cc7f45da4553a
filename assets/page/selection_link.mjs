/**
 * The selection between the page and Dash.
 *
 * The page works without Dash and usually stands before it. The newest selection waits until the store is there:
 * dash_clientside exists early, but set_props only works once Dash has drawn its layout, whose first sign is
 * the content of the details panel.
 */

/** @type {any} */
const page = window;

/** What a button with data-select does. @param {(id: string) => void} select */
export function listenToLinks(select) {
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('[data-select]') : null;
    if (button) select(button.getAttribute('data-select') ?? '');
  });
}

export class SelectionLink {
  /** @param {HTMLElement} panel @param {string} store  the id of the store that is written to */
  constructor(panel, store) {
    this.panel = panel;
    this.store = store;
    /** @type {string|number|object|null|undefined} undefined = nothing waits */
    this.waiting = undefined;
    this.watcher = new MutationObserver(() => this.deliver());
  }

  /** @param {string|number|object|null} data */
  send(data) {
    this.waiting = data;
    this.deliver();
  }

  deliver() {
    if (this.waiting === undefined) return;
    if (!this.isReady()) {
      this.watcher.observe(this.panel, { childList: true, subtree: true });
      return;
    }
    this.watcher.disconnect();
    const data = this.waiting;
    this.waiting = undefined;
    page.dash_clientside.set_props(this.store, { data });
  }

  isReady() {
    const drawn = this.panel.querySelector('#react-entry-point > *:not(._dash-loading)') !== null;
    return drawn && typeof page.dash_clientside?.set_props === 'function';
  }
}
