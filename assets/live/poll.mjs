/** Asks the server for news, one question at a time, and goes on by itself when the server was away. */

/** @import {Connection, LiveState} from './types.mjs' */

const WAIT_SECONDS = 20;
/** A question that stays open longer than this has lost its server. */
const PATIENCE_MS = 1000 * (WAIT_SECONDS + 10);
const SHORTEST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8000;
/** Not more pictures than this are asked for, however fast a training is. */
const LEAST_GAP_MS = 60;

export class Poll {
  /** @param {(state: LiveState) => void} tellState @param {(connection: Connection) => void} tellConnection */
  constructor(tellState, tellConnection) {
    this.tellState = tellState;
    this.tellConnection = tellConnection;
    /** @type {number|string|null} */
    this.version = null;
    this.failures = 0;
    /** @type {(() => void)|null} */
    this.wake = null;
  }

  /** Never returns. */
  async start() {
    for (;;) {
      const began = performance.now();
      const pause = await this.ask();
      await this.rest(Math.max(pause, LEAST_GAP_MS - (performance.now() - began)));
    }
  }

  /** Ask at once instead of at the end of the pause. */
  retry() {
    this.wake?.();
  }

  /** @returns {Promise<number>} how long to wait before the next question, ms */
  async ask() {
    try {
      const response = await fetch(this.address(), { signal: AbortSignal.timeout(PATIENCE_MS), cache: 'no-store' });
      if (response.status === 401 || response.status === 403) return this.fail('refused');
      if (!response.ok) return this.fail('stopped');
      const state = response.status === 204 ? null : /** @type {LiveState} */ (await response.json());
      this.failures = 0;
      if (state) {
        this.version = state.version;
        this.tellState(state);
      }
      this.tellConnection('live');
      // So many pages wait already that the server answers at once.
      return 1000 * Number(response.headers.get('Retry-After') ?? 0);
    } catch {
      return this.fail('stopped'); // no answer: the banner says so, and the next question may be answered
    }
  }

  address() {
    const news = this.version === null ? '' : `?since=${encodeURIComponent(this.version)}&wait=${WAIT_SECONDS}`;
    return `live/state.json${news}`;
  }

  /** @param {Connection} connection */
  fail(connection) {
    this.tellConnection(connection);
    this.version = null; // a server that was started again counts anew
    const pause = Math.min(SHORTEST_PAUSE_MS * 2 ** this.failures, LONGEST_PAUSE_MS);
    this.failures++;
    return pause;
  }

  /** @param {number} milliseconds */
  rest(milliseconds) {
    if (milliseconds <= 0) return Promise.resolve();
    return new Promise((/** @type {(value?: undefined) => void} */ resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
