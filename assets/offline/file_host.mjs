/** The page in a file of its own (`graphscope export MODEL -o model.html`): everything it needs lies in the file. */

import { byId } from '../page/dom.mjs';
import { EmbeddedCards } from './cards.mjs';
import { openBlock } from './blocks.mjs';
import { PatientWorker } from './patient_worker.mjs';

/** @import {Host} from '../page/host.mjs' */

const DOCUMENT = 'offline-document';

/** Whether this page is such a file. */
export function isFile() {
  return document.getElementById(DOCUMENT) !== null;
}

/** @returns {Host} */
export function fileHost() {
  return {
    hasServer: false,
    // The page of a frame in a notebook is no address that could be opened again.
    hasAddress: !isFrame(),
    address: () => location.hash || (document.documentElement.dataset.view ?? ''),
    document: () => openBlock(DOCUMENT),
    worker: () => new PatientWorker(() => new Worker(addressOfWorker())),
    linkPanels: (page) => new EmbeddedCards(byId('details-content'), page),
    afterFirstPicture: followLinksHere,
  };
}

/** In a frame without an address, a link to a place of the page would lead to the page around the frame. */
function followLinksHere() {
  if (!isFrame()) return;
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
    if (!link) return;
    event.preventDefault();
    byId((link.getAttribute('href') ?? '').slice(1)).focus();
  });
}

function isFrame() {
  return location.protocol === 'about:' || location.protocol === 'blob:';
}

let address = '';

/** Its script lies in the page; a worker wants an address. */
function addressOfWorker() {
  address ||= URL.createObjectURL(new Blob([byId('worker-script').textContent], { type: 'text/javascript' }));
  return address;
}
