/** Starts the page of a comparison: the merged graph first, both graphs side by side when they are asked for. */

import '../page/language_choice.mjs';
import { styleOfChange } from '../core/changes.mjs';
import { shownChanges } from '../core/changes_svg.mjs';
import { readDocument } from '../core/document.mjs';
import { say } from '../core/language.mjs';
import { themeOf } from '../core/theme.mjs';
import { applyTheme } from '../page/colours.mjs';
import { Commands } from '../page/commands.mjs';
import { byId, make, setText } from '../page/dom.mjs';
import { fetchText, showError } from '../page/loader.mjs';
import { initialState, State } from '../page/state.mjs';
import { Store } from '../page/store.mjs';
import { readThemeChoice } from '../page/theme_choice.mjs';
import { Arrangement } from './arrangement.mjs';
import { ChangeList, makeTable } from './change_list.mjs';
import { connectCompareCommands } from './compare_commands.mjs';
import { stateOf, VERDICTS } from './stepping.mjs';

/**
 * @import {Doc} from '../core/document.mjs'
 * @import {Comparison, CompareState, Verdict} from './types.mjs'
 */

const root = document.documentElement;
/** What all views have in common: theme and direction. */
const state = new State({
  ...initialState(),
  theme: root.dataset.theme === 'dark' ? 'dark' : 'light',
  themeChoice: readThemeChoice(root.dataset.themeChoice),
});
applyTheme(state.now.theme);
/** @type {any} */
const api = { ready: false };
/** @type {any} */ (window).graphscope = api;
start().catch(showError);

async function start() {
  const fonts = Promise.all(['600 12px Inter', '400 10px Inter', '400 10px "JetBrains Mono"'].map((font) => document.fonts.load(font)));
  const [told, text] = await Promise.all([fetchText('comparison.json').then((answer) => /** @type {Comparison} */ (JSON.parse(answer))), fetchText('merged.json')]);
  const doc = readDocument(JSON.parse(text));
  tellModels(told);
  linkBack();
  /** @type {Store<CompareState>} */
  const store = new Store({ mode: readMode(), change: -1, member: 0, kinds: firstKinds(told) });
  const arrangement = new Arrangement(told, state, store);
  const list = new ChangeList(told, store, () => state.now.theme, (change, member) => void arrangement.choose(change, member));
  const commands = new Commands();
  connectCompareCommands({ state, store, commands, arrangement, told });
  state.on(['theme'], () => {
    list.drawAll();
    drawLegend(doc);
  });
  await arrangement.start(text, doc);
  byId('skeleton').hidden = true;
  drawLegend(doc);
  Object.assign(api, { ready: true, store, arrangement });
  fonts.then(() => arrangement.redraw(), () => undefined);
}

/** Beside other models of one server the page has an address of its own, see graphscope/app/workspace. */
function linkBack() {
  byId('back').hidden = !/\/compare\/[^/]+\/$/.test(location.pathname);
}

/** @returns {'merged'|'beside'} */
function readMode() {
  return new URLSearchParams(location.hash.slice(1)).get('view') === 'beside' ? 'beside' : 'merged';
}

/** What only follows is listed when it is all there is. @param {Comparison} told @returns {Set<Verdict>} */
function firstKinds({ groups }) {
  const present = new Set(groups.map((group) => group.verdict));
  return new Set(VERDICTS.filter((verdict) => verdict !== 'follows' || present.size === 1));
}

/** @param {Comparison} told */
function tellModels({ before, after, notes, totals }) {
  document.title = `${before === after ? before : `${before} → ${after}`} · graphscope`;
  byId('versions').append(make('span', { class: 'chip', text: before, title: before }), make('span', { class: 'arrow', 'aria-label': say('to'), text: '→' }), make('span', { class: 'chip', text: after, title: after }));
  setText(byId('name-before'), before);
  setText(byId('name-after'), after);
  byId('changes-notes').replaceChildren(...notes.map((text) => make('p', { text })));
  byId('totals-table').replaceWith(makeTable(totals, true));
  byId('totals').hidden = totals.length === 0;
}

/** @param {Doc} doc */
function drawLegend(doc) {
  const theme = themeOf(state.now.theme);
  for (const verdict of VERDICTS) {
    const style = styleOfChange(theme, stateOf(verdict));
    root.style.setProperty(`--change-${stateOf(verdict)}`, style.color);
  }
  const rows = shownChanges(doc).map((number) => {
    const style = styleOfChange(theme, number);
    root.style.setProperty(`--change-${number}`, style.color);
    return make('li', {}, make('i', { class: `sign${style.strong ? '' : ' hollow'}`, 'data-state': number, 'aria-hidden': 'true', text: style.sign }), make('span', { text: say(style.label) }));
  });
  byId('legend').replaceChildren(make('ul', {}, ...rows));
  byId('legend').hidden = rows.length === 0;
}
