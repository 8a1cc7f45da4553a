/** Values of overlays that come after the document: counted by the server when asked for, or from a user's file. */

import { say } from '../core/language.mjs';
import { addNodeData } from '../core/node_data.mjs';
import { showNotes } from './notes.mjs';

/**
 * @import {Overlay} from '../core/document.mjs'
 * @import {Page} from './wiring.mjs'
 */

/** Bytes; more than the values of any model that the page can show. */
const LARGEST_FILE = 64 * 2 ** 20;

/** Fetch what is shown and not there yet. @param {Page} page @param {(error: unknown) => void} report */
export function connectLaterValues({ state, host }, report) {
  if (!host.hasServer) {
    // Nobody can count them.
    state.on(['doc'], ({ doc }) => doc?.overlays.forEach((overlay) => (overlay.absent ||= overlay.later && !doc.values[overlay.name])));
    return;
  }
  /** names on their way @type {Set<string>} */
  const coming = new Set();
  state.on(['doc', 'overlay'], ({ doc, overlay: name }) => {
    const overlay = doc?.overlays.find((each) => each.name === name);
    if (!doc || !overlay?.later || doc.values[name] || coming.has(name)) return;
    coming.add(name);
    fetchValues(overlay).then((values) => {
      if (state.now.doc !== doc) return;
      doc.values[name] = values;
      state.set({ painted: state.now.painted + 1 });
    }).catch((error) => {
      if (state.now.overlay === name) state.set({ overlay: 'type' });
      report(error);
    }).finally(() => coming.delete(name));
  });
}

/** @param {Overlay} overlay */
async function fetchValues({ name }) {
  const response = await fetch(`overlays/${encodeURIComponent(name)}.json`);
  if (!response.ok) throw new Error(say('The server answered {status} when asked for the overlay.', { status: response.status }));
  const { values } = await response.json();
  return Float64Array.from(values, (value) => value ?? NaN);
}

/**
 * Colour the graph by the values in a file.
 * @param {Page} page @param {File} file
 * @throws {Error} when it holds no values of nodes
 */
export async function openOverlayFile({ state, controller }, file) {
  if (!state.now.doc) return;
  if (file.size > LARGEST_FILE) throw new Error(say('{name} is larger than 64 MiB.', { name: file.name }));
  const { doc } = state;
  const [name] = addNodeData(doc, parse(await file.text(), file.name), file.name);
  showNotes(doc, (item) => void controller.reveal(item));
  state.set({ overlay: name, painted: state.now.painted + 1 });
}

/** Whether a file seems to hold values of nodes; one of another kind is read elsewhere. @param {File} file */
export async function holdsValues(file) {
  return /\.json$/i.test(file.name) && file.size <= LARGEST_FILE && looksLikeValues(await file.text());
}

/** Whether a text may hold values of nodes: cheap, it is not parsed. @param {string} text */
export function looksLikeValues(text) {
  return /^\s*\{/.test(text) && /"(values|results)"\s*:\s*\{/.test(text) && !/"format"\s*:\s*"graphscope/.test(text.slice(0, 400));
}

/** @param {string} text @param {string} name */
function parse(text, name) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(say('{name} is no JSON: {reason}', { name, reason: error instanceof Error ? error.message : String(error) }), { cause: error });
  }
}
