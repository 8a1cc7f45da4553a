/** Line drawings of buttons, in the style of the page. */

const SVG = 'http://www.w3.org/2000/svg';

/** @param {string} path  in a square of 20 @returns {SVGElement} */
export function icon(path) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(SVG, 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}
