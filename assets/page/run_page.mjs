/** A training on its graph: the parts of the page that show it, and how they hang together. */

import { say } from '../core/language.mjs';
import { showTab } from './diagnosis.mjs';
import { byId, setText } from './dom.mjs';
import { listenToRadios } from './keyboard.mjs';
import { RunBar } from './run_bar.mjs';
import { RunChooser } from './run_chooser.mjs';
import { RunClient } from './run_client.mjs';
import { RunPainter } from './run_painter.mjs';
import { RunPanel } from './run_panel.mjs';
import { RunState } from './run_state.mjs';

/**
 * @import {Doc} from '../core/document.mjs'
 * @import {Page} from './wiring.mjs'
 * @import {RunStory} from './run_client.mjs'
 */

/** What the graph is painted with at first. */
export const RUN_OVERLAY = 'gradient_norm';

/** How often the server is asked while a run goes on, and when it is over but may be taken up again. */
const POLL_MS = 700;
const IDLE_MS = 6000;

/** @param {Page} page */
export function connectRun(page) {
  page.state.on(['doc'], ({ doc }) => {
    if (doc?.run) start(page, doc);
  });
}

/** @param {Page} page @param {Doc} doc */
function start(page, doc) {
  const { state, controller } = page;
  const run = new RunState(doc, page.address.step ?? null);
  const client = new RunClient();
  const report = (/** @type {unknown} */ error) => run.set({ fault: error instanceof TypeError ? say('The graphscope server does not answer.') : String(error instanceof Error ? error.message : error) });
  showShell();
  const painter = new RunPainter(state, run, client, report);
  const chooser = new RunChooser(state);
  new RunPanel(state, run, client, report);
  const reveal = (/** @type {number} */ row) => {
    const item = row >= 0 ? run.places.itemOf(row) : -1;
    if (item > 0) void controller.reveal(item);
  };
  const bar = new RunBar(run, ({ step, row }) => {
    run.set({ playing: false });
    run.showSince(step);
    reveal(row);
  });
  byId('run-alerts').addEventListener('click', () => {
    void controller.choose(-1);
    showTab('training');
  });
  run.on(['story'], ({ story }) => {
    if (!story) return;
    showAlerts(story);
    chooser.offer(painter.offered());
    if (!page.address.overlay) chooseOverlay(page, painter.offered().map((overlay) => overlay.name), story);
  });
  addRunCommands(page.commands, run, bar);
  watch(run, client, report);
}

function showShell() {
  const shell = byId('shell');
  shell.classList.add('running');
  byId('panel-tabs').hidden = false;
  byId('tab-diagnosis').hidden = true;
  byId('tab-training').hidden = false;
  byId('run-content').classList.add('gs-panel');
  byId('run-content').hidden = false;
  showTab('training');
  listenToRadios(byId('panel-tabs'), (tab) => showTab(tab.dataset.tab ?? 'training'));
}

/** Where what is usually shown was not logged, something that was. @param {Page} page @param {string[]} offered @param {RunStory} story */
function chooseOverlay({ state }, offered, story) {
  const isUsual = state.now.overlay === RUN_OVERLAY;
  if (isUsual && !offered.includes(RUN_OVERLAY) && (story.steps.length > 0 || story.status !== 'running')) state.set({ overlay: offered[1] ?? offered[0] ?? 'type' });
}

/** @param {RunStory} story */
function showAlerts(story) {
  const [errors, warnings] = [0, 1].map((severity) => story.diagnoses.filter((each) => each.severity === severity).length);
  const text = [countOf(errors, '1 error', '{n} errors'), countOf(warnings, '1 warning', '{n} warnings')].filter(Boolean).join(' · ');
  const button = byId('run-alerts');
  button.hidden = text === '';
  button.classList.toggle('run-error', errors > 0);
  setText(button, text);
}

/** @param {number} n @param {string} one @param {string} many @returns {string} nothing for 0 */
function countOf(n, one, many) {
  return n === 0 ? '' : say(n === 1 ? one : many, { n });
}

/** @param {import('./commands.mjs').Commands} commands @param {RunState} run @param {RunBar} bar */
function addRunCommands(commands, run, bar) {
  const available = () => run.now.story !== null;
  commands.add(
    { id: 'run-earlier', label: 'Earlier sample', group: 'Training', keys: ['['], available, run: () => bar.move(-1) },
    { id: 'run-later', label: 'Later sample', group: 'Training', keys: [']'], available, run: () => bar.move(1) },
    { id: 'run-play', label: 'Play', group: 'Training', keys: ['p'], available, run: () => bar.toggle() },
    { id: 'run-live', label: 'Follow the newest step', group: 'Training', keys: ['l'], available, run: () => run.follow(!run.now.live) },
  );
}

/** Ask for news for as long as the page is open and can be seen. @param {RunState} run @param {RunClient} client @param {(error: unknown) => void} report */
function watch(run, client, report) {
  const ask = async () => {
    if (!document.hidden) {
      try {
        const story = await client.poll();
        if (story) run.tell(story);
        else if (run.now.fault) run.set({ fault: '' });
      } catch (error) {
        report(error);
      }
    }
    window.setTimeout(() => void ask(), run.isRunning ? POLL_MS : IDLE_MS);
  };
  void ask();
}
