/** The panel of the training: of the selected layer, or of the whole run. */

import { byId, setText } from './dom.mjs';
import { describeLayer, describeScope } from './run_layer.mjs';
import { describeRun } from './run_overview.mjs';

/**
 * @import {State} from './state.mjs'
 * @import {RunState} from './run_state.mjs'
 * @import {RunClient} from './run_client.mjs'
 */

export class RunPanel {
  /** @param {State} state @param {RunState} run @param {RunClient} client @param {(error: unknown) => void} report */
  constructor(state, run, client, report) {
    this.state = state;
    this.run = run;
    this.client = client;
    this.report = report;
    this.panel = byId('run-content');
    this.isWaiting = false;
    this.panel.addEventListener('click', (/** @type {MouseEvent} */ event) => this.onClick(event));
    state.on(['selected'], () => {
      void this.load();
      this.panel.parentElement.scrollTop = 0;
    });
    run.on(['story'], () => void this.load());
    run.on(['story', 'row', 'layer'], () => this.request());
    state.on(['selected', 'overlay', 'painted'], () => this.request());
  }

  /** @param {MouseEvent} event */
  onClick(event) {
    const link = event.target instanceof Element ? /** @type {HTMLElement|null} */ (event.target.closest('[data-step]')) : null;
    if (link) this.run.showSince(Number(link.dataset.step));
  }

  /** The layer that the selection is or lies in; -1 = none. */
  get row() {
    const { selected } = this.state.now;
    return selected > 0 ? this.run.places.rowOf(selected) : -1;
  }

  /** Fetch what is to be drawn of the selected layer. */
  async load() {
    const { row, run } = this;
    if (row < 0 || !run.now.story) return;
    try {
      const layer = await this.client.layer(row);
      if (row === this.row) run.set({ layer, layerRow: row });
    } catch (error) {
      this.report(error);
    }
  }

  /** Draw in the next frame, however much changes until then. */
  request() {
    if (this.isWaiting) return;
    this.isWaiting = true;
    requestAnimationFrame(() => {
      this.isWaiting = false;
      this.draw();
    });
  }

  draw() {
    if (!this.run.now.story || this.panel.offsetParent === null) return;
    const focused = this.panel.contains(document.activeElement) ? describeFocus(document.activeElement) : '';
    this.panel.replaceChildren(...this.content());
    if (focused) [...this.panel.querySelectorAll('button')].find((button) => describeFocus(button) === focused)?.focus({ preventScroll: true });
    const announcer = byId('announcer');
    if (this.run.now.fault) setText(announcer, this.run.now.fault);
  }

  content() {
    const { selected, overlay } = this.state.now;
    if (selected <= 0) return describeRun(this.run);
    return this.row >= 0 ? describeLayer(this.run, this.row) : describeScope(this.run, selected, overlay);
  }
}

/** Tells a button from its neighbours, also after the panel was drawn anew. @param {Element|null} button */
function describeFocus(button) {
  return button ? `${button.getAttribute('data-select')} ${button.getAttribute('data-step')} ${button.textContent}` : '';
}
