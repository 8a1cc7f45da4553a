/** Starts the page: connects the parts, loads the graph, draws. */

import './language_choice.mjs';
import { readDocument } from '../core/document.mjs';
import { say } from '../core/language.mjs';
import { readAddress } from './address.mjs';
import { makeApi } from './api.mjs';
import { applyTheme, Colours } from './colours.mjs';
import { Commands } from './commands.mjs';
import { Controller } from './controller.mjs';
import { Dock } from './dock.mjs';
import { byId } from './dom.mjs';
import { prepareFirstPicture } from './first_picture.mjs';
import { findHost } from './host.mjs';
import { LayoutClient } from './layout_client.mjs';
import { showError, showMessage } from './loader.mjs';
import { paintPicture } from './paint.mjs';
import { Stage } from './stage.mjs';
import { RUN_OVERLAY } from './run_page.mjs';
import { initialState, State } from './state.mjs';
import { readThemeChoice } from './theme_choice.mjs';
import { openOfView, showRest } from './view.mjs';
import { connectPage } from './wiring.mjs';

const host = findHost();
const address = readAddress(host.address());
const state = new State({
  ...initialState(),
  overlay: address.overlay ?? 'type',
  step: address.step ?? null,
  theme: document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light',
  themeChoice: readThemeChoice(document.documentElement.dataset.themeChoice),
  direction: address.direction === 'right' ? 'right' : 'down',
});

applyTheme(state.now.theme);
// The worker starts while the graph is on its way.
const layout = new LayoutClient(host.worker());

/** @type {Colours|null} */
let colours = null;
const coloursNow = () => (colours ??= new Colours(state.doc, state.now.theme, state.now.overlay, state.now.scaleMode));
state.on(['doc', 'theme', 'overlay', 'scaleMode', 'diagnosis', 'painted'], () => (colours = null));

const stage = new Stage(state, byId('canvas'), (context, picture) => paintPicture(context, picture, state.now, coloursNow()), showError);
const controller = new Controller(state, stage, layout, showError);
const api = makeApi(state, controller, stage);
/** @type {any} */ (window).graphscope = api;
const page = { host, state, stage, controller, commands: new Commands(), dock: new Dock(byId('dock'), byId('shell')), coloursNow, address };
connectPage(page);
start().catch(showError).finally(host.afterFirstPicture);

async function start() {
  const fonts = Promise.all(['600 12px Inter', '400 10px Inter', '400 10px "JetBrains Mono"'].map((font) => document.fonts.load(font)));
  const text = await host.document();
  layout.sendDocument(text).catch(showError);
  const doc = readDocument(JSON.parse(text));
  layout.use(doc);
  const open = openOfView(doc, address);
  const coming = layout.layOut({ open, direction: state.now.direction });
  if (doc.run && !address.overlay) state.set({ overlay: RUN_OVERLAY });
  if (!doc.overlays.some((overlay) => overlay.name === state.now.overlay)) state.set({ overlay: 'type' });
  state.set({ doc, open });
  prepareFirstPicture(doc, open);
  const scene = await coming;
  state.set({ scene });
  byId('skeleton').hidden = true;
  if (doc.n === 1) sayEmpty(doc.marks.length > 0);
  await stage.start(scene);
  Object.assign(api, { ready: true, nodes: doc.totals.nodes ?? doc.n, edges: doc.totals.edges ?? doc.edges.length });
  performance.mark('graphscope:drawn');
  // Text drawn before its font arrived is drawn again.
  fonts.then(() => stage.requestDraw(), () => undefined);
  await stage.withoutMotion(() => showRest(page, address));
  if (!address.camera && !address.selected) await stage.withoutMotion(() => controller.showMark());
}

/** @param {boolean} isDiagnosed  whether the panel says why */
function sayEmpty(isDiagnosed) {
  if (isDiagnosed) showMessage(say('Nothing can be shown'), [say('There is no layer to show; the reason stands under Diagnosis.')], true);
  else showMessage(say('This graph is empty'), [say('The model has no layer and no operation to show.')], true);
}
