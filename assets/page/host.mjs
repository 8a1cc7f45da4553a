/**
 * What surrounds the page: our server, or nothing but the file that the page was opened from. Features that need the
 * server look at `page.host.hasServer` and hide themselves without one.
 */

import { fileHost, isFile } from '../offline/file_host.mjs';
import { byId } from './dom.mjs';
import { fetchDocument } from './loader.mjs';
import { SelectionLink } from './selection_link.mjs';
import { startDash } from './start_dash.mjs';

/**
 * @import {Page} from './wiring.mjs'
 * @import {WorkerLike} from './layout_client.mjs'
 *
 * @typedef {object} PanelLink  carries the selection to what fills the details panel
 * @property {(data: any) => void} send  the id of an item, the ends of an edge (`endsOf`), or null
 *
 * @typedef {object} Host
 * @property {boolean} hasServer
 * @property {boolean} hasAddress  whether the view may be written into the address
 * @property {() => string} address  the view at first, as in the hash of an address
 * @property {() => Promise<string>} document  the text of the drawing document
 * @property {() => WorkerLike} worker  a new layout worker
 * @property {(page: Page) => PanelLink} linkPanels
 * @property {() => Promise<void>|void} afterFirstPicture  starts what the first picture need not wait for
 */

/** @returns {Host} */
export function findHost() {
  return isFile() ? fileHost() : serverHost();
}

/** @returns {Host} */
function serverHost() {
  return {
    hasServer: true,
    hasAddress: true,
    address: () => location.hash,
    document: fetchDocument,
    worker: () => new Worker(byId('page-script').dataset.worker, { type: 'module' }),
    linkPanels: () => new SelectionLink(byId('details'), 'selection'),
    afterFirstPicture: startDash,
  };
}
