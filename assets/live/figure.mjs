/** A card's figure for Plotly, from curves and view. Pure: neither the page nor Plotly is needed to make it. */

import { themeOf } from '../core/theme.mjs';
import { hoverFormat, xScale } from './axis_units.mjs';
import { makeLayout } from './figure_layout.mjs';
import { isValidation } from './metric_cards.mjs';

/**
 * @import {Curve, LivePage, Run} from './types.mjs'
 * @import {CardFacts} from './metric_cards.mjs'
 * @import {XScale} from './axis_units.mjs'
 *
 * @typedef {object} Figure
 * @property {any[]} traces
 * @property {any} layout
 * @property {XScale} scale
 *
 * @typedef {object} Look
 * @property {Map<string, string>} colours  by key of run
 * @property {{width: number, height: number}} size
 */

/** So many points and fewer are marked each. */
const FEW_POINTS = 40;
const DASHES = '5px,4px';
const RAW_OPACITY = 0.26;
/** With more curves than this a picture is about the whole: the card beside the pointer tells of the nearest only, the raw lines and all rings but the best go. */
const MOST_TOLD = 8;

/** @param {CardFacts} card @param {Curve[]} curves @param {Run[]} runs @param {LivePage} now @param {Look} look @returns {Figure} */
export function makeFigure(card, curves, runs, now, look) {
  const names = new Map(runs.map((run) => [run.key, run.name]));
  const theme = themeOf(now.theme);
  const scale = xScale(now.x, largestX(curves));
  const isFew = curves.length <= MOST_TOLD;
  const lines = curves.flatMap((curve) => makeLines(curve, {
    colour: look.colours.get(curve.run) ?? theme.muted,
    name: nameCurve(names.get(curve.run) ?? curve.run, curve.metric, card),
    smoothing: now.smoothing,
    scale,
    isFew,
  }));
  const ringed = isFew ? curves : bestOf(curves, card.direction);
  const traces = [...lines, ...makeBest(ringed, look, scale), ...makeNonfinite(curves, theme.danger, scale)];
  const layout = makeLayout({ card, now, theme, scale, size: look.size, tellsAll: isFew });
  return { traces, layout, scale };
}

/** @param {Curve[]} curves */
function largestX(curves) {
  return curves.reduce((largest, { x }) => Math.max(largest, x[x.length - 1] ?? 0), 0);
}

/** @param {string} run @param {string} metric @param {CardFacts} card */
function nameCurve(run, metric, card) {
  const suffix = card.metrics.length > 1 && isValidation(metric) ? ' · val' : '';
  return escapeText(shorten(run)) + suffix;
}

/** @param {string} name */
function shorten(name) {
  return name.length > 36 ? `${name.slice(0, 35)}…` : name;
}

/** Plotly reads a little HTML in texts: names stay names. @param {string} text */
export function escapeText(text) {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/%\{/g, '% {');
}

/** The line that is read: smoothed where there are many points, as logged where there is one per epoch. @param {Curve} curve @param {number} smoothing */
export function shownValues(curve, smoothing) {
  return smoothing > 0 && curve.per === 'step' && curve.smooth ? curve.smooth : curve.y;
}

/** @param {Curve} curve @param {{colour: string, name: string, smoothing: number, scale: XScale, isFew: boolean}} how */
function makeLines(curve, how) {
  const x = how.scale.factor === 1 ? curve.x : curve.x.map((value) => value / how.scale.factor);
  const y = shownValues(curve, how.smoothing);
  const isSmooth = y !== curve.y;
  const dash = isValidation(curve.metric) ? DASHES : 'solid';
  const isMarked = how.isFew && curve.y.length <= FEW_POINTS;
  const shared = { type: 'scatter', x, name: how.name, connectgaps: false, meta: { run: curve.run }, showlegend: false };
  const read = {
    ...shared,
    y,
    mode: isMarked ? 'lines+markers' : 'lines',
    line: { color: how.colour, width: how.isFew ? 1.8 : 1.3, dash, simplify: true },
    marker: { color: how.colour, size: 4.5 },
    customdata: curve.steps,
    hovertemplate: how.isFew ? `${hoverFormat(curve.metric)}<extra>${how.name}</extra>` : `<b>${how.name}</b><br>${hoverFormat(curve.metric)}<br>step %{customdata:,}<extra></extra>`,
  };
  if (!isSmooth || !how.isFew) return [read];
  return [{ ...shared, y: curve.y, mode: 'lines', line: { color: how.colour, width: 1, dash }, opacity: RAW_OPACITY, hoverinfo: 'skip' }, read];
}

/** The best curve of each metric. @param {Curve[]} curves @param {'min'|'max'|null} direction */
function bestOf(curves, direction) {
  /** @type {Map<string, Curve>} */
  const found = new Map();
  for (const curve of curves) {
    const before = found.get(curve.metric)?.best;
    if (!curve.best || direction === null) continue;
    if (!before || (direction === 'min' ? curve.best.y < before.y : curve.best.y > before.y)) found.set(curve.metric, curve);
  }
  return [...found.values()];
}

/** The best value of each curve, one ring in its colour. @param {Curve[]} curves @param {Look} look @param {XScale} scale */
function makeBest(curves, look, scale) {
  const known = curves.filter((curve) => curve.best !== null);
  if (known.length === 0) return [];
  return [{
    type: 'scatter', mode: 'markers', showlegend: false, meta: { rings: known.map((curve) => curve.run) },
    x: known.map((curve) => (curve.best?.x ?? 0) / scale.factor),
    y: known.map((curve) => curve.best?.y ?? null),
    customdata: known.map((curve) => curve.best?.step ?? 0),
    marker: { symbol: 'circle-open', size: 9, color: known.map((curve) => look.colours.get(curve.run)), line: { width: 2 } },
    hovertemplate: known.map((curve) => `best ${hoverFormat(curve.metric)} at step %{customdata:,}<extra></extra>`),
  }];
}

/** Where values stop to be numbers, at the height of the last one that was. @param {Curve[]} curves @param {string} colour @param {XScale} scale */
function makeNonfinite(curves, colour, scale) {
  const marks = curves.flatMap((curve) => curve.nonfinite.map((point) => ({ ...point, y: heightBefore(curve, point.x) })));
  if (marks.length === 0) return [];
  return [{
    type: 'scatter', mode: 'markers', showlegend: false, cliponaxis: false,
    x: marks.map((mark) => mark.x / scale.factor),
    y: marks.map((mark) => mark.y),
    customdata: marks.map((mark) => mark.step),
    text: marks.map((mark) => escapeText(mark.value)),
    marker: { symbol: 'x-thin-open', size: 9, color: colour, line: { width: 2.4 } },
    hovertemplate: '%{text} from step %{customdata:,}<extra></extra>',
  }];
}

/** The last number at or before x, else the first number, else null. @param {Curve} curve @param {number} x @returns {number|null} */
function heightBefore(curve, x) {
  for (let at = curve.x.length - 1; at >= 0; at--) {
    if (curve.x[at] <= x && curve.y[at] !== null) return curve.y[at];
  }
  return curve.y.find((value) => value !== null) ?? null;
}
