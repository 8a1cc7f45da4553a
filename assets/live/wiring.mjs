/** Connects buttons, rows and keys with the fields of the page. */

import { byId } from '../page/dom.mjs';
import { cardOf } from './alert_facts.mjs';
import { openAlert, openAlerts } from './alert_view.mjs';
import { openColours } from './colour_card.mjs';
import { nextAxis, stepSmoothing } from './controls.mjs';
import { exportItems } from './exports.mjs';
import { closeFloating, isFloating, openMenu } from './floating.mjs';
import { openNotes } from './header.mjs';
import { connectKeys, openKeys } from './keys.mjs';
import { openPanel } from './panel.mjs';
import { selectRun, toggled } from './selection.mjs';

/**
 * @import {Store} from '../page/store.mjs'
 * @import {LivePage} from './types.mjs'
 * @import {Charts} from './charts.mjs'
 * @import {Exported} from './exports.mjs'
 * @import {RunAlert} from './alert_facts.mjs'
 * @import {RowActions} from './table_row.mjs'
 *
 * @typedef {ReturnType<typeof import('./derived.mjs').derive>} Facts
 */

/** @param {Store<LivePage>} store @param {Facts} facts @returns {RowActions} */
export function makeRowActions(store, facts) {
  return {
    show: (key) => store.set({ hidden: toggled(store.now.hidden, key) }),
    select: (key) => select(store, selectRun(store.now.selected, key)),
    point: (pointed) => store.set({ pointed }),
    recolour: (key, anchor) => openColours(anchor, facts.runOf(key)?.name ?? key, store.now.theme, facts.places().get(key) ?? 0, (place) => {
      store.set({ colours: { ...store.now.colours, [key]: place } });
    }),
  };
}

/** @param {Store<LivePage>} store @param {string[]} selected */
function select(store, selected) {
  store.set({ selected, comparing: store.now.comparing && selected.length === 2 });
}

/** @param {Store<LivePage>} store @param {Facts} facts @param {Charts} charts @param {() => Exported} exported */
export function connectHeader(store, facts, charts, exported) {
  const act = {
    theme: () => chooseTheme(store),
    bell: () => openAlerts(facts.runs(), facts.colours(), (found) => void showAlert(store, facts, charts, found)),
    keys: openKeys,
    'notes-button': () => store.now.live && openNotes(store.now.live),
    export: () => openMenu(byId('export'), 'Export', exportItems(drawnCards(charts), shownMetrics(facts), 'runs', exported)),
    compare: () => compare(store),
    'clear-selection': () => select(store, []),
    'close-drawer': () => store.set({ comparing: false }),
    swap: () => store.set({ selected: [...store.now.selected].reverse() }),
  };
  for (const [id, listener] of Object.entries(act)) byId(id).addEventListener('click', listener);
  connectKeys({
    '/': () => {
      openPanel(true);
      byId('find').focus();
    },
    d: act.theme,
    b: act.bell,
    c: act.compare,
    a: () => byId('table-head').querySelector('input')?.click(),
    x: () => nextAxis(store),
    l: () => store.set({ logY: !store.now.logY }),
    '[': () => stepSmoothing(store, -1),
    ']': () => stepSmoothing(store, 1),
    Escape: () => escape(store),
  });
}

/** Closes what lies on top. @param {Store<LivePage>} store */
function escape(store) {
  if (isFloating()) closeFloating();
  else if (store.now.comparing) store.set({ comparing: false });
  else if (byId('live').classList.contains('runs-open')) openPanel(false);
  else select(store, []);
}

/** @param {Store<LivePage>} store */
function compare(store) {
  store.set({ comparing: store.now.selected.length === 2 && !store.now.comparing });
}

/** @param {Store<LivePage>} store */
function chooseTheme(store) {
  const theme = store.now.theme === 'dark' ? 'light' : 'dark';
  store.set({ theme });
  try {
    localStorage.setItem('graphscope:theme', theme);
  } catch {
    return; // storage is switched off in this browser: the address still says it
  }
}

/** @param {Charts} charts */
function drawnCards(charts) {
  return [...charts.cards.values()].filter((card) => card.plotly !== null && card.chart.clientWidth > 0);
}

/** @param {Facts} facts */
function shownMetrics(facts) {
  return facts.groups().flatMap((group) => group.cards.flatMap((card) => card.metrics));
}

/** Go to an alert's pin; tell of it beside the bell when no chart shows it. @param {Store<LivePage>} store @param {Facts} facts @param {Charts} charts @param {RunAlert} found */
async function showAlert(store, facts, charts, found) {
  closeFloating();
  const { run, alert } = found;
  if (store.now.hidden.includes(run.key)) store.set({ hidden: toggled(store.now.hidden, run.key) });
  const key = cardOf(alert, facts.groups().flatMap((group) => group.cards)) ?? '';
  if (key in store.now.zoom) {
    const { [key]: _, ...zoom } = store.now.zoom;
    store.set({ zoom });
  }
  const card = charts.cards.get(key);
  card?.element.scrollIntoView({ block: 'nearest' });
  await charts.settled();
  if (!card?.pins.open(run.key, alert.id)) openAlert(byId('bell'), found, facts.colours().get(run.key) ?? '');
}
