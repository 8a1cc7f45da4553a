/** The bar below the graph: which step of the training is shown, and how the run is. */

import { say } from '../core/language.mjs';
import { formatStatistic } from '../core/numbers.mjs';
import { byId, setText } from './dom.mjs';
import { drawTrack, makeTrackMarks, marksOf, trackRange } from './run_track.mjs';
import { epochAt } from './run_state.mjs';
import { rowAt } from './run_samples.mjs';

/**
 * @import {RunState, RunFields} from './run_state.mjs'
 * @import {RunStory} from './run_client.mjs'
 * @import {TrackMark} from './run_track.mjs'
 */

/** A whole run is played in about this time. */
const PLAY_MS = 9000;
const FRAME_MS = 80;
const FAR = 10;

export class RunBar {
  /** @param {RunState} run @param {(mark: TrackMark) => void} choose  a mark was pressed */
  constructor(run, choose) {
    this.run = run;
    this.choose = choose;
    this.timer = 0;
    /** what is marked on the track, as text */
    this.marked = '';
    this.slider = byId('run-slider');
    this.track = byId('run-track');
    this.slider.addEventListener('input', () => {
      run.set({ playing: false });
      run.showStep(Number(this.slider.value));
    });
    this.slider.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => this.onKey(event));
    byId('run-play').addEventListener('click', () => this.toggle());
    byId('run-live').addEventListener('click', () => run.follow(!run.now.live));
    run.on(['story', 'row', 'live', 'playing', 'fault'], (now) => this.draw(now));
    run.on(['playing'], ({ playing }) => this.play(playing));
    new ResizeObserver(() => this.draw(run.now)).observe(this.track);
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const { row, story } = this.run.now;
    const last = (story?.steps.length ?? 0) - 1;
    const to = { ArrowRight: row + 1, ArrowUp: row + 1, ArrowLeft: row - 1, ArrowDown: row - 1, PageUp: row + FAR, PageDown: row - FAR, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault(); // of the slider's own way, which goes step by step and not from sample to sample
    this.move(to - row);
  }

  /** @param {number} samples  forwards, or backwards */
  move(samples) {
    this.run.set({ playing: false });
    this.run.show(this.run.now.row + samples);
  }

  toggle() {
    const { playing, story, row } = this.run.now;
    if (!story || story.steps.length < 2) return;
    if (!playing && row === story.steps.length - 1) this.run.show(0);
    this.run.set({ playing: !playing, live: false });
  }

  /** @param {boolean} playing */
  play(playing) {
    window.clearInterval(this.timer);
    if (!playing) return;
    const samples = this.run.story.steps.length;
    const stride = Math.max(1, Math.round((samples * FRAME_MS) / PLAY_MS));
    const pause = Math.max(FRAME_MS, Math.min(400, PLAY_MS / samples));
    this.timer = window.setInterval(() => {
      const last = this.run.story.steps.length - 1;
      const row = Math.min(this.run.now.row + stride, last);
      this.run.set({ row, playing: row < last });
    }, pause);
  }

  /** @param {RunFields} now */
  draw(now) {
    const { story } = now;
    if (!story) return;
    this.drawHead(story, now);
    const { clientWidth: width, clientHeight: height } = this.track;
    if (width === 0) return;
    const [first, last] = trackRange(story);
    Object.assign(this.slider, { min: String(first), max: String(last), disabled: story.steps.length === 0 });
    this.slider.value = String(this.run.step);
    this.slider.setAttribute('aria-valuetext', momentText(story, this.run.step));
    const curve = byId('run-curve');
    curve.setAttribute('viewBox', `0 0 ${width} ${height}`);
    curve.replaceChildren(...drawTrack(story, this.run.step, width, height));
    this.drawMarks(story, width);
  }

  /** Only when they change: a button must not be replaced under the pointer. @param {RunStory} story @param {number} width */
  drawMarks(story, width) {
    const marked = JSON.stringify([width, trackRange(story), marksOf(story)]);
    if (this.marked === marked) return;
    this.marked = marked;
    byId('run-marks').replaceChildren(...makeTrackMarks(story, width, (mark) => this.choose(mark)));
  }

  /** @param {RunStory} story @param {RunFields} now */
  drawHead(story, { live, playing, fault }) {
    const status = byId('run-status');
    status.dataset.status = fault ? 'failed' : story.status;
    setText(byId('run-name'), story.name);
    setText(byId('run-state'), fault || say(story.status));
    status.title = fault || story.end || say(story.status);
    setText(byId('run-moment'), momentText(story, this.run.step) || say('No step has been made yet.'));
    setText(byId('run-overhead'), typeof story.overhead === 'number' ? say('monitor took {share} of the time', { share: percent(story.overhead) }) : '');
    const button = byId('run-live');
    button.setAttribute('aria-pressed', String(live));
    button.textContent = say(this.run.isRunning ? 'Live' : 'Latest');
    const play = byId('run-play');
    play.classList.toggle('playing', playing);
    play.setAttribute('aria-label', say(playing ? 'Pause' : 'Play'));
    play.disabled = story.steps.length < 2;
  }
}

/** "Step 240 of 400 · epoch 3 · loss 0.31". @param {RunStory} story @param {number} step */
export function momentText(story, step) {
  if (step === 0) return '';
  const parts = [say('Step {n} of {all}', { n: step, all: story.lastStep || step }), epochAt(story, step)];
  if (story.loss && story.loss.steps.length > 0) {
    const value = story.loss.values[rowAt(story.loss.steps, step)];
    parts.push(`${story.loss.name} ${typeof value === 'number' ? formatStatistic(value) : value === null ? 'NaN' : say('infinite')}`);
  }
  return parts.filter((part) => part !== '').join(' · ');
}

/** @param {number} share */
export function percent(share) {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}
