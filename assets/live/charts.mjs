/** All cards in their sections; draws those in sight, and leaves the browser time for everything else. */

import { byId, nextFrame } from '../page/dom.mjs';
import { Card } from './card.mjs';
import { CurveStore, ServerAway } from './curve_store.mjs';
import { isOpen } from './metric_cards.mjs';
import { loadPlotly } from './plotly.mjs';
import { Sections } from './sections.mjs';

/**
 * @import {Store} from '../page/store.mjs'
 * @import {LivePage, Run} from './types.mjs'
 * @import {Group} from './metric_cards.mjs'
 * @import {CardActions} from './card.mjs'
 *
 * @typedef {object} ChartData  what the page derives from its fields
 * @property {() => Group[]} groups
 * @property {() => Run[]} shownRuns
 * @property {() => Map<string, string>} colours
 */

/** Cards this far outside the window are drawn already. */
const AHEAD = '240px';
/** After drawing, the page rests as long as drawing took, within these bounds. */
const LEAST_REST_MS = 40;
const MOST_REST_MS = 250;

export class Charts {
  /** @param {Store<LivePage>} store @param {ChartData} data @param {CardActions} actions @param {(group: string) => void} turn */
  constructor(store, data, actions, turn) {
    this.store = store;
    this.data = data;
    this.actions = actions;
    this.curves = new CurveStore();
    this.sections = new Sections(byId('sections'), turn);
    /** @type {Map<string, Card>} */
    this.cards = new Map();
    this.isBusy = false;
    this.isWanted = false;
    const scroller = byId('charts');
    this.observer = new IntersectionObserver((entries) => this.noteSight(entries), { root: scroller, rootMargin: AHEAD });
    new ResizeObserver(() => this.refresh()).observe(scroller);
  }

  /** @param {IntersectionObserverEntry[]} entries */
  noteSight(entries) {
    for (const entry of entries) {
      const card = [...this.cards.values()].find(({ element }) => element === entry.target);
      if (card) card.isInView = entry.isIntersecting;
    }
    this.refresh();
  }

  /** Bring sections and cards up to date, and draw soon. */
  update() {
    const { now } = this.store;
    const groups = this.data.groups();
    const wanted = new Set(groups.flatMap((group) => group.cards.map((card) => card.key)));
    for (const [key, card] of this.cards) {
      if (!wanted.has(key) || groups.some((group) => group.cards.some((facts) => facts.key === key && facts.metrics.length !== card.facts.metrics.length))) this.drop(card);
    }
    this.sections.show(groups.map((group) => ({ group, isOpen: isOpen(group.name, now.turned), elements: group.cards.map((facts) => this.cardOf(facts).element) })));
    for (const card of this.cards.values()) card.showState(now);
    this.refresh();
  }

  /** @param {import('./metric_cards.mjs').CardFacts} facts */
  cardOf(facts) {
    const known = this.cards.get(facts.key);
    if (known) return known;
    const card = new Card(facts, this.actions);
    this.cards.set(facts.key, card);
    this.observer.observe(card.element);
    return card;
  }

  /** @param {Card} card */
  drop(card) {
    this.observer.unobserve(card.element);
    card.forget();
    this.cards.delete(card.facts.key);
  }

  emphasise() {
    for (const card of this.inSight()) card.emphasise(this.store.now);
  }

  inSight() {
    return [...this.cards.values()].filter((card) => card.isInView && card.chart.clientWidth > 0);
  }

  /** The view changed: what is under way is of no use. */
  restart() {
    this.curves.abort();
    this.refresh();
  }

  refresh() {
    this.isWanted = true;
    if (!this.isBusy) void this.work();
  }

  /** Resolves when what came into sight just now is drawn. */
  async settled() {
    await nextFrame();
    await nextFrame();
    await this.drawOnce().catch((error) => this.tell(error));
  }

  async work() {
    this.isBusy = true;
    while (this.isWanted) {
      this.isWanted = false;
      const began = performance.now();
      await this.drawOnce().catch((error) => this.tell(error));
      const rest = Math.min(Math.max(performance.now() - began, LEAST_REST_MS), MOST_REST_MS);
      await new Promise((resolve) => setTimeout(resolve, rest));
    }
    this.isBusy = false;
  }

  async drawOnce() {
    const cards = this.inSight();
    if (cards.length === 0 || document.hidden) return;
    const { now } = this.store;
    const runs = this.data.shownRuns();
    const coming = loadPlotly();
    for (const together of inTurns(cards)) {
      const [plotly] = await Promise.all([coming, this.curves.load(together.map((card) => card.facts), runs, now)]);
      for (const card of together) await this.drawCard(card, plotly, runs, now);
    }
    this.tell(null);
    performance.clearMarks('graphscope:curves'); // one is enough: this goes on for days
    performance.mark('graphscope:curves');
  }

  /** @param {Card} card @param {any} plotly @param {Run[]} runs @param {LivePage} now */
  async drawCard(card, plotly, runs, now) {
    const colours = this.data.colours();
    const curves = this.curves.curvesOf(card.facts, runs, now);
    const cards = this.data.groups().flatMap((group) => group.cards);
    await card.draw(plotly, { curves, runs, now, colours, cards }, signatureOf(card, runs, now, colours));
    await nextFrame();
  }

  /** @param {unknown} error  null when all is well */
  tell(error) {
    if (error instanceof ServerAway || (error instanceof DOMException && error.name === 'AbortError')) return;
    const text = error instanceof Error ? error.message : '';
    byId('chart-error').hidden = text === '';
    byId('chart-error').textContent = text;
  }
}

/** Cards with a picture are asked for together; before, each by itself, so that the first picture does not wait for the last. @param {Card[]} cards */
function inTurns(cards) {
  const drawn = cards.filter((card) => card.plotly !== null);
  const others = cards.filter((card) => card.plotly === null).map((card) => [card]);
  return drawn.length ? [drawn, ...others] : others;
}

/** Everything a picture depends on. @param {Card} card @param {Run[]} runs @param {LivePage} now @param {Map<string, string>} colours */
function signatureOf(card, runs, now, colours) {
  const { width, height } = card.size();
  const ofRuns = runs.map((run) => `${run.key}:${run.version}:${colours.get(run.key)}:${run.alerts.length}`);
  return [now.x, now.smoothing, now.logX, now.logY, now.theme, width, height, now.zoom[card.facts.key], ...ofRuns].join(' ');
}
