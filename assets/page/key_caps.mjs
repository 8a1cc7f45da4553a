/** Keys as they are printed on keyboards. */

/** @type {Record<string, string>} */
const CAPS = { ArrowDown: '↓', ArrowUp: '↑', ArrowLeft: '←', ArrowRight: '→', Escape: 'Esc', '-': '−', ' ': 'Space' };

/** @returns {boolean} */
function isMac() {
  return typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);
}

/** The caps of a key as `keyName` writes it: "Shift+E" -> ["Shift", "E"]. @param {string} key @returns {string[]} */
export function capsOf(key) {
  const parts = key.length > 1 ? key.split('+') : [key];
  return parts.map((part) => (part === 'Ctrl' && isMac() ? '⌘' : CAPS[part] ?? (part.length === 1 ? part.toUpperCase() : part)));
}

/** @param {import('./commands.mjs').Command} command @returns {string} "Expand all  (Shift+E)", in the language of `label` */
export function withKey(command, label = command.label) {
  const key = command.keys?.[0];
  return key ? `${label}  (${capsOf(key).join('+')})` : label;
}
