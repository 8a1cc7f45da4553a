/** What can be said of a file before it is sent. Pure. */

import { say } from '../../core/language.mjs';
import { formatBytes } from '../../core/numbers.mjs';

/**
 * @param {{name: string, size: number}} file
 * @param {{suffixes: string[], limit: number}} server
 * @returns {string} why the server would not take it, or ""
 */
export function refusalOf({ name, size }, { suffixes, limit }) {
  if (/\.py$/i.test(name)) return say('The page runs no programs. Open it on the command line: graphscope show {name}:make_model', { name });
  const lower = name.toLowerCase();
  if (!suffixes.some((suffix) => (suffix.startsWith('.') ? lower.endsWith(suffix) : lower.includes(`.${suffix}.`)))) {
    return say('{name} is no model that graphscope reads; it reads {suffixes}.', { name, suffixes: suffixes.join(', ') });
  }
  if (size > limit) {
    return say('{name} has {size}; the page takes at most {limit}. Open it on the command line: graphscope show {name}', { name, size: formatBytes(size), limit: formatBytes(limit) });
  }
  return size === 0 ? say('{name} is empty, or it is a folder.', { name }) : '';
}
