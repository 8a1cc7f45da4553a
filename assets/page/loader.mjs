/** Fetching the drawing document, and telling the truth when that fails. */

import { byId, make } from './dom.mjs';

export class LoadError extends Error {
  /** @param {string} message @param {string} remedy */
  constructor(message, remedy) {
    super(message);
    this.remedy = remedy;
  }
}

/** @returns {Promise<string>} the document's text @throws {LoadError} */
export function fetchDocument() {
  return fetchText('graph.json');
}

/** @param {string} address  relative, because the page may be mounted below a prefix @returns {Promise<string>} @throws {LoadError} */
export async function fetchText(address) {
  let answer;
  try {
    answer = await fetch(address, { credentials: 'same-origin' });
  } catch {
    throw new LoadError('The graphscope server does not answer.', 'It may have been stopped: look at the terminal it ran in, start it again and reload this page.');
  }
  if (answer.ok) return answer.text();
  throw explain(answer.status, await answer.text());
}

/** @param {number} status @param {string} body */
function explain(status, body) {
  if (status === 401 || status === 403) {
    return new LoadError('The server does not know this browser.', 'Open the link that graphscope printed in the terminal; it works once and lets this browser in.');
  }
  const told = readError(body);
  return new LoadError(told.error || `The server answered with status ${status}.`, told.remedy || 'The terminal in which graphscope runs says more.');
}

/** @param {string} body  JSON {"error", "remedy"}, or plain text @returns {{error: string, remedy: string}} */
function readError(body) {
  try {
    const told = JSON.parse(body);
    return { error: String(told.error ?? ''), remedy: String(told.remedy ?? '') };
  } catch {
    const isPage = body.trimStart().startsWith('<');
    return { error: isPage ? '' : body.slice(0, 500), remedy: '' };
  }
}

/** Show an error in the stage. @param {unknown} error */
export function showError(error) {
  byId('skeleton').hidden = true;
  const message = error instanceof Error ? error.message : String(error);
  const remedy = error instanceof LoadError ? error.remedy : 'Reload the page; if it happens again, please report it with the text above.';
  showMessage('The graph cannot be shown', [message, remedy], false);
}

/** @param {string} title @param {string[]} lines @param {boolean} calm */
export function showMessage(title, lines, calm) {
  const box = byId('message');
  box.className = calm ? 'message calm' : 'message';
  box.replaceChildren(make('h3', { text: title }), ...lines.map((text) => make('p', { text })));
  box.hidden = false;
}
