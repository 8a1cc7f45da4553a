/** What the browser remembers of a person's choices, where it is allowed to remember. */

const PREFIX = 'graphscope:';

/** @param {string} name @param {string} value @returns {boolean} whether it will be remembered */
export function remember(name, value) {
  try {
    localStorage.setItem(PREFIX + name, value);
    return true;
  } catch {
    return false; // a page without storage does as it is told, it only cannot remember it
  }
}
