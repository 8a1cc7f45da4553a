/** What a user can do on the page of a comparison. */

import { renderSvg } from '../core/svg.mjs';
import { connectCheatSheet } from '../page/cheat_sheet.mjs';
import { byId } from '../page/dom.mjs';
import { connectCommandButtons } from '../page/header.mjs';
import { listenToRadios, markRadios } from '../page/keyboard.mjs';
import { connectLanguage } from '../page/language_choice.mjs';
import { connectPalette } from '../page/palette.mjs';
import { connectPopover } from '../page/popover.mjs';
import { download, fileName } from '../page/save.mjs';
import { connectTheme } from '../page/theme_choice.mjs';
import { ZOOM_STEP } from '../page/viewport.mjs';
import { stepFrom, visibleGroups } from './stepping.mjs';

/**
 * @import {State} from '../page/state.mjs'
 * @import {Store} from '../page/store.mjs'
 * @import {Commands} from '../page/commands.mjs'
 * @import {Arrangement} from './arrangement.mjs'
 * @import {Comparison, CompareState} from './types.mjs'
 *
 * @typedef {{state: State, store: Store<CompareState>, commands: Commands, arrangement: Arrangement, told: Comparison}} ComparePage
 */

/** @param {ComparePage} page */
export function connectCompareCommands(page) {
  const { commands, arrangement } = page;
  connectModes(page);
  addSteps(page);
  addViews(page);
  const parts = /** @type {any} */ ({ ...page, host: { hasServer: true, hasAddress: true } });
  connectTheme(parts);
  connectLanguage(parts);
  connectPalette(parts);
  connectCheatSheet(parts);
  connectPopover(byId('appearance-button'), byId('appearance-popover'));
  connectCommandButtons(commands);
  commands.listen(document, arrangement.merged.canvas);
}

/** @param {ComparePage} page */
function connectModes({ store, commands }) {
  const group = byId('modes');
  const mark = () => markRadios(group, (button) => button.dataset.mode === store.now.mode);
  listenToRadios(group, (button) => store.set({ mode: button.dataset.mode === 'beside' ? 'beside' : 'merged' }));
  store.on(['mode'], () => {
    mark();
    const fields = new URLSearchParams(location.hash.slice(1));
    if (store.now.mode === 'beside') fields.set('view', 'beside');
    else fields.delete('view');
    history.replaceState(null, '', `${location.pathname}${location.search}${String(fields) && `#${fields}`}`);
  });
  mark();
  commands.add(
    { id: 'merged', label: 'Merged graph', group: 'View', keys: ['m'], run: () => store.set({ mode: 'merged' }) },
    { id: 'beside', label: 'Side by side', group: 'View', keys: ['s'], run: () => store.set({ mode: 'beside' }) },
  );
}

/** @param {ComparePage} page */
function addSteps({ store, commands, arrangement, told }) {
  const step = (/** @type {1|-1} */ by) => {
    const next = stepFrom(visibleGroups(told.groups, store.now.kinds), store.now.change, by);
    return next < 0 ? undefined : arrangement.choose(next, 0);
  };
  const stepMember = (/** @type {1|-1} */ by) => {
    const { change, member } = store.now;
    const count = told.groups[change]?.members.length ?? 0;
    return count === 0 ? undefined : arrangement.choose(change, (member + by + count) % count);
  };
  commands.add(
    { id: 'next-change', label: 'Next change', group: 'Go to', keys: ['n', 'j'], run: () => step(1) },
    { id: 'previous-change', label: 'Previous change', group: 'Go to', keys: ['p', 'k'], run: () => step(-1) },
    { id: 'next-member', label: 'Next call with the same change', group: 'Go to', keys: ['Shift+N'], run: () => stepMember(1) },
    { id: 'previous-member', label: 'Previous call with the same change', group: 'Go to', keys: ['Shift+P'], run: () => stepMember(-1) },
  );
}

/** @param {ComparePage} page */
function addViews({ state, store, commands, arrangement }) {
  const first = () => arrangement.visible()[0];
  commands.add(
    { id: 'fit', label: 'Fit to window', group: 'View', keys: ['f'], run: () => first().stage.fit() },
    { id: 'zoom-in', label: 'Zoom in', group: 'View', keys: ['+', '='], run: () => first().stage.zoomStep(ZOOM_STEP) },
    { id: 'zoom-out', label: 'Zoom out', group: 'View', keys: ['-'], run: () => first().stage.zoomStep(1 / ZOOM_STEP) },
    { id: 'expand-all', label: 'Expand all', group: 'View', keys: ['Shift+E'], run: () => first().controller.expandAll() },
    { id: 'collapse-all', label: 'Collapse all', group: 'View', keys: ['Shift+C'], run: () => first().controller.collapseAll() },
    { id: 'direction', label: 'Change the direction of the flow', group: 'View', keys: ['r'], run: () => turn() },
    { id: 'clear', label: 'Select nothing', group: 'Select', keys: ['Escape'], run: () => clear() },
    { id: 'export-svg', label: 'Export SVG', group: 'Share', run: () => saveView(first().state) },
  );
  const turn = () => {
    const direction = state.now.direction === 'down' ? 'right' : 'down';
    state.set({ direction });
    const views = new Set([arrangement.merged, ...arrangement.visible()]);
    return Promise.all([...views].filter((view) => view.state.now.doc).map((view) => view.controller.setDirection(direction)));
  };
  const clear = () => {
    for (const view of arrangement.visible()) view.state.set({ selected: -1, edge: null });
    store.set({ change: -1, member: 0 });
  };
}

/** @param {State} state  of a view */
function saveView({ now, doc }) {
  if (now.scene) download(renderSvg(doc, now.scene, { theme: now.theme }), fileName(doc.title));
}
