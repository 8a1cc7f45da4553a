/**
 * Starts Dash after the first picture. Its scripts (React and a megabyte of components) would keep the browser
 * busy for the half second in which the graph could already stand; they wait in a template.
 */

import { byId } from './dom.mjs';

/** @returns {Promise<void>} once all scripts ran */
export async function startDash() {
  /** @type {HTMLScriptElement[]} */
  const scripts = [...byId('dash-scripts').content.querySelectorAll('script')];
  await Promise.all(scripts.filter((script) => script.src).map(load));
  // Inline scripts run the moment they are inserted, so they come when all others have run.
  for (const script of scripts) if (!script.src) document.body.append(copyOf(script));
}

/** In the order of the page, though all load at once. @param {HTMLScriptElement} script @returns {Promise<void>} */
function load(script) {
  return new Promise((resolve) => {
    const copy = copyOf(script);
    copy.async = false;
    // A script that is missing leaves the details panel empty; the graph does not need it.
    copy.addEventListener('load', () => resolve());
    copy.addEventListener('error', () => resolve());
    document.body.append(copy);
  });
}

/** A script taken from a template does not run; a new one with the same content does. @param {HTMLScriptElement} script */
function copyOf(script) {
  const copy = document.createElement('script');
  for (const { name, value } of script.attributes) copy.setAttribute(name, value);
  copy.textContent = script.textContent;
  return copy;
}
