/** Connects the elements of index.html with what they do. */

import { renderSvg } from '../core/svg.mjs';
import { listenForKeys, listenToRadios, markRadios } from './keyboard.mjs';
import { writeAddress } from './address.mjs';
import { applyTheme } from './colours.mjs';
import { connectDiagnosis } from './diagnosis.mjs';
import { describeCounts } from './describe.mjs';
import { byId, setText } from './dom.mjs';
import { moveOfKey } from './geometry.mjs';
import { showLegend } from './legend.mjs';
import { Minimap } from './minimap.mjs';
import { showNotes } from './notes.mjs';
import { openAtFirst } from './opening.mjs';
import { Outline } from './outline.mjs';
import { listenToPanels } from './panels.mjs';
import { PointerInput } from './pointer.mjs';
import { connectPopover } from './popover.mjs';
import { download, fileName } from './save.mjs';
import { connectRun, RUN_OVERLAY } from './run_page.mjs';
import { SearchBox } from './search_box.mjs';
import { SelectionLink } from './selection_link.mjs';
import { Tooltip } from './tooltip.mjs';

/**
 * @import {State, PageState} from './state.mjs'
 * @import {Stage} from './stage.mjs'
 * @import {Controller} from './controller.mjs'
 * @import {Colours} from './colours.mjs'
 *
 * @typedef {object} Page
 * @property {State} state
 * @property {Stage} stage
 * @property {Controller} controller
 * @property {() => Colours} coloursNow
 * @property {import('./address.mjs').AddressState} address  as the page was opened
 */

const ZOOM_STEP = 1.3;
const LEGEND_AIR = 6;
const DOUBLE_CLICK_MS = 400;

/** @param {Page} page */
export function connectPage(page) {
  const { state, stage, controller } = page;
  const search = new SearchBox(state, (item) => void controller.reveal(item));
  new Outline(state, { select: (item) => void controller.reveal(item), toggle: (item) => void controller.toggle(item) });
  connectHeader(page);
  connectZoom(stage);
  connectPointer(page);
  connectKeys(page, search);
  connectSelection(page);
  connectDiagnosis(state, controller);
  connectRun(page);
  showLegend(state);
  stage.card = placeOfLegend;
  const minimap = new Minimap(byId('minimap'), stage, page.coloursNow);
  stage.followers.push((picture) => minimap.draw(picture));
  state.on(['selected', 'hovered', 'hits', 'overlay', 'theme', 'diagnosis', 'painted', 'pins'], () => stage.requestDraw());
  listenToPanels();
  connectPopover(byId('keys-button'), byId('keys-popover'));
}

/** @param {Page} page */
function connectHeader({ state, controller }) {
  state.on(['doc'], ({ doc }) => {
    if (!doc) return;
    document.title = `${doc.title} · graphscope`;
    setText(byId('model-name'), doc.title);
    byId('model-name').title = [doc.title, doc.subtitle].join(' · ');
    setText(byId('model-counts'), describeCounts(doc));
    showNotes(doc, (item) => void controller.reveal(item));
  });
  connectOverlays(state);
  connectTheme(state, controller);
  const onClick = (/** @type {string} */ id, /** @type {() => void} */ act) => byId(id).addEventListener('click', act);
  onClick('expand-all', () => void controller.expandAll());
  onClick('collapse-all', () => void controller.collapseAll());
  onClick('direction', () => void controller.setDirection(state.now.direction === 'down' ? 'right' : 'down'));
  onClick('export-svg', () => saveSvg(state));
  state.on(['direction'], (now) => markDirection(now));
  markDirection(state.now);
}

/** @param {PageState} now */
function markDirection(now) {
  const right = now.direction === 'right';
  byId('direction').setAttribute('aria-label', right ? 'Top to bottom' : 'Left to right');
  byId('direction').classList.toggle('turned', right);
}

/** @param {State} state */
function connectOverlays(state) {
  const group = byId('overlays');
  listenToRadios(group, (button) => state.set({ overlay: button.dataset.overlay ?? 'type' }));
  const mark = () => markRadios(group, (button) => button.dataset.overlay === state.now.overlay);
  state.on(['overlay'], mark);
  mark();
}

/** @param {State} state @param {Controller} controller */
function connectTheme(state, controller) {
  const button = byId('theme');
  const label = () => {
    const text = state.now.theme === 'dark' ? 'Light theme' : 'Dark theme';
    button.setAttribute('aria-label', text);
    button.title = `${text}  (D)`;
  };
  button.addEventListener('click', () => controller.toggleTheme());
  state.on(['theme'], ({ theme }) => {
    applyTheme(theme);
    label();
    try {
      localStorage.setItem('graphscope:theme', theme);
    } catch {
      // A browser without storage shows the theme, it only cannot remember it.
    }
  });
  label();
}

/** @param {State} state */
function saveSvg(state) {
  const { scene, overlay, theme } = state.now;
  if (!scene) return;
  download(renderSvg(state.doc, scene, { overlay, theme }), fileName(state.doc.title));
}

/** With some air around it. */
function placeOfLegend() {
  const { offsetLeft, offsetTop, offsetWidth, offsetHeight, hidden } = byId('legend');
  return hidden ? null : { x: 0, y: offsetTop - LEGEND_AIR, width: offsetLeft + offsetWidth + LEGEND_AIR, height: offsetHeight + 2 * LEGEND_AIR };
}

/** @param {Stage} stage */
function connectZoom(stage) {
  byId('zoom-in').addEventListener('click', () => void stage.zoomStep(ZOOM_STEP));
  byId('zoom-out').addEventListener('click', () => void stage.zoomStep(1 / ZOOM_STEP));
  byId('zoom-fit').addEventListener('click', () => void stage.fit());
  byId('zoom-level').addEventListener('click', () => void stage.zoomStep(1 / stage.camera.scale));
  const level = byId('zoom-level');
  stage.followers.push(({ camera }) => setText(level, `${percent(camera.scale)} %`));
}

/** @param {number} scale */
function percent(scale) {
  return scale < 0.1 ? (scale * 100).toFixed(1) : String(Math.round(scale * 100));
}

/** @param {Page} page */
function connectPointer({ state, stage, controller }) {
  const tooltip = new Tooltip(state);
  const element = byId('stage');
  let toggled = -Infinity;
  const itemAt = (/** @type {number} */ x, /** @type {number} */ y) => stage.placeAt(x, y)?.item ?? -1;
  new PointerInput(stage.canvas, {
    pan: (dx, dy) => stage.pan(dx, dy),
    zoom: (factor, x, y) => stage.zoom(factor, x, y),
    click: (x, y) => {
      tooltip.hide();
      if (stage.isOnChevron(x, y)) {
        // The second click of a double click must not undo the first.
        if (performance.now() - toggled > DOUBLE_CLICK_MS) void controller.toggle(itemAt(x, y));
        toggled = performance.now();
      } else void controller.choose(itemAt(x, y));
    },
    doubleClick: (x, y) => {
      if (!stage.isOnChevron(x, y)) void controller.toggle(itemAt(x, y));
    },
    hover: (x, y) => {
      const item = stage.itemUnder(x, y);
      element.classList.toggle('over-node', item >= 0);
      state.set({ hovered: item });
      tooltip.follow(item, x, y);
    },
    leave: () => {
      state.set({ hovered: -1 });
      tooltip.hide();
    },
    panning: (active) => {
      element.classList.toggle('panning', active);
      if (active) tooltip.hide();
    },
  });
}

/** @param {Page} page @param {SearchBox} search */
function connectKeys({ state, stage, controller }, search) {
  const step = (/** @type {string} */ key) => () => {
    const move = moveOfKey(key, state.now.direction);
    if (move) void controller.step(move);
  };
  const loaded = (/** @type {() => void} */ act) => () => {
    if (state.now.scene) act();
  };
  const toggle = loaded(() => void controller.toggleSelected());
  listenForKeys(document, {
    '/': () => search.focus(),
    '?': () => byId('keys-button').click(),
    f: loaded(() => void stage.fit()),
    e: toggle,
    'Shift+E': loaded(() => void controller.expandAll()),
    'Shift+C': loaded(() => void controller.collapseAll()),
    o: loaded(() => controller.nextOverlay()),
    d: () => controller.toggleTheme(),
    '.': loaded(() => void controller.showMark()),
    '+': loaded(() => void stage.zoomStep(ZOOM_STEP)),
    '=': loaded(() => void stage.zoomStep(ZOOM_STEP)),
    '-': loaded(() => void stage.zoomStep(1 / ZOOM_STEP)),
    Escape: loaded(() => {
      search.clear();
      void controller.choose(-1);
    }),
  });
  const arrows = ['ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight'].map((key) => [key, loaded(step(key))]);
  listenForKeys(stage.canvas, { Enter: toggle, ...Object.fromEntries(arrows) });
}

/** The selection goes to Dash and, with the rest of the view, into the address. @param {Page} page */
function connectSelection({ state, controller, address }) {
  const link = new SelectionLink(byId('details'), 'selection');
  link.listen((id) => {
    const item = state.now.doc ? state.doc.indexOf(id) : -1;
    if (item >= 0) void controller.reveal(item);
  });
  state.on(['selected'], ({ selected, doc }) => link.send(doc && selected >= 0 ? doc.id(selected) : null));
  let pending = 0;
  state.on(['selected', 'overlay', 'theme', 'direction', 'scene', 'step'], () => {
    // Browsers limit how often the address may change.
    window.clearTimeout(pending);
    pending = window.setTimeout(() => rememberView(state, address), 150);
  });
}

/** @param {State} state @param {import('./address.mjs').AddressState} address */
function rememberView({ now, doc }, address) {
  if (!now.doc) return;
  const usual = openAtFirst(doc);
  const differs = now.open.size !== usual.size || [...usual].some((item) => !now.open.has(item));
  const hash = writeAddress({
    selected: now.selected > 0 ? doc.id(now.selected) : undefined,
    overlay: now.overlay,
    step: now.step ?? undefined,
    theme: address.theme ? now.theme : undefined,
    direction: now.direction,
    open: differs && now.open.size <= 40 ? [...now.open].filter((item) => item > 0).map((item) => doc.id(item)) : undefined,
  }, doc.run ? RUN_OVERLAY : 'type');
  history.replaceState(null, '', hash ? `#${hash}` : location.pathname + location.search);
}
