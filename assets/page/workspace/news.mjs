/**
 * Asks the server what is open, again and again: a question waits there until there is something new. Knows nothing
 * of the DOM.
 *
 * @typedef {{error: string, remedy: string}} Complaint
 * @typedef {{key: string, title: string, href: string, closable: boolean, complaint: Complaint|null}} ModelRow  href: relative to the top
 * @typedef {{id: string, name: string, folder: string}} RecentRow
 * @typedef {object} WorkspaceState  as `graphscope/app/workspace/routes.py` tells it
 * @property {string} instance   differs between two servers
 * @property {number} revision   of the newest change
 * @property {ModelRow[]} models
 * @property {string|null} digest  names the drawing of the model that asks; null when that is not open
 * @property {RecentRow[]} recent
 * @property {string[]} suffixes   of files that can be read; one without a dot is a mark in the middle of a name
 * @property {number} limit        bytes of an upload
 * @property {boolean} compares
 *
 * @typedef {'connected'|'gone'|'stranger'} Connection  stranger: the server does not know this browser
 * @typedef {{status: number, state: WorkspaceState|null}} Answer
 *
 * @typedef {object} Surroundings
 * @property {(query: string) => Promise<Answer>} ask  rejects when nobody answers
 * @property {(ms: number) => Promise<void>} sleep
 * @property {() => Promise<void>} awake  resolves while the page can be seen
 */

/** ms between two questions, should the server not let them wait. */
const PAUSE = 1000;
/** ms before a server that does not answer is asked again: soon at first, for it may just be started anew. */
const PATIENCE = [300, 500, 1000, 2000, 3000];

export class News {
  /**
   * @param {string} model  the key of the page's model; the page at the top shows what is first, also after a restart
   * @param {boolean} isFirst  whether that is the page
   * @param {Surroundings} surroundings
   * @param {(connection: Connection, state: WorkspaceState|null) => void} tell  is told each change of both
   */
  constructor(model, isFirst, surroundings, tell) {
    this.model = model;
    this.isFirst = isFirst;
    this.surroundings = surroundings;
    this.tell = tell;
    /** @type {WorkspaceState|null} */
    this.state = null;
    this.failures = 0;
    this.over = false;
  }

  async run() {
    while (!this.over) {
      await this.surroundings.awake();
      await this.surroundings.sleep(await this.once());
    }
  }

  /** Ask once. @returns {Promise<number>} ms until the next question */
  async once() {
    /** @type {Answer} */
    let answer;
    try {
      answer = await this.surroundings.ask(this.query());
    } catch (error) {
      if (error instanceof Error && error.name === 'AbortError') return 0; // the page was hidden
      return this.fail('gone');
    }
    if (answer.status === 401) return this.fail('stranger');
    if (!answer.state) return this.fail('gone');
    this.failures = 0;
    const known = this.state;
    this.state = answer.state;
    this.tell('connected', answer.state);
    return known?.revision === answer.state.revision && known.instance === answer.state.instance ? PAUSE : 0;
  }

  query() {
    const fields = new URLSearchParams(this.isFirst ? { model: this.model, place: 'first' } : { model: this.model });
    // After a failure the answer must not wait: that it comes is the news.
    if (this.state && this.failures === 0) {
      fields.set('since', String(this.state.revision));
      fields.set('instance', this.state.instance);
    }
    return fields.toString();
  }

  /** What is told of the page's model. */
  own() {
    return this.state?.models.find(({ key, href }) => (this.isFirst ? href === '' : key === this.model));
  }

  /** @param {Connection} why */
  fail(why) {
    this.failures += 1;
    // One missed answer is no news: a laptop that wakes up, a server that is busy.
    if (this.failures > 1) this.tell(why, this.state);
    return PATIENCE[Math.min(this.failures, PATIENCE.length) - 1];
  }
}
