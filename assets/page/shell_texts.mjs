/** The static texts of index.html, in the language of the page. */

import { say } from '../core/language.mjs';

/** Attributes that people read or hear. */
export const SPOKEN_ATTRIBUTES = ['aria-label', 'aria-roledescription', 'title', 'placeholder'];

/**
 * Translate what index.html says. To be called before anything else writes into the page: names of a model must stay
 * as they are, even when they happen to be words of ours.
 * @param {Element} root
 */
export function translateShell(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node instanceof Element) translateAttributes(node);
    else translateText(node);
  }
}

/** @param {Element} element */
function translateAttributes(element) {
  for (const name of SPOKEN_ATTRIBUTES) {
    const text = element.getAttribute(name);
    if (text) element.setAttribute(name, say(text));
  }
}

/** @param {Node} node */
function translateText(node) {
  const text = node.nodeValue ?? '';
  const words = text.trim();
  if (words && !(node.parentElement instanceof HTMLScriptElement)) node.nodeValue = text.replace(words, () => say(words));
}
