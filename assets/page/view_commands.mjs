/** The commands of the picture itself: moving, zooming, opening, selecting, colouring. */

import { moveOfKey } from './geometry.mjs';
import { ZOOM_STEP } from './viewport.mjs';

/**
 * @import {Page} from './wiring.mjs'
 * @import {SearchBox} from './search_box.mjs'
 * @import {Command} from './commands.mjs'
 */

/** @type {[string, string][]} */
const ARROWS = [['ArrowDown', 'down'], ['ArrowUp', 'up'], ['ArrowLeft', 'left'], ['ArrowRight', 'right']];

/** @param {Page} page @param {SearchBox} search */
export function addViewCommands({ state, stage, controller, commands }, search) {
  const available = () => state.now.scene !== null;
  const turn = () => controller.setDirection(state.now.direction === 'down' ? 'right' : 'down');
  const clear = () => {
    search.clear();
    state.set({ trace: null, edge: null });
    return controller.choose(-1);
  };
  const toggle = () => controller.toggleSelected();
  /** @type {Command[]} */
  const list = [
    { id: 'search', label: 'Search', group: 'Go to', keys: ['/'], run: () => search.focus() },
    { id: 'show-mark', label: 'Go to what is diagnosed', group: 'Go to', keys: ['.'], available: () => available() && state.doc.marks.length > 0, run: () => controller.showMark() },
    { id: 'fit', label: 'Fit to window', group: 'View', keys: ['f'], available, run: () => stage.fit() },
    { id: 'zoom-in', label: 'Zoom in', group: 'View', keys: ['+', '='], available, run: () => stage.zoomStep(ZOOM_STEP) },
    { id: 'zoom-out', label: 'Zoom out', group: 'View', keys: ['-'], available, run: () => stage.zoomStep(1 / ZOOM_STEP) },
    { id: 'toggle', label: 'Open or close a scope', group: 'View', keys: ['e'], available, run: toggle },
    { id: 'toggle-here', label: 'Open or close the selected scope', group: 'View', keys: ['Enter'], where: 'canvas', available, run: toggle },
    { id: 'expand-all', label: 'Expand all', group: 'View', keys: ['Shift+E'], available, run: () => controller.expandAll() },
    { id: 'collapse-all', label: 'Collapse all', group: 'View', keys: ['Shift+C'], available, run: () => controller.collapseAll() },
    { id: 'direction', label: 'Change the direction of the flow', group: 'View', available, run: turn },
    { id: 'next-overlay', label: 'Next overlay', group: 'Overlay', keys: ['o'], available, run: () => controller.nextOverlay() },
    { id: 'clear', label: 'Clear selection and search', group: 'Select', keys: ['Escape'], available, run: clear },
    ...ARROWS.map(([key, name]) => arrowCommand(key, name)),
  ];
  commands.add(...list);

  /** @param {string} key @param {string} name @returns {Command} */
  function arrowCommand(key, name) {
    const run = () => {
      const move = moveOfKey(key, state.now.direction);
      return move ? controller.step(move) : undefined;
    };
    return { id: `step-${name}`, label: `Follow the edges: ${name}`, group: 'Select', keys: [key], where: 'canvas', available, run };
  }
}
