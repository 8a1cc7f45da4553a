/** Opens files that were chosen or dropped, one after another, and tells what became of them. */

import { say } from '../../core/language.mjs';
import { refusalOf } from './file_check.mjs';

/**
 * @import {Requests, Told} from './requests.mjs'
 * @import {Banner} from './banner.mjs'
 * @import {News} from './news.mjs'
 */

export class Opening {
  /** @param {News} news @param {Requests} requests @param {Banner} banner @param {string} top  the way to the first model */
  constructor(news, requests, banner, top) {
    this.news = news;
    this.requests = requests;
    this.banner = banner;
    this.top = top;
    /** @type {Promise<void>} */
    this.queue = Promise.resolve();
  }

  /** @param {File[]} files */
  upload(files) {
    const { state } = this.news;
    if (!state || files.length === 0) return;
    const refused = files.map((file) => refusalOf(file, state)).filter(Boolean);
    const sent = files.filter((file) => refusalOf(file, state) === '');
    const jobs = sent.map((file) => ({ name: file.name, send: () => this.requests.upload(file, this.news.model) }));
    this.queue = this.queue.then(() => this.work(jobs, refused));
  }

  /** @param {{id: string, name: string}} row */
  reopen({ id, name }) {
    this.queue = this.queue.then(() => this.work([{ name, send: () => this.requests.post('reopen', { id }) }], []));
  }

  /** @param {{name: string, send: () => Promise<Told>}[]} jobs @param {string[]} faults  what is known to be wrong already */
  async work(jobs, faults) {
    /** @type {string[]} */
    const opened = [];
    for (const { name, send } of jobs) {
      this.banner.show({ text: say('Reading {name} …', { name }) });
      const told = await send().catch(() => ({ error: say('{name} could not be sent.', { name }), remedy: '' }));
      if (told.error) faults.push([told.error, told.remedy].filter(Boolean).join(' '));
      else if ('href' in told && told.href !== undefined) opened.push(told.href);
    }
    this.banner.show(faults.length > 0 ? { text: say('What could not be opened'), details: faults, closable: true } : null);
    // One model is shown at once; of several the user chooses.
    if (faults.length === 0 && opened.length === 1) location.assign(this.top + opened[0]);
  }
}
