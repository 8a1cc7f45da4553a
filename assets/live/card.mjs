/** One metric: title, picture, pins, and a line below that says the best in words. */

import { make, setText } from '../page/dom.mjs';
import { pinsOf } from './alert_facts.mjs';
import { CONFIG } from './figure_layout.mjs';
import { makeFigure } from './figure.mjs';
import { describeCard, labelFigure } from './card_text.mjs';
import { openMenu } from './floating.mjs';
import { icon } from './icons.mjs';
import { isValidation } from './metric_cards.mjs';
import { Pins } from './pins.mjs';

/**
 * @import {Curve, LivePage, Run, Span} from './types.mjs'
 * @import {CardFacts} from './metric_cards.mjs'
 * @import {Figure} from './figure.mjs'
 *
 * @typedef {object} CardActions
 * @property {(card: string, span: Span|null) => void} zoom
 * @property {(card: string) => void} widen
 * @property {(run: string) => void} point    "" when the pointer leaves a curve
 * @property {(card: Card) => {text: string, hint?: string, act: () => void}[]} exports
 *
 * @typedef {object} Drawn
 * @property {Curve[]} curves
 * @property {Run[]} runs
 * @property {LivePage} now
 * @property {Map<string, string>} colours
 * @property {CardFacts[]} cards    all that are shown, for alerts without a metric
 */

const FADED = 0.13;

export class Card {
  /** @param {CardFacts} facts @param {CardActions} actions */
  constructor(facts, actions) {
    this.facts = facts;
    this.actions = actions;
    this.isInView = false;
    this.signature = '';
    /** @type {any} */
    this.plotly = null;
    /** @type {Figure|null} */
    this.figure = null;
    this.pins = new Pins();
    /** Plotly's own element @type {any} */
    this.plot = make('div', { class: 'plot', 'aria-hidden': 'true' });
    this.picture = make('div', { class: 'picture', role: 'img' }, this.plot);
    this.empty = make('p', { class: 'chart-note', text: 'No shown run has this metric.' });
    this.empty.hidden = true;
    this.chart = make('div', { class: 'chart waiting' }, this.picture, this.pins.element, this.empty);
    this.foot = make('p', { class: 'card-foot' });
    this.reset = this.button('Show all of', 'Whole curve', icon('M4 8V4h4M12 4h4v4M16 12v4h-4M8 16H4v-4'), () => actions.zoom(facts.key, null));
    this.widen = this.button('Enlarge', 'Enlarge or make small again', icon('M11.5 4H16v4.5M16 4l-5 5M8.5 16H4v-4.5M4 16l5-5'), () => actions.widen(facts.key));
    this.more = this.button('Save', 'Save this chart or its numbers', icon('M10 3.5v9M6.5 9.2L10 12.7l3.5-3.5M4 16.2h12'), () => openMenu(this.more, `Save ${facts.key}`, actions.exports(this)));
    this.more.setAttribute('aria-haspopup', 'menu');
    this.element = make('article', { class: 'card', 'aria-label': facts.key },
      make('header', {}, make('h3', { text: facts.key, title: facts.metrics.join(', ') }), this.makeLegend(), make('div', { class: 'spacer' }), this.reset, this.widen, this.more),
      this.chart, this.foot);
  }

  /** @param {string} verb @param {string} title @param {Node} drawing @param {() => void} act */
  button(verb, title, drawing, act) {
    const button = make('button', { type: 'button', class: 'icon-button', 'aria-label': `${verb} ${this.facts.key}`, title }, drawing);
    button.addEventListener('click', act);
    return button;
  }

  /** How training and validation are told apart. */
  makeLegend() {
    const legend = make('span', { class: 'line-key' });
    if (this.facts.metrics.length > 1) legend.append(make('i', { class: 'solid' }), 'train', make('i', { class: 'dashed' }), 'val');
    else if (isValidation(this.facts.metrics[0])) legend.append(make('i', { class: 'dashed' }), 'val');
    return legend;
  }

  /** @param {LivePage} now */
  showState(now) {
    const isWide = now.wide.includes(this.facts.key);
    this.element.classList.toggle('wide', isWide);
    this.widen.setAttribute('aria-pressed', String(isWide));
    this.reset.hidden = !now.zoom[this.facts.key];
  }

  size() {
    return { width: this.chart.clientWidth, height: this.chart.clientHeight };
  }

  /** Draw, unless this picture stands already. @param {any} plotly @param {Drawn} given @param {string} signature */
  async draw(plotly, given, signature) {
    if (signature === this.signature) return;
    const { curves, runs, now, colours } = given;
    const isFirst = this.plotly === null;
    this.plotly = plotly;
    this.figure = makeFigure(this.facts, curves, runs, now, { colours, size: this.size() });
    await plotly.react(this.plot, this.figure.traces, this.figure.layout, CONFIG);
    if (isFirst) this.listen();
    this.signature = signature;
    this.chart.classList.remove('waiting');
    this.empty.hidden = curves.length > 0;
    this.picture.setAttribute('aria-label', labelFigure(this.facts, curves, runs, now));
    setText(this.foot, describeCard(this.facts, runs));
    this.emphasise(now);
    this.pins.update(pinsOf(this.facts, given.cards, runs, curves, now.smoothing), colours, (pin) => this.locate(pin));
  }

  listen() {
    this.plot.on('plotly_relayout', (/** @type {any} */ change) => {
      const [first, last] = [change['xaxis.range[0]'], change['xaxis.range[1]']].map(Number);
      if (first < last) this.actions.zoom(this.facts.key, this.toSpan(first, last));
    });
    this.plot.on('plotly_hover', (/** @type {{points: any[]}} */ { points }) => this.actions.point(this.plot._fullLayout.hovermode === 'closest' ? points[0]?.data.meta?.run ?? '' : ''));
    this.plot.on('plotly_unhover', () => this.actions.point(''));
    this.plot.on('plotly_doubleclick', () => this.actions.zoom(this.facts.key, null));
  }

  /** From the drawing's units to the server's. @param {number} first @param {number} last @returns {Span} */
  toSpan(first, last) {
    const { factor } = /** @type {Figure} */ (this.figure).scale;
    const isLog = this.plot._fullLayout.xaxis.type === 'log';
    const [from, to] = isLog ? [10 ** first, 10 ** last] : [first, last];
    return [from * factor, to * factor];
  }

  /** @param {{x: number, y: number}} point */
  locate({ x, y }) {
    const { xaxis, yaxis, width } = this.plot._fullLayout;
    const left = xaxis._offset + xaxis.d2p(x / /** @type {Figure} */ (this.figure).scale.factor);
    const top = yaxis._offset + yaxis.d2p(y);
    const isInside = left >= xaxis._offset - 1 && left <= width && top >= 0 && top <= yaxis._offset + yaxis._length + 1;
    return isInside ? { left, top } : null;
  }

  /** Fade what is neither pointed at nor selected, without drawing anew. @param {LivePage} now */
  emphasise(now) {
    const told = now.pointed ? [now.pointed] : now.selected.filter((key) => !now.hidden.includes(key));
    for (const line of this.plot.querySelectorAll('.scatterlayer > .trace')) {
      const trace = line.__data__?.[0]?.trace;
      const run = trace?.meta?.run;
      if (run) line.style.opacity = String(told.length && !told.includes(run) ? FADED * trace.opacity : trace.opacity);
    }
  }

  /** Give Plotly's memory back. */
  forget() {
    this.plotly?.purge(this.plot);
    this.plotly = null;
    this.signature = '';
    this.element.remove();
  }
}
