/**
 * How much detail a moving picture has. On a machine that cannot draw all of it sixty times a second, small things
 * wait until the picture stands still; what moves stays smooth. Pure but for the clock that it is told.
 */

/** ms: frames further apart than this do not belong to one movement. */
const PAUSE = 120;
/** ms between frames: above the first some was too much, below the second more is possible. */
const SLOW = 22;
const FAST = 18;
const COARSER = 1.3;
const FINER = 1.02;
/** Thresholds of size grow at most this much. */
const COARSEST = 3;

export class Detail {
  constructor() {
    /** what sizes must be multiplied with to be drawn; 1 = everything */
    this.threshold = 1;
    this.last = -Infinity;
  }

  /** Ms after the last frame of a movement when the rest is to be drawn. */
  get pause() {
    return PAUSE;
  }

  /**
   * @param {number} time  ms, of the frame that is to be drawn
   * @returns {number} the factor for thresholds in this frame
   */
  next(time) {
    const interval = time - this.last;
    this.last = time;
    if (!(interval < PAUSE)) return 1;
    if (interval > SLOW) this.threshold = Math.min(COARSEST, this.threshold * COARSER);
    else if (interval < FAST) this.threshold = Math.max(1, this.threshold / FINER);
    return this.threshold;
  }
}
