/** The charts as one picture: an SVG with real text and the page's font, and a PNG made from it. */

import { escapeText } from './figure.mjs';
import { formatInteger } from '../core/numbers.mjs';

/**
 * @import {Theme} from '../core/theme.mjs'
 *
 * @typedef {{title: string, svg: string, width: number, height: number, hasValidation: boolean}} SheetChart
 * @typedef {{name: string, colour: string}} SheetRun
 * @typedef {{theme: Theme, x: string, charts: SheetChart[], runs: SheetRun[], columns: number, fonts: string}} Sheet
 */

const MARGIN = 20;
const TITLE = 26;
const LEGEND_ROW = 20;
const GAP = 18;

/** @param {Sheet} sheet @returns {{svg: string, width: number, height: number}} */
export function makeSheet({ theme, x, charts, runs, columns, fonts }) {
  const across = Math.min(columns, charts.length);
  const cellWidth = Math.max(...charts.map((chart) => chart.width));
  const cellHeight = Math.max(...charts.map((chart) => chart.height)) + TITLE;
  const width = 2 * MARGIN + across * cellWidth + (across - 1) * GAP;
  const legend = makeLegend(runs, width - 2 * MARGIN, theme);
  const rows = Math.ceil(charts.length / across);
  const height = 2 * MARGIN + rows * cellHeight + (rows - 1) * GAP + legend.height + LEGEND_ROW;
  const cells = charts.map((chart, at) => {
    const left = MARGIN + (at % across) * (cellWidth + GAP);
    const top = MARGIN + legend.height + Math.floor(at / across) * (cellHeight + GAP);
    const note = chart.hasValidation ? ` <tspan fill="${theme.muted}" font-weight="400" font-size="11">validation dashed</tspan>` : '';
    return `<g transform="translate(${left} ${top})"><text x="2" y="14" font-weight="600" font-size="13" fill="${theme.text}">${escapeText(chart.title)}${note}</text><g transform="translate(0 ${TITLE})">${chart.svg}</g></g>`;
  });
  const foot = `<text x="${width - MARGIN}" y="${height - MARGIN + 4}" text-anchor="end" font-size="11" fill="${theme.muted}">horizontal: ${x}</text>`;
  const style = fonts ? `<style>${fonts}</style>` : '';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Inter, 'Helvetica Neue', Arial, sans-serif">${style}<rect width="100%" height="100%" fill="${theme.surface}"/>${legend.svg}${cells.join('')}${foot}</svg>`;
  return { svg, width, height };
}

/** Names with their colours, in as many rows as they need. @param {SheetRun[]} runs @param {number} room @param {Theme} theme */
function makeLegend(runs, room, theme) {
  let [left, row] = [0, 0];
  const items = runs.map(({ name, colour }) => {
    const width = 30 + 6.6 * name.length; // Inter's average letter at 12 px, and a little more
    if (left > 0 && left + width > room) [left, row] = [0, row + 1];
    const item = `<g transform="translate(${MARGIN + left} ${MARGIN + row * LEGEND_ROW})"><rect y="4" width="14" height="3" rx="1.5" fill="${colour}"/><text x="20" y="10" font-size="12" fill="${theme.text}">${escapeText(name)}</text></g>`;
    left += width;
    return item;
  });
  return { svg: items.join(''), height: (row + 1) * LEGEND_ROW + 8 };
}

/** The text of Plotly's data address. @param {string} address */
export function readSvgAddress(address) {
  return decodeURIComponent(address.slice(address.indexOf(',') + 1)).replace(/^<\?xml[^>]*\?>/, '');
}

/** Draw an SVG at twice its size. @param {{svg: string, width: number, height: number}} sheet @returns {Promise<Blob>} */
export async function toPng({ svg, width, height }) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [2 * width, 2 * height];
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(`A picture of ${formatInteger(width)} by ${formatInteger(height)} is too large for this browser.`))), 'image/png');
  });
}

/** The page's font inside the picture, so that it looks the same everywhere; "" when it does not come. @returns {Promise<string>} */
export async function embedFonts() {
  const fonts = [['Inter', 'inter-latin-400-normal', '100 500'], ['Inter', 'inter-latin-600-normal', '501 900'], ['JetBrains Mono', 'jetbrains-mono-latin-400-normal', '100 900']];
  const rules = await Promise.all(fonts.map(async ([family, file, weight]) => {
    const response = await fetch(`assets/fonts/${file}.woff2`);
    if (!response.ok) return ''; // a picture in a fallback font is better than none
    const bytes = new Uint8Array(await response.arrayBuffer());
    const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
    return `@font-face{font-family:"${family}";font-weight:${weight};src:url(data:font/woff2;base64,${text}) format("woff2")}`;
  }));
  return rules.join('');
}
