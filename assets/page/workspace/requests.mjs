/** Requests to the routes of the workspace. */

/**
 * @import {Answer} from './news.mjs'
 *
 * @typedef {{error?: string, remedy?: string, key?: string, title?: string, href?: string}} Told
 */

export class Requests {
  /** @param {string} routes  relative to the page, with a slash at the end */
  constructor(routes) {
    this.routes = routes;
    /** @type {AbortController|null} */
    this.waiting = null;
    // A browser opens six connections to a server, for all its tabs: one that nobody sees keeps none.
    document.addEventListener('visibilitychange', () => document.hidden && this.waiting?.abort());
  }

  /** @param {string} query @returns {Promise<Answer>} */
  async ask(query) {
    this.waiting = new AbortController();
    const answer = await fetch(`${this.routes}state.json?${query}`, { credentials: 'same-origin', cache: 'no-store', signal: this.waiting.signal });
    return { status: answer.status, state: answer.ok ? await answer.json() : null };
  }

  /** @param {string} route @param {object} body @returns {Promise<Told>} */
  post(route, body) {
    return this.send(route, JSON.stringify(body), 'application/json');
  }

  /** @param {File} file @param {string} model  the key of the page's model @returns {Promise<Told>} */
  upload(file, model) {
    return this.send(`upload?${new URLSearchParams({ name: file.name, model })}`, file, 'application/octet-stream');
  }

  /** @param {string} route @param {BodyInit} body @param {string} type @returns {Promise<Told>} */
  async send(route, body, type) {
    const answer = await fetch(this.routes + route, { method: 'POST', credentials: 'same-origin', headers: { 'Content-Type': type }, body });
    return answer.json();
  }
}

/** Resolves while the page can be seen. @returns {Promise<void>} */
export function awake() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    document.addEventListener('visibilitychange', function listener() {
      if (document.hidden) return;
      document.removeEventListener('visibilitychange', listener);
      resolve();
    });
  });
}

/** @param {number} ms @returns {Promise<void>} */
export function sleep(ms) {
  return new Promise((resolve) => window.setTimeout(resolve, ms));
}
