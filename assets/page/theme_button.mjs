/** Dark or light: the button, and what the browser remembers. */

import { applyTheme } from './colours.mjs';
import { byId } from './dom.mjs';

/**
 * @import {State} from './state.mjs'
 * @import {Controller} from './controller.mjs'
 */

/** @param {State} state @param {Controller} controller */
export function connectTheme(state, controller) {
  const button = byId('theme');
  const label = () => {
    const text = state.now.theme === 'dark' ? 'Light theme' : 'Dark theme';
    button.setAttribute('aria-label', text);
    button.title = `${text}  (D)`;
  };
  button.addEventListener('click', () => controller.toggleTheme());
  state.on(['theme'], ({ theme }) => {
    applyTheme(theme);
    label();
    try {
      localStorage.setItem('graphscope:theme', theme);
    } catch {
      // A browser without storage shows the theme, it only cannot remember it.
    }
  });
  label();
}
