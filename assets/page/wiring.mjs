/** Connects the elements of index.html with what they do. */

import { connectAnnouncer } from './announce.mjs';
import { connectCanvas } from './canvas_input.mjs';
import { connectCheatSheet } from './cheat_sheet.mjs';
import { connectConsistency } from './consistency_pane.mjs';
import { connectDiagnosis } from './diagnosis.mjs';
import { connectDock } from './dock.mjs';
import { byId, setText } from './dom.mjs';
import { endsOf } from './edge_facts.mjs';
import { connectEdges } from './edge_selection.mjs';
import { connectFading } from './fading.mjs';
import { connectFlowTable } from './flow_table.mjs';
import { connectCommandButtons, connectHeader } from './header.mjs';
import { connectHistory } from './history.mjs';
import { Minimap } from './minimap.mjs';
import { Outline } from './outline.mjs';
import { connectOverlays } from './overlays.mjs';
import { listenToPanels } from './panels.mjs';
import { connectPalette } from './palette.mjs';
import { connectRun } from './run_page.mjs';
import { connectSearch } from './search.mjs';
import { listenToLinks } from './selection_link.mjs';
import { connectPicture } from './share_menu.mjs';
import { connectViews } from './share_views.mjs';
import { connectSplitView } from './split_view.mjs';
import { connectTracing } from './tracing.mjs';
import { connectWorkspace } from './workspace/workspace.mjs';
import { addViewCommands } from './view_commands.mjs';
import { connectWeights } from './weights_pane.mjs';

/**
 * @import {State} from './state.mjs'
 * @import {Stage} from './stage.mjs'
 * @import {Controller} from './controller.mjs'
 * @import {Colours} from './colours.mjs'
 * @import {Commands} from './commands.mjs'
 * @import {Dock} from './dock.mjs'
 *
 * @typedef {object} Page
 * @property {import('./host.mjs').Host} host  what the surroundings can do
 * @property {State} state
 * @property {Stage} stage
 * @property {Controller} controller
 * @property {Commands} commands  everything that a user can do
 * @property {Dock} dock  the panel below the graph
 * @property {() => Colours} coloursNow
 * @property {import('./address.mjs').AddressState} address  as the page was opened
 */

const LEGEND_AIR = 6;

/** @param {Page} page */
export function connectPage(page) {
  const { state, stage, controller } = page;
  new Outline(state, { select: (item) => void controller.reveal(item), toggle: (item) => void controller.toggle(item) });
  connectHeader(page);
  connectZoom(stage);
  connectCanvas({ state, stage, controller, element: byId('stage'), card: byId('tooltip') });
  addViewCommands(page, connectSearch(page));
  connectTracing(page);
  connectFading(state);
  connectEdges(page);
  connectDock(page);
  connectFlowTable(page);
  connectSplitView(page);
  connectConsistency(page);
  connectWeights(page);
  connectCheatSheet(page);
  connectPalette(page);
  connectPicture(page);
  connectViews(page);
  connectSelection(page);
  connectHistory(page);
  connectAnnouncer(page);
  connectDiagnosis(state, controller);
  connectRun(page);
  connectOverlays(page);
  connectWorkspace(page);
  stage.card = placeOfLegend;
  const minimap = new Minimap(byId('minimap'), stage, page.coloursNow);
  stage.followers.push((picture) => minimap.draw(picture));
  state.on(['selected', 'hovered', 'edge', 'hoveredEdge', 'hits', 'kept', 'trace', 'overlay', 'scaleMode', 'theme', 'diagnosis', 'painted', 'pins'], () => stage.requestDraw());
  listenToPanels();
  connectCommandButtons(page.commands);
  page.commands.listen(document, stage.canvas);
}

/** With some air around it. */
function placeOfLegend() {
  const { offsetLeft, offsetTop, offsetWidth, offsetHeight, hidden } = byId('legend');
  return hidden ? null : { x: 0, y: offsetTop - LEGEND_AIR, width: offsetLeft + offsetWidth + LEGEND_AIR, height: offsetHeight + 2 * LEGEND_AIR };
}

/** @param {Stage} stage */
function connectZoom(stage) {
  byId('zoom-level').addEventListener('click', () => void stage.zoomStep(1 / stage.camera.scale));
  const level = byId('zoom-level');
  stage.followers.push(({ camera }) => setText(level, `${percent(camera.scale)} %`));
}

/** @param {number} scale */
function percent(scale) {
  return scale < 0.1 ? (scale * 100).toFixed(1) : String(Math.round(scale * 100));
}

/** The selection goes to the panels. @param {Page} page */
function connectSelection(page) {
  const { host, state, controller } = page;
  const link = host.linkPanels(page);
  listenToLinks((id) => {
    const item = state.now.doc ? state.doc.indexOf(id) : -1;
    if (item >= 0) void controller.reveal(item);
  });
  state.on(['selected', 'edge'], ({ selected, edge, doc }) => link.send(doc && edge ? endsOf(doc, edge) : doc && selected >= 0 ? doc.id(selected) : null));
}
