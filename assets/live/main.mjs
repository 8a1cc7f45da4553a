/** Starts the live page: connects its parts, asks for news, shows them. */

import { applyTheme } from '../page/colours.mjs';
import { byId } from '../page/dom.mjs';
import { Store } from '../page/store.mjs';
import { readView, writeView } from './address.mjs';
import { Charts } from './charts.mjs';
import { CompareDrawer } from './compare.mjs';
import { connectControls } from './controls.mjs';
import { derive } from './derived.mjs';
import { exportItems } from './exports.mjs';
import { connectCopy, showConnection, showHeader, showWelcome } from './header.mjs';
import { updateBell } from './alert_view.mjs';
import { connectPanel } from './panel.mjs';
import { Poll } from './poll.mjs';
import { showSelection, toggled } from './selection.mjs';
import { Table } from './table.mjs';
import { connectHeader, makeRowActions } from './wiring.mjs';

/** @import {LivePage} from './types.mjs' */

/** @type {LivePage} */
const atFirst = {
  ...readView(location.hash),
  live: null,
  connection: 'starting',
  theme: document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light',
  pointed: '',
  lastNews: 0,
};
const store = new Store(atFirst);
const facts = derive(store);

const exported = () => ({ now: store.now, runs: facts.shownRuns(), colours: facts.colours(), tell: (/** @type {unknown} */ error) => charts.tell(error) });
const charts = new Charts(store, facts, {
  zoom: (card, span) => {
    const { [card]: _, ...others } = store.now.zoom;
    store.set({ zoom: span ? { ...others, [card]: span } : others });
  },
  point: (pointed) => store.set({ pointed }),
  widen: (card) => store.set({ wide: toggled(store.now.wide, card) }),
  exports: (card) => exportItems([card], card.facts.metrics, card.facts.key.replace(/[^\w.-]+/g, '_'), exported),
}, (group) => store.set({ turned: toggled(store.now.turned, group) }));
const table = new Table(store, makeRowActions(store, facts), facts.colours);
const drawer = new CompareDrawer();
const poll = new Poll(
  (live) => store.set({ live, lastNews: Date.now() }),
  (connection) => {
    // Another server may have taken the place of the first.
    if (connection === 'live' && store.now.connection === 'stopped') charts.curves.clear();
    store.set({ connection });
  },
);

const showDrawer = () => {
  const [before, after] = store.now.comparing ? store.now.selected.map(facts.runOf) : [];
  drawer.show(before, after, facts.colours());
};
const showTable = () => {
  table.update();
  showSelection(store.now, facts.runOf, facts.colours());
};

applyTheme(store.now.theme);
store.on(['theme'], ({ theme }) => applyTheme(theme));
store.on(['live', 'find', 'sort', 'hidden', 'selected', 'colours', 'theme'], showTable);
store.on(['live'], (now) => {
  showHeader(now);
  updateBell(facts.runs());
});
store.on(['live', 'metricFind'], (now) => showWelcome(now, facts.groups().length));
store.on(['connection'], showConnection);
store.on(['live', 'metricFind', 'turned', 'wide', 'zoom'], () => charts.update());
store.on(['x', 'smoothing', 'zoom'], () => charts.restart());
store.on(['hidden', 'colours', 'theme', 'logX', 'logY'], () => charts.refresh());
store.on(['pointed', 'selected', 'hidden'], () => charts.emphasise());
store.on(['pointed'], ({ pointed }) => table.point(pointed));
store.on(['live', 'comparing', 'selected', 'colours', 'theme'], showDrawer);
const viewFields = /** @type {(keyof LivePage)[]} */ (Object.keys(readView('')));
let isThemeChosen = /(?:^#|&)theme=/.test(location.hash);
store.on(['theme'], () => (isThemeChosen = true));
store.on([...viewFields, 'theme'], (now) => {
  const text = writeView(now, isThemeChosen ? now.theme : '');
  history.replaceState(null, '', text ? `#${text}` : location.pathname + location.search);
});
addEventListener('hashchange', () => store.set(readView(location.hash)));
document.addEventListener('visibilitychange', () => charts.refresh());

connectControls(store);
connectPanel();
connectCopy();
connectHeader(store, facts, charts, exported);
byId('retry').addEventListener('click', () => poll.retry());
showConnection(store.now);
/** @type {any} */ (window).graphscope = { live: store };
void poll.start();
