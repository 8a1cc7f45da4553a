/** The header: name and counts of the model, buttons of the view, overlays. */

import { say } from '../core/language.mjs';
import { showCode } from './code_badge.mjs';
import { describeCounts } from './describe.mjs';
import { byId, setText } from './dom.mjs';
import { listenToRadios, markRadios } from './keyboard.mjs';
import { withKey } from './key_caps.mjs';
import { connectLanguage } from './language_choice.mjs';
import { showNotes } from './notes.mjs';
import { connectPopover } from './popover.mjs';
import { connectTheme } from './theme_choice.mjs';

/**
 * @import {State, PageState} from './state.mjs'
 * @import {Page} from './wiring.mjs'
 * @import {Commands} from './commands.mjs'
 */

/** @param {Page} page */
export function connectHeader(page) {
  const { state, controller } = page;
  state.on(['doc'], ({ doc }) => {
    if (!doc) return;
    document.title = `${doc.title} · graphscope`;
    setText(byId('model-name'), doc.title);
    byId('model-name').title = [doc.title, doc.subtitle].join(' · ');
    setText(byId('model-counts'), describeCounts(doc));
    showCode(doc, controller);
    showNotes(doc, (item) => void controller.reveal(item));
  });
  connectOverlayButtons(state);
  connectTheme(page);
  connectLanguage(page);
  connectPopover(byId('appearance-button'), byId('appearance-popover'));
  connectPopover(byId('share-button'), byId('share-popover'));
  state.on(['direction'], (now) => markDirection(now));
  markDirection(state.now);
}

/**
 * Buttons that name a command run it and tell its key. To be called when all commands are known; buttons that come
 * later work too.
 * @param {Commands} commands
 */
export function connectCommandButtons(commands) {
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? /** @type {HTMLElement|null} */ (event.target.closest('[data-command]')) : null;
    if (button?.dataset.command) void commands.run(button.dataset.command);
  });
  for (const element of document.querySelectorAll('[data-command]')) {
    const button = /** @type {HTMLElement} */ (element);
    const command = commands.byId.get(button.dataset.command ?? '');
    const label = button.getAttribute('aria-label');
    if (command && label) button.title = withKey(command, label);
  }
}

/** @param {PageState} now */
function markDirection(now) {
  const right = now.direction === 'right';
  byId('direction').setAttribute('aria-label', say(right ? 'Top to bottom' : 'Left to right'));
  byId('direction').classList.toggle('turned', right);
}

/** @param {State} state */
function connectOverlayButtons(state) {
  const group = byId('overlays');
  listenToRadios(group, (button) => state.set({ overlay: button.dataset.overlay ?? 'type' }));
  const mark = () => markRadios(group, (button) => button.dataset.overlay === state.now.overlay);
  state.on(['overlay'], mark);
  mark();
}
