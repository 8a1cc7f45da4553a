/** Files that are dropped anywhere on the page. */

import { make } from '../dom.mjs';

/** @param {string} text  what is shown while files hover over the page @param {(files: File[]) => void} take */
export function listenToDrops(text, take) {
  const veil = make('div', { class: 'drop-veil', hidden: '' }, make('p', { text }));
  document.body.append(veil);
  // A child that is entered is told before its parent is left; what counts is how deep one is.
  let depth = 0;
  const show = (/** @type {number} */ next) => {
    depth = Math.max(0, next);
    veil.hidden = depth === 0;
  };
  document.addEventListener('dragenter', (event) => hasFiles(event) && show(depth + 1));
  document.addEventListener('dragleave', (event) => hasFiles(event) && show(depth - 1));
  document.addEventListener('dragover', (event) => {
    if (!hasFiles(event) || !event.dataTransfer) return;
    event.preventDefault(); // or the browser would open the file in place of the page
    event.dataTransfer.dropEffect = 'copy';
  });
  document.addEventListener('drop', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    show(0);
    take([...(event.dataTransfer?.files ?? [])]);
  });
}

/** @param {DragEvent} event */
function hasFiles(event) {
  return event.dataTransfer?.types.includes('Files') ?? false;
}
