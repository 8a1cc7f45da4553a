/** The views of a comparison: one merged graph, or both graphs beside each other that move together. */

import { readDocument } from '../core/document.mjs';
import { changesOf, SAME } from '../core/changes.mjs';
import { say } from '../core/language.mjs';
import { byId } from '../page/dom.mjs';
import { fetchText, showError } from '../page/loader.mjs';
import { openAbove, openAtFirst } from '../page/opening.mjs';
import { ChangeView } from './change_view.mjs';
import { bothWays } from './correspondence.mjs';
import { changeOf } from './stepping.mjs';
import { Twins } from './twins.mjs';

/**
 * @import {Doc} from '../core/document.mjs'
 * @import {State} from '../page/state.mjs'
 * @import {Store} from '../page/store.mjs'
 * @import {Comparison, CompareState} from './types.mjs'
 */

export class Arrangement {
  /** @param {Comparison} told @param {State} state  what the views have in common @param {Store<CompareState>} store */
  constructor(told, state, store) {
    this.told = told;
    this.state = state;
    this.store = store;
    this.merged = this.makeView('view-merged', say('Merged graph of both models. Arrow keys follow the edges, Enter opens a scope.'));
    /** @type {Twins|null} */
    this.twins = null;
    /** @type {Promise<Twins>|null} */
    this.coming = null;
    store.on(['mode'], () => void this.arrange().catch(showError));
  }

  /** @param {string} place @param {string} label */
  makeView(place, label) {
    const worker = new Worker(byId('page-script').dataset.worker, { type: 'module' });
    const { theme, direction } = this.state.now;
    const view = new ChangeView(byId(place), { worker, label, now: { theme, direction }, report: showError });
    view.follow(this.state, ['theme']);
    return view;
  }

  /** @param {string} text @param {Doc} doc  of the merged graph */
  async start(text, doc) {
    if (this.store.now.mode === 'merged') await this.showMerged(text, doc);
    else {
      await this.arrange();
      void this.showMerged(text, doc).catch(showError);
    }
  }

  /** @param {string} text @param {Doc} doc */
  async showMerged(text, doc) {
    this.merged.stage.card = placeOfLegend;
    await this.merged.load(text, { doc, open: openAroundChanges });
    this.merged.state.on(['selected'], ({ selected }) => this.takeSelection(selected > 0 ? doc.id(selected) : null));
  }

  /** Show what the mode says. */
  async arrange() {
    const beside = this.store.now.mode === 'beside';
    byId('side-merged').hidden = beside;
    for (const id of ['side-before', 'side-after']) byId(id).hidden = !beside;
    byId('compare').dataset.mode = this.store.now.mode;
    if (beside) await this.loadTwins();
    if (this.store.now.change >= 0) await this.show();
  }

  loadTwins() {
    this.coming ??= this.makeTwins();
    return this.coming;
  }

  async makeTwins() {
    const sides = [['before', say('Graph before')], ['after', say('Graph after')]];
    const views = await Promise.all(sides.map(async ([name, label]) => {
      const view = this.makeView(`view-${name}`, label);
      const text = await fetchText(`${name}.json`);
      await view.load(text, { doc: readDocument(JSON.parse(text)), open: openAroundChanges });
      return view;
    }));
    const twins = new Twins(views[0], views[1], bothWays(this.told.pairs));
    for (const view of views) view.state.on(['selected'], () => this.takeTwinSelection(view));
    this.twins = twins;
    twins.follow(views[1]);
    return twins;
  }

  /** Views that are in sight, the one that the user touched last first. */
  visible() {
    if (this.store.now.mode === 'merged' || !this.twins) return [this.merged];
    const { leader, sides } = this.twins;
    return [leader, ...sides.map((side) => side.view).filter((view) => view !== leader)];
  }

  /** @param {number} change @param {number} member */
  async choose(change, member) {
    this.store.set({ change, member });
    await this.show();
  }

  /** Bring the chosen change into the windows. */
  async show() {
    const { change, member, mode } = this.store.now;
    const shown = this.told.groups[change]?.members[member];
    if (!shown) return;
    if (mode === 'merged') await reveal(this.merged, shown.item);
    else if (this.twins) await this.showBeside(this.twins, shown);
  }

  /** @param {Twins} twins @param {{before: string|null, after: string|null}} shown */
  async showBeside(twins, shown) {
    const [before, after] = twins.sides.map((side) => side.view);
    const leader = shown.after === null ? before : after;
    twins.leader = leader;
    await reveal(leader, leader === before ? shown.before : shown.after);
    const [other, id] = leader === before ? [after, shown.after] : [before, shown.before];
    if (id !== null && other.state.now.selected < 0) await reveal(other, id);
  }

  /** @param {ChangeView} view */
  takeTwinSelection(view) {
    if (!this.twins || this.twins.leader !== view) return;
    const { selected } = view.state.now;
    const id = selected > 0 ? view.state.doc.id(selected) : null;
    const isBefore = view === this.twins.sides[0].view;
    const found = id === null ? null : this.told.groups.flatMap(({ members }) => members).find((member) => (isBefore ? member.before : member.after) === id);
    this.takeSelection(found?.item ?? null);
  }

  /** The list shows what is selected in a graph. @param {string|null} id  in the merged graph */
  takeSelection(id) {
    const found = id === null ? null : changeOf(this.told.groups, id);
    if (!found) this.store.set({ change: -1, member: 0 });
    else this.store.set({ ...found, kinds: new Set([...this.store.now.kinds, this.told.groups[found.change].verdict]) });
  }

  redraw() {
    for (const view of this.visible()) view.stage.requestDraw();
  }
}

/** @param {ChangeView} view @param {string|null} id */
async function reveal(view, id) {
  const item = id === null ? -1 : view.state.doc.indexOf(id);
  if (item > 0) await view.controller.reveal(item);
  else view.state.set({ selected: -1 });
}

/** Scopes around a few changes are open at first. */
const FEW = 12;

/** @param {Doc} doc @returns {Set<number>} */
export function openAroundChanges(doc) {
  let open = openAtFirst(doc);
  const states = doc.change;
  if (!changesOf(doc) || !states) return open;
  /** @type {number[]} */
  const changed = [];
  for (let item = 1; item < doc.n && changed.length <= FEW; item++) {
    if (states[item] !== SAME && states[doc.parent[item]] !== states[item]) changed.push(item);
  }
  if (changed.length <= FEW) for (const item of changed) open = openAbove(doc, open, item);
  return open;
}

/** With some air around it. */
function placeOfLegend() {
  const { offsetTop, offsetWidth, offsetLeft, offsetHeight, hidden } = byId('legend');
  return hidden ? null : { x: 0, y: offsetTop - 6, width: offsetLeft + offsetWidth + 6, height: offsetHeight + 12 };
}
