/** Which moment of a run is shown, and what is known of the run. */

import { say } from '../core/language.mjs';
import { RunPlaces } from './run_places.mjs';
import { nearestRow, rowAt } from './run_samples.mjs';
import { Store } from './store.mjs';

/**
 * @import {Doc} from '../core/document.mjs'
 * @import {RunStory, LayerStory} from './run_client.mjs'
 *
 * @typedef {object} RunFields
 * @property {RunStory|null} story
 * @property {number} row         the sampled step that is shown; -1 while there is none
 * @property {boolean} live       follows the newest
 * @property {boolean} playing
 * @property {LayerStory|null} layer  of the selected layer
 * @property {number} layerRow    which layer that is, -1 = none
 * @property {string} fault       why nothing new comes; "" when all is well
 */

/** @extends {Store<RunFields>} */
export class RunState extends Store {
  /** @param {Doc} doc @param {number|null} step  that is shown at first; null for the newest */
  constructor(doc, step) {
    super({ story: null, row: -1, live: step === null, playing: false, layer: null, layerRow: -1, fault: '' });
    this.doc = doc;
    this.wanted = step;
    this.places = new RunPlaces(doc, []);
  }

  /** The story; only where one has come. @returns {RunStory} */
  get story() {
    return /** @type {RunStory} */ (this.now.story);
  }

  /** The step that is shown: a sampled one, or the last of a run that was never looked into. */
  get step() {
    const { story, row } = this.now;
    if (!story) return 0;
    return row >= 0 ? story.steps[row] : story.lastStep;
  }

  /** Up to which step is told what was found: behind the last sample there may have been more steps. */
  get reach() {
    const { story, row } = this.now;
    return story && row === story.steps.length - 1 ? Math.max(this.step, story.lastStep) : this.step;
  }

  /** Whether more will come. */
  get isRunning() {
    return this.now.story?.status === 'running';
  }

  /** @param {RunStory} story */
  tell(story) {
    const before = this.now.story;
    if (before?.layers.length !== story.layers.length || before.generation !== story.generation) this.places = new RunPlaces(this.doc, story.layers);
    const last = story.steps.length - 1;
    let row = this.now.live ? last : Math.min(Math.max(this.now.row, 0), last);
    if (this.wanted !== null && last >= 0) {
      row = nearestRow(story.steps, this.wanted);
      this.wanted = null;
    }
    this.set({ story, row, fault: '' });
  }

  /** Show a sampled step; nothing newer is followed from then on. @param {number} row */
  show(row) {
    const last = (this.now.story?.steps.length ?? 0) - 1;
    this.set({ row: Math.max(Math.min(row, last), Math.min(0, last)), live: false });
  }

  /** Show the sampled step nearest to a step. @param {number} step */
  showStep(step) {
    if (this.story.steps.length > 0) this.show(nearestRow(this.story.steps, step));
  }

  /** Show the first sampled step in which something that happened in a step can be seen. @param {number} step */
  showSince(step) {
    const { steps } = this.story;
    const row = rowAt(steps, step);
    this.show(steps[row] < step ? row + 1 : row);
  }

  /** @param {boolean} live */
  follow(live) {
    this.set({ live, playing: false, row: live ? (this.now.story?.steps.length ?? 0) - 1 : this.now.row });
  }
}

/** "epoch 3", counted from 1 as Keras prints it; "" where no epoch ended. @param {RunStory} story @param {number} step */
export function epochAt(story, step) {
  const { epochs } = story;
  if (epochs.length === 0) return '';
  const end = epochs.find((each) => each.step >= step);
  return say('epoch {n}', { n: end ? end.epoch + 1 : epochs[epochs.length - 1].epoch + 2 });
}
