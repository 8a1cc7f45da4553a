/**
 * A graph on a canvas of its own, beside the one of the page: the second half of a split view, or one side of a
 * comparison. It holds what the page holds for its own canvas: state, stage, controller, layout worker, pointer.
 *
 *     const view = new GraphView(place, { layout: new LayoutClient(worker), label: 'Operations', theme, report });
 *     await view.load(text);            // a drawing document
 *     view.state.on(['selected'], ...); // what the user does in it
 *     await view.controller.reveal(item);
 *     view.destroy();
 */

import { readDocument } from '../core/document.mjs';
import { say } from '../core/language.mjs';
import { connectCanvas } from './canvas_input.mjs';
import { Colours } from './colours.mjs';
import { Controller } from './controller.mjs';
import { make } from './dom.mjs';
import { moveOfKey } from './geometry.mjs';
import { listenForKeys } from './keyboard.mjs';
import { openAtFirst } from './opening.mjs';
import { paintPicture } from './paint.mjs';
import { Stage } from './stage.mjs';
import { initialState, State } from './state.mjs';
import { ZOOM_STEP } from './viewport.mjs';

/**
 * @import {Doc} from '../core/document.mjs'
 * @import {LayoutClient} from './layout_client.mjs'
 * @import {PageState} from './state.mjs'
 * @import {Picture} from './stage.mjs'
 *
 * @typedef {object} GraphViewOptions
 * @property {LayoutClient} layout  its own: a worker knows one document and one scene
 * @property {string} label         what the canvas is called, already in the language of the page
 * @property {(error: unknown) => void} report
 * @property {Partial<PageState>} [now]  of its state at first: theme, overlay, direction
 * @property {(context: CanvasRenderingContext2D, picture: Picture, now: PageState, colours: Colours) => void} [paint]
 *   `paintPicture` by default
 */

/** What changes a picture, apart from its scene and its camera. @type {(keyof PageState)[]} */
const PAINTED = ['selected', 'hovered', 'edge', 'hoveredEdge', 'hits', 'kept', 'trace', 'overlay', 'scaleMode', 'theme', 'diagnosis', 'painted', 'pins', 'direction'];

export class GraphView {
  /** @param {HTMLElement} place  is filled @param {GraphViewOptions} options */
  constructor(place, { layout, label, report, now = {}, paint = paintPicture }) {
    this.place = place;
    this.layout = layout;
    this.report = report;
    this.state = new State({ ...initialState(), ...now });
    this.canvas = /** @type {HTMLCanvasElement} */ (make('canvas', { tabindex: 0, role: 'application', 'aria-label': label }));
    this.card = make('div', { class: 'tooltip', role: 'tooltip', hidden: '' });
    place.classList.add('graph-view');
    place.replaceChildren(this.canvas, this.card);
    /** @type {Colours|null} */
    this.colours = null;
    this.stage = new Stage(this.state, this.canvas, (context, picture) => paint(context, picture, this.state.now, this.coloursNow()), report);
    this.controller = new Controller(this.state, this.stage, layout, report);
    this.state.on(['doc', 'theme', 'overlay', 'scaleMode', 'diagnosis', 'painted'], () => (this.colours = null));
    this.state.on(PAINTED, () => this.stage.requestDraw());
    connectCanvas({ state: this.state, stage: this.stage, controller: this.controller, element: place, card: this.card });
    this.listenForKeys();
  }

  coloursNow() {
    return (this.colours ??= new Colours(this.state.doc, this.state.now.theme, this.state.now.overlay, this.state.now.scaleMode));
  }

  /**
   * Show a drawing document. Resolves when its first picture stands.
   * @param {string} text
   * @param {{doc?: Doc, open?: (doc: Doc) => Set<number>}} [options]
   *   doc: the text as it was read already, which saves reading it twice; open: which scopes are open at first
   */
  async load(text, { doc = readDocument(JSON.parse(text)), open = openAtFirst } = {}) {
    this.layout.sendDocument(text).catch(this.report);
    this.layout.use(doc);
    const opened = open(doc);
    this.state.set({ doc, open: opened, selected: -1, hovered: -1, hits: new Set() });
    const scene = await this.layout.layOut({ open: opened, direction: this.state.now.direction });
    this.state.set({ scene });
    await this.stage.start(scene);
  }

  /** Take over what the page and this view have in common, now and whenever it changes. @param {State} other @param {(keyof PageState)[]} keys */
  follow(other, keys) {
    const take = () => {
      /** @type {any} */
      const patch = {};
      for (const key of keys) patch[key] = other.now[key];
      this.state.set(patch);
    };
    other.on(keys, take);
    take();
  }

  /** The keys of the page work on its own canvas; these work on this one. */
  listenForKeys() {
    const { stage, controller, state } = this;
    const step = (/** @type {string} */ key) => () => {
      const move = moveOfKey(key, state.now.direction);
      if (move) void controller.step(move);
    };
    listenForKeys(this.canvas, {
      ArrowDown: step('ArrowDown'),
      ArrowUp: step('ArrowUp'),
      ArrowLeft: step('ArrowLeft'),
      ArrowRight: step('ArrowRight'),
      Enter: () => void controller.toggleSelected(),
      e: () => void controller.toggleSelected(),
      f: () => void stage.fit(),
      '+': () => void stage.zoomStep(ZOOM_STEP),
      '=': () => void stage.zoomStep(ZOOM_STEP),
      '-': () => void stage.zoomStep(1 / ZOOM_STEP),
      'Shift+E': () => void controller.expandAll(),
      'Shift+C': () => void controller.collapseAll(),
    });
  }

  /** A card with the buttons of the zoom, for a view that has room for it. */
  addZoomCard() {
    const button = (/** @type {string} */ label, /** @type {string} */ sign, /** @type {() => unknown} */ act) => {
      const made = make('button', { type: 'button', 'aria-label': label, title: label, text: sign });
      made.addEventListener('click', () => void act());
      return made;
    };
    this.place.append(make('div', { class: 'zoom view-zoom', role: 'group', 'aria-label': say('Zoom') },
      button(say('Zoom out'), '−', () => this.stage.zoomStep(1 / ZOOM_STEP)),
      button(say('Zoom in'), '+', () => this.stage.zoomStep(ZOOM_STEP)),
      button(say('Fit to window'), '⤢', () => this.stage.fit())));
  }

  /** The worker ends and the place is empty again. */
  destroy() {
    this.stage.finishMoves();
    this.layout.worker.terminate();
    this.place.replaceChildren();
  }
}
