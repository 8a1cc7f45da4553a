/** The page of a diagnosis: its panel beside the details, and the choice among several diagnoses. */

import { byId } from './dom.mjs';
import { listenToRadios } from './keyboard.mjs';
import { openDetails } from './panels.mjs';
import { SelectionLink } from './selection_link.mjs';

/**
 * @import {State} from './state.mjs'
 * @import {Controller} from './controller.mjs'
 */

/** @param {State} state @param {Controller} controller */
export function connectDiagnosis(state, controller) {
  state.on(['doc'], ({ doc }) => {
    if (doc && doc.marks.length > 0) start(state, controller);
  });
}

/** @param {State} state @param {Controller} controller */
function start(state, controller) {
  const details = byId('details');
  byId('shell').classList.add('debugging');
  openDetails();
  byId('panel-tabs').hidden = false;
  const link = new SelectionLink(details, 'diagnosis');
  showTab('diagnosis');
  listenToRadios(byId('panel-tabs'), (tab) => showTab(tab.dataset.tab ?? 'diagnosis'));
  details.addEventListener('click', (/** @type {MouseEvent} */ event) => {
    const button = event.target instanceof Element ? /** @type {HTMLElement|null} */ (event.target.closest('[data-diagnosis]')) : null;
    if (button) void controller.diagnose(Number(button.dataset.diagnosis));
  });
  state.on(['diagnosis'], ({ diagnosis }) => link.send(diagnosis));
  followSelection(state);
}

/**
 * Who selects in the picture wants the details; who follows a link of the diagnosis goes on reading it.
 * @param {State} state
 */
function followSelection(state) {
  let isReading = false;
  for (const kind of ['pointerdown', 'keydown']) {
    const note = (/** @type {Event} */ event) => {
      isReading = event.target instanceof Element && event.target.closest('#diagnosis-content') !== null;
    };
    document.addEventListener(kind, note, { capture: true });
  }
  state.on(['selected'], ({ selected }) => {
    if (!isReading) showTab(selected > 0 ? 'details' : 'diagnosis');
  });
}

/** @param {string} name */
export function showTab(name) {
  const details = byId('details');
  if (details.dataset.tab !== name) details.scrollTop = 0;
  details.dataset.tab = name;
  for (const tab of byId('panel-tabs').querySelectorAll('[role=tab]')) {
    const chosen = tab.dataset.tab === name;
    tab.setAttribute('aria-selected', String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
  }
}
