/** Plotly, fetched once and only when something is to be drawn: it is larger than the rest of the page. */

/** @type {Promise<any>|null} */
let coming = null;

/** @returns {Promise<any>} */
export function loadPlotly() {
  return (coming ??= fetchScript('live/plotly.js').then(() => /** @type {any} */ (window).Plotly));
}

/** @param {string} address @returns {Promise<void>} */
function fetchScript(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = address;
    script.addEventListener('load', () => resolve());
    script.addEventListener('error', () => {
      coming = null; // the next attempt fetches again
      reject(new Error('The script that draws curves did not arrive.'));
    });
    document.head.append(script);
  });
}
