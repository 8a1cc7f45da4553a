/** Texts that lie in the page as gzip bytes in base64: a fifth of their size, and no HTML that could be cut short. */

import { byId } from '../page/dom.mjs';

/** @param {string} id  of the element that holds it @returns {Promise<string>} */
export function openBlock(id) {
  return unpack(byId(id).textContent);
}

/** @param {string} block  base64 of gzip bytes @returns {Promise<string>} */
export async function unpack(block) {
  const bytes = Uint8Array.from(atob(block.trim()), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).text();
}
