/** What stands above everything: where the runs are, how many, whether the server answers, and what to do without runs. */

import { byId, make, setText } from '../page/dom.mjs';
import { openFloating } from './floating.mjs';
import { count } from './format.mjs';

/** @import {LivePage, LiveState} from './types.mjs' */

const SNIPPET = ['import graphscope', '', 'model.fit(', '    x, y,', '    callbacks=[graphscope.Monitor("runs/exp1")],', ')'].join('\n');

/** @param {LivePage} now */
export function showHeader({ live }) {
  if (!live) return;
  const folder = lastPart(live.root);
  setText(byId('root'), folder);
  byId('root').title = `The runs are in ${live.root}`;
  const running = live.runs.filter((run) => run.status === 'running').length;
  setText(byId('counts'), [live.runs.length ? count(live.runs.length, 'run') : '', running ? `${running} running` : '', live.reading ? 'reading more' : ''].filter((part) => part !== '').join(' · '));
  document.title = `${running ? '● ' : ''}${folder} · graphscope`;
  const notes = notesOf(live);
  byId('notes-button').hidden = notes.length === 0;
  setText(byId('notes-button'), count(notes.length, 'note'));
}

/** The folder's own name; its whole address is in the tooltip. @param {string} root */
function lastPart(root) {
  return root.replace(/[\\/]+$/, '').split(/[\\/]/).pop() || root;
}

/** @param {LiveState} live */
function notesOf(live) {
  const ofRuns = live.runs.flatMap((run) => [
    ...run.notes.map((text) => ({ name: run.name, text })),
    ...(run.status_text ? [{ name: run.name, text: run.status_text }] : []),
  ]);
  return [...live.notes.map((text) => ({ name: live.root, text })), ...ofRuns];
}

/** @param {LiveState} live */
export function openNotes(live) {
  const items = notesOf(live).map(({ name, text }) => make('div', { class: 'note' }, make('b', { text: name }), make('span', { text })));
  openFloating(byId('notes-button'), items, { label: 'Notes', kind: 'list' });
}

/** @param {LivePage} now */
export function showConnection({ connection, lastNews, live }) {
  const banner = byId('banner');
  banner.hidden = connection === 'live' || connection === 'starting';
  if (connection === 'refused') setText(byId('banner-text'), 'This page is no longer allowed to ask: open the link that graphscope watch printed last.');
  if (connection === 'stopped') {
    const since = lastNews ? ` What you see is as of ${new Date(lastNews).toLocaleTimeString('en-GB')}.` : '';
    setText(byId('banner-text'), `The server has stopped.${since} Start “graphscope watch ${live?.root ?? ''}” again and open the link that it prints.`);
  }
  const pulse = byId('pulse');
  pulse.dataset.connection = connection;
  setText(pulse, { starting: 'Connecting', live: 'Live', stopped: 'Stopped', refused: 'Refused' }[connection]);
}

/** @param {LivePage} now @param {number} cards */
export function showWelcome({ live, metricFind }, cards) {
  const isEmpty = live !== null && live.runs.length === 0 && !live.reading;
  byId('welcome').hidden = !isEmpty;
  byId('live').classList.toggle('no-runs', isEmpty);
  setText(byId('welcome-root'), live?.root ?? '');
  setText(byId('snippet'), SNIPPET);
  const note = byId('no-metrics');
  note.hidden = live === null || isEmpty || cards > 0;
  setText(note, live?.reading ? 'The runs are being read.' : metricFind ? `No metric fits “${metricFind}”.` : 'The runs have logged nothing yet.');
}

export function connectCopy() {
  const button = byId('copy');
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(SNIPPET);
      setText(button, 'Copied');
    } catch {
      getSelection()?.selectAllChildren(byId('snippet')); // not allowed here: selected at least, for Ctrl-C
      setText(button, 'Press Ctrl+C');
    }
  });
}
