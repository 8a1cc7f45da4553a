/**
 * Layers, operations and source side by side, with one selection.
 *
 * The page's own canvas shows the layers; a second one, the operations. What is selected in one is brought into sight
 * in the others: an operation, on the canvas of the layers, as the layer that it lies in.
 */

import { say } from '../core/language.mjs';
import { byId, isNarrow, make } from './dom.mjs';
import { GraphView } from './graph_view.mjs';
import { LayoutClient } from './layout_client.mjs';
import { liftTo, openLayers, openOps } from './layers.mjs';
import { showError } from './loader.mjs';
import { SourcePane } from './source_pane.mjs';
import { makeSplitter } from './splitter.mjs';

/**
 * @import {Page} from './wiring.mjs'
 * @import {PageState} from './state.mjs'
 */

/** What both canvases show alike. @type {(keyof PageState)[]} */
const SHARED = ['theme', 'overlay', 'scaleMode', 'hits', 'kept', 'trace', 'diagnosis', 'painted', 'pins', 'hovered', 'edge'];

/** @param {Page} page */
export function connectSplitView(page) {
  const { state, controller, commands } = page;
  const split = new SplitView(page);
  const available = () => state.now.scene !== null;
  const wide = () => available() && !isNarrow();
  const hasSource = () => available() && split.hasSource;
  commands.add(
    { id: 'layer-view', label: 'Layer view', group: 'View', keys: ['k'], available, run: () => controller.show(openLayers(state.doc), null) },
    { id: 'op-view', label: 'Op view', group: 'View', keys: ['Shift+K'], available, run: () => controller.show(openOps(state.doc, state.now.selected), null) },
    { id: 'split-view', label: 'Split view', group: 'View', keys: ['s'], available: wide, run: () => split.toggle() },
    { id: 'source', label: 'Source', group: 'View', keys: ['c'], available: hasSource, run: () => split.toggleSource() },
  );
  state.on(['doc'], () => split.takeDocument());
  state.on(['selected'], () => split.follow());
  matchMedia('(max-width: 960px)').addEventListener('change', () => isNarrow() && split.isOpen && void split.toggle());
}

export class SplitView {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.shell = byId('shell');
    this.place = byId('split');
    this.ops = make('div', { class: 'split-ops' });
    this.slot = make('div', { class: 'split-source', role: 'region', 'aria-label': say('Source') });
    this.title = make('span', { class: 'pane-title', text: say('Layers') });
    this.source = new SourcePane(page.state, (item) => void page.controller.reveal(item));
    /** @type {GraphView|null} */
    this.view = null;
    this.outer = makeSplitter(say('Width of the layers'), this.shell, '--split-layers');
    this.inner = makeSplitter(say('Width of the operations'), this.place, '--split-ops');
    this.place.append(this.outer, this.ops, this.inner, this.slot);
    byId('stage').append(this.title);
  }

  get isOpen() {
    return !this.place.hidden;
  }

  get hasSource() {
    return this.page.host.hasServer && this.page.state.doc.abilities.includes('source');
  }

  /** The document may be another one now: of another time, or the first. */
  takeDocument() {
    const { doc } = this.page.state.now;
    if (!doc) return;
    this.source.forget();
    this.view?.destroy();
    this.view = null;
    if (this.hasSource && !this.page.dock.tabs.has('source')) {
      this.sheet = make('div', { class: 'source-sheet' }, this.source.element);
      this.page.dock.add({ id: 'source', label: 'Source', element: this.sheet, onShow: () => this.showSourceBelow() });
    }
    if (this.isOpen) void this.open();
  }

  async toggle() {
    if (this.isOpen) await this.close();
    else await this.open();
  }

  toggleSource() {
    if (!this.isOpen) this.page.dock.toggle('source');
    else this.source.code.focus();
  }

  showSourceBelow() {
    if (!this.isOpen) this.sheet?.replaceChildren(this.source.element);
    else this.sheet?.replaceChildren(make('p', { class: 'pane-empty', text: say('The source stands beside the graph while the view is split.') }));
    void this.source.refresh();
  }

  async open() {
    const { state, controller } = this.page;
    const { doc } = state;
    this.place.hidden = false;
    this.shell.classList.add('split');
    this.slot.hidden = this.inner.hidden = !this.hasSource;
    if (this.hasSource) {
      if (this.page.dock.shows('source')) this.page.dock.close();
      this.slot.replaceChildren(this.source.element);
      void this.source.refresh();
    }
    controller.lift = (item) => liftTo(doc, openLayers(doc), item);
    await Promise.all([controller.show(openLayers(doc), null), this.openOps()]);
    this.follow();
  }

  async openOps() {
    const { state, host } = this.page;
    if (this.view) return;
    const view = new GraphView(this.ops, { layout: new LayoutClient(host.worker()), label: say('Operations of the model. Arrow keys follow the edges, Enter opens a scope.'), report: showError, now: { direction: state.now.direction } });
    this.view = view;
    this.ops.append(make('span', { class: 'pane-title', text: say('Operations') }));
    view.addZoomCard();
    view.follow(state, SHARED);
    await view.load(await host.document(), { doc: state.doc, open: (doc) => openOps(doc, state.now.selected) });
    view.state.on(['selected'], ({ selected }) => {
      if (selected === state.now.selected || view !== this.view) return;
      void (selected < 0 ? this.page.controller.choose(-1) : this.page.controller.reveal(selected));
    });
    view.state.on(['hovered'], ({ hovered }) => state.set({ hovered }));
    view.state.on(['edge'], ({ edge }) => state.set({ edge }));
    state.on(['direction'], ({ direction }) => {
      if (view === this.view) void view.controller.setDirection(direction);
    });
  }

  /** Bring what is selected into sight everywhere. */
  follow() {
    const { state, dock } = this.page;
    const { selected, doc } = state.now;
    if (!doc) return;
    if (this.hasSource && (this.isOpen || dock.shows('source'))) void this.source.refresh();
    const { view } = this;
    if (!this.isOpen || !view?.state.now.scene || view.state.now.selected === selected) return;
    if (selected <= 0) void view.controller.choose(selected);
    else void this.revealOps(view, selected);
  }

  /** A layer opens, so that its operations are seen. @param {GraphView} view @param {number} item */
  async revealOps(view, item) {
    const { doc } = this.page.state;
    const needed = openOps(doc, item);
    const { open } = view.state.now;
    view.state.set({ selected: item });
    if ([...needed].some((scope) => scope >= item && scope < doc.end[item] && !open.has(scope))) await view.controller.show(new Set([...open, ...needed]), item);
    await view.controller.reveal(item);
  }

  async close() {
    const { controller, stage } = this.page;
    this.place.hidden = true;
    this.shell.classList.remove('split');
    controller.lift = (item) => item;
    this.sheet?.replaceChildren(this.source.element);
    await stage.drawn();
  }
}
