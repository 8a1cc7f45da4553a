/** What the page shows, as a file: written here where it can be, else by the server from the same view. */

import { renderSvg } from '../core/svg.mjs';

/**
 * @import {Page} from './wiring.mjs'
 * @import {Area as Box} from '../core/paper.mjs'
 *
 * @typedef {object} PictureChoices
 * @property {string} format   suffix of the file
 * @property {'screen'|'paper'} style
 * @property {boolean} part    only what is in the window, instead of the whole graph
 * @property {boolean} legend
 * @property {boolean} caption
 * @property {number|null} width  mm; null = natural size
 */

/** Pixels for each unit of the drawing, as in the files of the server. */
const SCALE = 2;
/** Larger canvases fail in some browsers. */
const MOST_PIXELS = 64_000_000;

/** The file. @param {Page} page @param {PictureChoices} choices @returns {Promise<Blob>} @throws {Error} says why it cannot be had */
export async function makePicture(page, choices) {
  const plain = choices.format === 'svg' && choices.style === 'screen';
  if (page.host.hasServer && !plain) return askServer(page, choices);
  const drawn = drawHere(page, choices);
  // A picture has no part in the fonts of the page around it.
  const svg = plain ? drawn : embedFonts(drawn);
  return choices.format === 'png' ? rasterize(svg) : new Blob([svg], { type: 'image/svg+xml' });
}

/** The fonts that the page itself holds, put into a picture. @param {string} svg */
function embedFonts(svg) {
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  const fonts = rules.filter((rule) => rule instanceof CSSFontFaceRule && rule.cssText.includes('url("data:')).map((rule) => rule.cssText);
  return fonts.length > 0 ? svg.replace('</title>', () => `</title><style>${fonts.join('')}</style>`) : svg;
}

/** The formats that can be had. @param {Page} page */
export function formatsOf({ host }) {
  return host.hasServer ? ['svg', 'png', 'pdf', 'tex', 'dot', 'mmd', 'me.json', 'json'] : ['svg', 'png'];
}

/** @param {Page} page @param {PictureChoices} choices */
function drawHere(page, choices) {
  const { doc, now } = page.state;
  if (!now.scene) throw new Error('There is no picture yet.');
  const { overlay, theme, kept, scaleMode } = now;
  return renderSvg(doc, now.scene, { overlay, theme, kept, scaleMode, ...looksOf(choices), region: choices.part ? visiblePart(page) : null });
}

/** @param {PictureChoices} choices */
function looksOf({ style, legend, caption, width }) {
  return { style, legend, caption, width };
}

/** The part of the scene in the window, null where all of it is. @param {Page} page @returns {Box|null} */
export function visiblePart({ state, stage }) {
  const { scene } = state.now;
  if (!scene) return null;
  const { camera, size } = stage;
  const [left, top] = [Math.max(0, camera.x), Math.max(0, camera.y)];
  const right = Math.min(scene.width, camera.x + size.width / camera.scale);
  const bottom = Math.min(scene.height, camera.y + size.height / camera.scale);
  if (right <= left || bottom <= top) return null;
  const all = left === 0 && top === 0 && right === scene.width && bottom === scene.height;
  return all ? null : { x: left, y: top, width: right - left, height: bottom - top };
}

/** @param {Page} page @param {PictureChoices} choices */
async function askServer(page, choices) {
  const answer = await fetch('picture', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(requestOf(page, choices)) });
  if (answer.ok) return answer.blob();
  const told = await answer.json().catch(() => ({}));
  throw new Error(typeof told.message === 'string' ? told.message : `The server answered ${answer.status}.`);
}

/** The view as the server reads it. @param {Page} page @param {PictureChoices} choices */
export function requestOf(page, choices) {
  const { doc, now } = page.state;
  const { overlay, theme, direction, open, kept, scaleMode } = now;
  const region = choices.part ? visiblePart(page) : null;
  const values = doc.values[overlay];
  return {
    format: choices.format, theme, direction, overlay, scaleMode, ...looksOf(choices),
    items: [...open].filter((item) => item > 0).sort((a, b) => a - b),
    region: region && [region.x, region.y, region.width, region.height],
    kept: kept && Array.from(kept, (is) => (is ? '1' : '0')).join(''),
    // What a training or a file of the user's tells of the nodes, the page may know alone.
    overlaySpec: overlay === 'type' ? null : doc.overlays.find((each) => each.name === overlay) ?? null,
    values: values ? Array.from(values, (value) => (Number.isFinite(value) ? value : null)) : null,
  };
}

/** Pixels, where no server makes them. @param {string} svg @returns {Promise<Blob>} */
async function rasterize(svg) {
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const [width, height] = (svg.match(/viewBox="0 0 ([\d.]+) ([\d.]+)"/) ?? []).slice(1).map(Number);
    const scale = Math.min(SCALE, Math.sqrt(MOST_PIXELS / (width * height)));
    const canvas = Object.assign(document.createElement('canvas'), { width: Math.round(width * scale), height: Math.round(height * scale) });
    /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d')).drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The browser could not make the picture.'))), 'image/png');
    });
  } finally {
    URL.revokeObjectURL(address);
  }
}
