/** Searching: the field, the list of all results, the commands. */

import { Finder } from './finder.mjs';
import { ResultsPane } from './results_pane.mjs';
import { SearchBox } from './search_box.mjs';

/** @import {Page} from './wiring.mjs' */

/** @param {Page} page @returns {SearchBox} */
export function connectSearch(page) {
  const { state, controller, commands, dock } = page;
  const finder = new Finder(state, (item) => controller.reveal(item));
  const box = new SearchBox(state, finder, () => dock.show('results', { focus: true }));
  new ResultsPane(page, finder);
  const available = () => state.now.hits.size > 0;
  commands.add(
    { id: 'find-next', label: 'Next found node', group: 'Go to', keys: ['n'], available, run: () => finder.step(1) },
    { id: 'find-before', label: 'Previous found node', group: 'Go to', keys: ['Shift+N'], available, run: () => finder.step(-1) },
    { id: 'find-filter', label: 'Fade what was not found, or mark what was', group: 'View', keys: ['Shift+F'], available, run: () => state.set({ finding: state.now.finding === 'filter' ? 'highlight' : 'filter' }) },
    { id: 'find-list', label: 'List all search results', group: 'Go to', available, run: () => dock.show('results', { focus: true }) },
  );
  return box;
}
