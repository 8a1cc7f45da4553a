/**
 * Several models on one server, and the connection to it: tabs, opening, news. Begins after the first picture.
 */

import { say } from '../../core/language.mjs';
import { byId } from '../dom.mjs';
import { takeValues } from '../overlays.mjs';
import { Banner } from './banner.mjs';
import { listenToDrops } from './dropping.mjs';
import { ModelTabs } from './model_tabs.mjs';
import { News } from './news.mjs';
import { OpenCard } from './open_card.mjs';
import { Opening } from './opening.mjs';
import { showNewest } from './reloading.mjs';
import { awake, Requests, sleep } from './requests.mjs';

/**
 * @import {Page} from '../wiring.mjs'
 * @import {Connection, WorkspaceState} from './news.mjs'
 * @import {Message} from './banner.mjs'
 */

/** @param {Page} page */
export function connectWorkspace(page) {
  const { workspace: routes, model, digest } = byId('page-script').dataset;
  if (!page.host.hasServer || !routes) return;
  const workspace = new Workspace(page, { routes, model, digest });
  let started = false;
  page.state.on(['scene'], () => {
    if (started) return;
    started = true;
    // Not before the first picture stands on the screen.
    void page.stage.drawn().then(() => workspace.start());
  });
}

class Workspace {
  /** @param {Page} page @param {{routes: string, model: string, digest: string}} place  as `graphscope/app/site.py` wrote it */
  constructor(page, { routes, model, digest }) {
    this.page = page;
    this.digest = digest;
    this.top = routes.replace(/workspace\/$/, '');
    this.requests = new Requests(routes);
    this.news = new News(model, this.top === './', { ask: (query) => this.requests.ask(query), sleep, awake }, (connection, state) => this.show(connection, state));
    this.status = new Banner(say('Close'));
    this.results = new Banner(say('Close'));
    this.opening = new Opening(this.news, this.requests, this.results, this.top);
    this.tabs = new ModelTabs(model, this.top, ({ key }) => void this.close(key));
    this.addCommands();
  }

  start() {
    this.card = new OpenCard(this.news.model, this.top, {
      upload: (files) => this.opening.upload(files),
      reopen: (row) => this.opening.reopen(row),
      forget: (row) => void this.forget(row?.id ?? null),
    });
    listenToDrops(say('Drop model files to open them'), (files) => void takeValues(this.page, files).then((others) => this.opening.upload(others)));
    void this.news.run();
  }

  addCommands() {
    const known = () => this.news.state !== null;
    const several = () => (this.news.state?.models.length ?? 0) > 1;
    const others = () => this.news.state?.models.filter(({ key }) => key !== this.news.model) ?? [];
    this.page.commands.add(
      { id: 'open-model', label: 'Open a model', group: 'Models', keys: ['Shift+O'], available: known, run: () => byId('open-button').click() },
      { id: 'next-model', label: 'Next model', group: 'Models', keys: ['Shift+M'], available: several, run: () => this.step(1) },
      { id: 'previous-model', label: 'Previous model', group: 'Models', available: several, run: () => this.step(-1) },
      { id: 'close-model', label: 'Close this model', group: 'Models', available: () => this.news.own()?.closable ?? false, run: () => this.close(this.news.model) },
      { id: 'compare-models', label: 'Compare with the next model', group: 'Models', available: () => (this.news.state?.compares ?? false) && others().length > 0, run: () => location.assign(`${this.top}compare/${others()[0].key}..${this.news.model}/`) },
    );
  }

  /** @param {number} by */
  step(by) {
    const models = this.news.state?.models ?? [];
    const at = models.findIndex(({ key }) => key === this.news.model);
    location.assign(this.top + models[(at + by + models.length) % models.length].href);
  }

  /** What the server answers; that it does not is told. @param {string} route @param {object} body @returns {Promise<object>} */
  async post(route, body) {
    try {
      return await this.requests.post(route, body);
    } catch {
      this.results.show({ text: say('The graphscope server does not answer.'), closable: true });
      return {};
    }
  }

  /** @param {string} key */
  async close(key) {
    const { closed } = /** @type {any} */ (await this.post('close', { key }));
    if (closed && key === this.news.model) location.assign(this.top || './');
  }

  /** @param {string|null} id */
  async forget(id) {
    const told = /** @type {any} */ (await this.post('forget', { id }));
    if (!told.recent || !this.news.state) return;
    this.news.state = { ...this.news.state, recent: told.recent };
    this.card?.show(this.news.state);
    byId('open-popover').focus(); // what had the focus may be gone
  }

  /** @param {Connection} connection @param {WorkspaceState|null} state */
  show(connection, state) {
    document.documentElement.dataset.connection = connection;
    this.status.show(this.messageOf(connection));
    if (connection !== 'connected' || !state) return;
    this.tabs.show(state);
    this.card?.show(state);
    if (state.digest !== null && state.digest !== this.digest) {
      this.news.over = true;
      showNewest(this.page);
    }
  }

  /** @param {Connection} connection @returns {Message|null} */
  messageOf(connection) {
    if (connection === 'gone') {
      return { text: say('The server does not answer'), details: [say('The graph stays; details and opening wait. The page goes on by itself when graphscope runs again on the same port.')] };
    }
    if (connection === 'stranger') {
      return { text: say('The server was started anew'), details: [say('Open the link that it printed; this page then goes on by itself.')] };
    }
    const own = this.news.own();
    if (!own) return { text: say('This model is no longer open'), link: { text: say('Go to the first model'), href: this.top || './' } };
    const { complaint } = own;
    return complaint && { text: say('The newest version cannot be shown; this is the one before'), details: [complaint.error, complaint.remedy] };
  }
}
