/** Light, dark, or as the system has it: the choice, what it means now, and what the browser remembers. */

import { applyTheme } from './colours.mjs';
import { byId } from './dom.mjs';
import { listenToRadios, markRadios } from './keyboard.mjs';
import { remember } from './memory.mjs';

/**
 * @import {Page} from './wiring.mjs'
 * @import {ThemeChoice} from './state.mjs'
 */

/** @param {string|undefined} text @returns {ThemeChoice} */
export function readThemeChoice(text) {
  return text === 'light' || text === 'dark' ? text : 'system';
}

/** @param {ThemeChoice} choice @param {boolean} systemIsDark @returns {'light'|'dark'} */
export function themeOfChoice(choice, systemIsDark) {
  if (choice === 'system') return systemIsDark ? 'dark' : 'light';
  return choice;
}

/** @param {Page} page */
export function connectTheme({ state, commands }) {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const group = byId('themes');
  const adapt = () => state.set({ theme: themeOfChoice(state.now.themeChoice, system.matches) });
  const mark = () => markRadios(group, (button) => button.dataset.themeChoice === state.now.themeChoice);
  state.on(['theme'], ({ theme }) => applyTheme(theme));
  state.on(['themeChoice'], ({ themeChoice }) => {
    remember('theme', themeChoice);
    adapt();
    mark();
  });
  system.addEventListener('change', adapt);
  listenToRadios(group, (button) => state.set({ themeChoice: readThemeChoice(button.dataset.themeChoice) }));
  mark();
  commands.add(
    { id: 'theme', label: 'Dark or light', group: 'View', keys: ['d'], run: () => state.set({ themeChoice: state.now.theme === 'dark' ? 'light' : 'dark' }) },
    { id: 'theme-system', label: 'Theme of the system', group: 'View', run: () => state.set({ themeChoice: 'system' }) },
  );
}
