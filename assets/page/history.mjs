/** The view in the address bar: reloading keeps it, Back and Forward go through it. */

import { readAddress, writeAddress } from './address.mjs';
import { byId } from './dom.mjs';
import { showView, takeView, usualOverlay } from './view.mjs';

/** @import {Page} from './wiring.mjs' */

/** Browsers limit how often the address may change. */
const WAIT_MS = 150;
/** Steps that follow each other faster are one step back. */
const STEP_MS = 800;

/** @param {Page} page */
export function connectHistory(page) {
  if (page.host.hasAddress) new ViewHistory(page);
}

class ViewHistory {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.pending = 0;
    /** the last address without its camera, to tell steps from mere movement @type {string|null} */
    this.known = null;
    this.pushed = 0;
    this.showing = 0;
    const { state, stage, dock } = page;
    state.on(['selected', 'edge', 'overlay', 'scaleMode', 'brush', 'query', 'finding', 'trace', 'theme', 'direction', 'scene', 'step', 'diagnosis'], () => this.schedule());
    /** @type {unknown} */
    let camera = null;
    stage.followers.push((picture) => {
      if (picture.camera === camera) return;
      camera = picture.camera;
      this.schedule();
    });
    const panes = new MutationObserver(() => this.schedule());
    panes.observe(dock.place, { subtree: true, attributeFilter: ['hidden', 'aria-selected'] });
    panes.observe(byId('split'), { attributeFilter: ['hidden'] });
    window.addEventListener('popstate', () => void this.goTo(location.hash));
  }

  schedule() {
    window.clearTimeout(this.pending);
    this.pending = window.setTimeout(() => this.write(), WAIT_MS);
  }

  write() {
    const { state, stage, address } = this.page;
    if (!state.now.doc || !state.now.scene || this.showing > 0) return;
    if (stage.sceneMove || stage.cameraMove) {
      this.schedule();
      return;
    }
    const view = { ...takeView(this.page), theme: address.theme ? state.now.theme : undefined, language: address.language };
    const usual = usualOverlay(state.doc);
    const hash = writeAddress(view, usual);
    const structure = writeAddress({ ...view, camera: undefined }, usual);
    if (hash === location.hash.slice(1)) {
      this.known = structure;
      return;
    }
    const target = hash ? `#${hash}` : location.pathname + location.search;
    const isStep = this.known !== null && structure !== this.known && performance.now() - this.pushed > STEP_MS;
    if (isStep) {
      history.pushState(null, '', target);
      this.pushed = performance.now();
    } else history.replaceState(null, '', target);
    this.known = structure;
  }

  /** @param {string} hash */
  async goTo(hash) {
    const { state } = this.page;
    if (!state.now.doc || !state.now.scene) return;
    window.clearTimeout(this.pending);
    this.showing += 1;
    try {
      await showView(this.page, readAddress(hash));
    } finally {
      this.showing -= 1;
      // What was asked for stands in the address already; the next step is a new one.
      this.known = null;
      this.schedule();
    }
  }
}
