/** The whole view of the page: taken down, and shown again. Addresses and bookmarks are written from it. */

import { reach } from '../core/query/reach.mjs';
import { say } from '../core/language.mjs';
import { MOST_IDS, MOST_LETTERS } from './address.mjs';
import { byId } from './dom.mjs';
import { languageNow } from './language_choice.mjs';
import { openAtFirst, openFromIds } from './opening.mjs';
import { packOpen, unpackOpen } from './packing.mjs';
import { RUN_OVERLAY } from './run_page.mjs';
import { showToast } from './toast.mjs';
import { cameraOver } from './viewport.mjs';

/**
 * @import {Doc} from '../core/document.mjs'
 * @import {AddressState} from './address.mjs'
 * @import {Stage} from './stage.mjs'
 * @import {State} from './state.mjs'
 *
 * @typedef {Pick<import('./wiring.mjs').Page, 'state'|'stage'|'controller'|'dock'|'commands'>} Viewed
 */

/** The overlay one gets anyway. @param {Doc} doc */
export function usualOverlay(doc) {
  return doc.run ? RUN_OVERLAY : 'type';
}

/** @param {Viewed} page @returns {AddressState} without theme and language, which belong to the reader */
export function takeView({ state, stage, dock }) {
  const { doc, now } = state;
  return {
    selected: now.selected > 0 ? doc.id(now.selected) : undefined,
    edge: now.edge ? { scope: doc.id(now.edge.scope), index: now.edge.index } : undefined,
    overlay: now.overlay,
    scale: now.scaleMode === 'auto' ? undefined : now.scaleMode,
    brush: brushOf(state),
    query: now.query || undefined,
    finding: now.finding === 'filter' ? 'filter' : undefined,
    trace: now.trace ? { id: doc.id(now.trace.item), direction: now.trace.direction } : undefined,
    step: now.step ?? undefined,
    diagnosis: now.diagnosis || undefined,
    direction: now.direction,
    dock: dock.isOpen ? dock.current : undefined,
    panes: isSplit() ? 'split' : undefined,
    camera: cameraOf(stage),
    ...openOf(state),
  };
}

function isSplit() {
  return !byId('split').hidden;
}

/** Theme and language as they are, for those who should see the same. @param {State} state @returns {AddressState} */
export function takeLooks(state) {
  return { theme: state.now.theme, language: languageNow() };
}

/** @param {State} state @returns {AddressState['brush']} */
function brushOf({ now: { brush, overlay } }) {
  if (!brush || brush.overlay !== overlay) return undefined;
  return brush.codes ? { codes: brush.codes } : { from: brush.from ?? null, to: brush.to ?? null };
}

/** @param {State} state @returns {AddressState} ids while they are few, so that people can read them */
function openOf({ doc, now: { open } }) {
  const usual = openAtFirst(doc);
  if (open.size === usual.size && [...usual].every((item) => open.has(item))) return {};
  const ids = open.size <= MOST_IDS ? [...open].filter((item) => item > 0).map((item) => doc.id(item)) : null;
  // A view in which even the usual scopes are closed has no ids to tell of.
  return ids && ids.length > 0 && ids.join('').length <= MOST_LETTERS ? { open: ids } : { packed: packOpen(doc, open) };
}

/** @param {Stage} stage @returns {AddressState['camera']} */
function cameraOf({ camera: now, cameraMove, sceneMove, size, fitted }) {
  if (fitted || size.width === 0) return undefined;
  const camera = cameraMove?.end ?? sceneMove?.end ?? now;
  return { x: camera.x + size.width / camera.scale / 2, y: camera.y + size.height / camera.scale / 2, scale: camera.scale };
}

/** The scopes that a view opens. @param {Doc} doc @param {AddressState} view */
export function openOfView(doc, view) {
  if (view.open) return openFromIds(doc, view.open);
  if (!view.packed) return openAtFirst(doc);
  const open = unpackOpen(doc, view.packed);
  if (!open) showToast(say('This link was made for another version of the model; its open scopes are not shown.'));
  return open ?? openAtFirst(doc);
}

/** Show all of a view, at once. @param {Viewed} page @param {AddressState} view */
export async function showView(page, view) {
  const { state, stage, controller } = page;
  const { doc } = state;
  const direction = view.direction === 'right' ? 'right' : 'down';
  const overlay = doc.overlays.some((each) => each.name === view.overlay) ? view.overlay : usualOverlay(doc);
  const open = openOfView(doc, view);
  await stage.withoutMotion(async () => {
    state.set({ overlay, step: view.step ?? null, diagnosis: view.diagnosis ?? 0, ...(view.theme === 'dark' || view.theme === 'light' ? { themeChoice: view.theme } : {}) });
    const same = direction === state.now.direction && open.size === state.now.open.size && [...open].every((item) => state.now.open.has(item));
    state.set({ direction });
    if (!same) await controller.show(open, null);
    await showRest(page, view);
    if (!view.camera && !view.selected) await stage.fit();
  });
}

/** Selection, search, panels and camera of a view whose scene stands. @param {Viewed} page @param {AddressState} view */
export async function showRest({ state, stage, controller, dock, commands }, view) {
  const { doc } = state;
  const idOf = (/** @type {string|undefined} */ id) => (id === undefined ? -1 : doc.indexOf(id));
  const [selected, traced, scope] = [idOf(view.selected), idOf(view.trace?.id), idOf(view.edge?.scope)];
  state.set({ scaleMode: view.scale ?? 'auto', query: view.query ?? '', finding: view.finding ?? 'highlight' });
  state.set({
    brush: view.brush ? { overlay: state.now.overlay, ...view.brush } : null,
    trace: view.trace && traced >= 0 ? { item: traced, direction: view.trace.direction, reach: reach(doc, [traced], view.trace.direction) } : null,
  });
  if (view.dock && dock.tabs.has(view.dock)) dock.show(view.dock);
  else if (!view.dock && dock.isOpen) dock.close();
  const split = commands.byId.get('split-view');
  if (isSplit() !== (view.panes === 'split') && split?.available?.()) await split.run();
  if (selected > 0 && !view.camera) await controller.reveal(selected);
  else state.set({ selected });
  if (view.edge && scope >= 0 && doc.isScope(scope)) state.set({ edge: { scope, index: view.edge.index } });
  if (view.camera) await placeCamera(stage, view.camera);
}

/** @param {Stage} stage @param {NonNullable<AddressState['camera']>} middle */
function placeCamera(stage, middle) {
  stage.fitted = false;
  return stage.moveTo(cameraOver(middle, stage.size), false);
}
