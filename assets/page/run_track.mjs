/** Behind the time slider: the loss, the ends of epochs, and a mark for each alert. */

import { say } from '../core/language.mjs';
import { make } from './dom.mjs';
import { describeSymptom, TONES } from './run_pins.mjs';
import { domainOf, linePath, makeAxis, makeSvg, makeText } from './run_svg.mjs';

/**
 * @import {RunStory} from './run_client.mjs'
 *
 * @typedef {object} TrackMark
 * @property {number} step
 * @property {string} tone   error, warning or info
 * @property {string} label
 * @property {number} row    of a layer, -1 = of none
 */

/** CSS px: half of the slider's thumb, so that it stands over the step it means. */
export const TRACK_PADDING = 7;
const TOP = 14;
const BOTTOM = 13;
/** Marks nearer to each other than this become one. */
const MARK_WIDTH = 12;
const MOST_EPOCHS = 80;
/** A loss that spans more than this is drawn on a log scale. */
const LOG_FROM = 50;

/** First and last step of the slider. @param {RunStory} story @returns {[number, number]} */
export function trackRange({ steps, loss, lastStep }) {
  const first = Math.min(steps[0] ?? Infinity, loss?.steps[0] ?? Infinity);
  const last = Math.max(steps[steps.length - 1] ?? 0, lastStep);
  return first < last ? [first, last] : [Math.max(0, last - 1), Math.max(1, last)];
}

/** @param {RunStory} story @param {number} width px @returns {import('./run_svg.mjs').Axis} */
export function trackAxis(story, width) {
  return makeAxis(trackRange(story), [TRACK_PADDING, width - TRACK_PADDING]);
}

/** The curve as the content of an SVG. @param {RunStory} story @param {number} step @param {number} width px @param {number} height px @returns {Node[]} */
export function drawTrack(story, step, width, height) {
  const x = trackAxis(story, width);
  const [first, last] = trackRange(story);
  const floor = height - BOTTOM;
  const parts = [makeSvg('path', { class: 'run-ground', d: `M${TRACK_PADDING} ${floor + 0.5}H${width - TRACK_PADDING}` })];
  for (const { step: end } of story.epochs.length <= MOST_EPOCHS ? story.epochs : []) {
    parts.push(makeSvg('path', { class: 'run-epoch', d: `M${Math.round(x(end)) + 0.5} ${TOP}V${floor}` }));
  }
  parts.push(...drawLoss(story, step, x, floor));
  parts.push(makeText(String(first), { class: 'run-tick', x: TRACK_PADDING, y: height - 2 }));
  parts.push(makeText(String(last), { class: 'run-tick', x: width - TRACK_PADDING, y: height - 2, 'text-anchor': 'end' }));
  return parts;
}

/** @param {RunStory} story @param {number} step @param {import('./run_svg.mjs').Axis} x @param {number} floor */
function drawLoss({ loss }, step, x, floor) {
  if (!loss) return [];
  const values = loss.values.map((value) => (typeof value === 'number' ? value : null));
  const known = values.filter((value) => value !== null);
  const logarithmic = Math.min(...known) > 0 && Math.max(...known) / Math.min(...known) > LOG_FROM;
  const domain = domainOf(known, logarithmic);
  if (!domain) return [];
  const y = makeAxis(domain, [floor - 2, TOP + 2], logarithmic);
  const xs = loss.steps.map(x);
  const ys = values.map((value) => (value === null ? null : y(value)));
  const past = loss.steps.filter((each) => each <= step).length;
  return [
    makeSvg('path', { class: 'run-loss', d: linePath(xs, ys) }),
    makeSvg('path', { class: 'run-loss past', d: linePath(xs.slice(0, past), ys.slice(0, past)) }),
  ];
}

/** What is marked on the slider, by step. @param {RunStory} story @returns {TrackMark[]} */
export function marksOf(story) {
  const first = story.nonfinite;
  /** @type {TrackMark[]} */
  const marks = first ? [{ step: first.step, tone: 'error', label: `${say('First NaN')}: ${first.text}`, row: first.row ?? -1 }] : [];
  for (const { severity, since, headline, symptom, rows } of story.diagnoses) {
    const isTold = first !== null && symptom === 'nan-loss';
    if (severity < 2 && !isTold) marks.push({ step: since, tone: TONES[severity], label: `${describeSymptom(symptom)}: ${headline}`, row: rows[0] ?? -1 });
  }
  return marks.sort((a, b) => a.step - b.step);
}

/**
 * Buttons over the curve; those that would cover each other are one.
 * @param {RunStory} story @param {number} width px @param {(mark: TrackMark) => void} choose @returns {HTMLElement[]}
 */
export function makeTrackMarks(story, width, choose) {
  const x = trackAxis(story, width);
  const [first] = trackRange(story);
  /** @type {{at: number, marks: TrackMark[]}[]} */
  const groups = [];
  for (const mark of marksOf(story)) {
    const at = x(Math.max(mark.step, first));
    const last = groups[groups.length - 1];
    if (last && at - last.at < MARK_WIDTH) last.marks.push(mark);
    else groups.push({ at, marks: [mark] });
  }
  return groups.map(({ at, marks }) => {
    const worst = marks.find((mark) => mark.tone === 'error') ?? marks[0];
    const text = marks.map((mark) => say('Step {n}, {text}', { n: mark.step, text: mark.label })).join('\n');
    const button = make('button', { type: 'button', class: `run-mark run-${worst.tone}`, 'aria-label': text, title: text });
    button.style.left = `${at}px`;
    button.addEventListener('click', () => choose(worst));
    return button;
  });
}
