/**
 * The language of the page. Importing this module chooses it, so main.mjs imports it before all others: texts are
 * looked up when parts of the page are made.
 */

import { useDictionary } from '../core/language.mjs';
import { useServerTexts } from '../core/languages/sentences.mjs';
import { ZH } from '../core/languages/zh.mjs';
import { ZH_SERVER, ZH_SERVER_TEMPLATES } from '../core/languages/zh_server.mjs';
import { byId } from './dom.mjs';
import { listenToRadios, markRadios } from './keyboard.mjs';
import { remember } from './memory.mjs';
import { translateShell } from './shell_texts.mjs';

/**
 * @import {Page} from './wiring.mjs'
 * @typedef {'en'|'zh'} Language
 */

const LANGUAGE_COOKIE = 'graphscope-language';
const YEAR_SECONDS = 31_536_000;

/** The language that first.js chose. @returns {Language} */
export function languageNow() {
  return document.documentElement.lang.startsWith('zh') ? 'zh' : 'en';
}

if (languageNow() === 'zh') {
  useDictionary(ZH);
  useServerTexts(ZH_SERVER, ZH_SERVER_TEMPLATES);
  translateShell(document.body);
}
tellServer(languageNow());

/** The server words its cards by this cookie; it says nothing else. @param {Language} language */
function tellServer(language) {
  if (!location.protocol.startsWith('http')) return; // a page in a file has no server, and one in a frame may not keep cookies
  document.cookie = `${LANGUAGE_COOKIE}=${language}; path=/; max-age=${YEAR_SECONDS}; SameSite=Strict`;
}

/** @param {Page} page */
export function connectLanguage({ commands, host }) {
  const group = byId('languages');
  if (!host.hasAddress) {
    // A page in a frame of a notebook forgets whatever it is told: it keeps to the language of the browser.
    group.hidden = byId('language-title').hidden = true;
    return;
  }
  markRadios(group, (button) => button.dataset.language === languageNow());
  listenToRadios(group, (button) => choose(button.dataset.language === 'zh' ? 'zh' : 'en'));
  commands.add({ id: 'language', label: 'English or Chinese', group: 'View', run: () => choose(languageNow() === 'zh' ? 'en' : 'zh') });
}

/** The page is made anew in the other language; the view is in the address and stays. @param {Language} language */
function choose(language) {
  if (language === languageNow()) return;
  if (!remember('language', language)) {
    const fields = new URLSearchParams(location.hash.slice(1));
    fields.set('lang', language);
    history.replaceState(null, '', `#${fields}`);
  }
  location.reload();
}
