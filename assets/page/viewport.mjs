/**
 * The camera: which part of the world the stage shows. Pure functions, nothing of the DOM.
 *
 * @typedef {{x: number, y: number, scale: number}} Camera  world point at the top-left corner; CSS px per world unit
 * @typedef {{width: number, height: number}} Size
 * @typedef {{x: number, y: number, width: number, height: number}} Box
 */

export const MIN_SCALE = 0.0004;
export const MAX_SCALE = 4;
/** One press of a zoom button. */
export const ZOOM_STEP = 1.3;
/** Names (12 px) are still comfortable to read at this scale. */
export const READABLE_SCALE = 0.5;
const FIT_PADDING = 36;
const FIT_MAX_SCALE = 1.15;
const KEEP_VISIBLE = 64;
const UNFOLD_MARGIN = 28;
/** Share of the window at each side where a revealed box would be easy to overlook. */
const REVEAL_MARGIN = 0.12;

/** @param {number} value @param {number} low @param {number} high */
export function clamp(value, low, high) {
  return Math.max(low, Math.min(high, value));
}

/** @param {Camera} camera @param {number} px @param {number} py */
export function toWorld(camera, px, py) {
  return { x: camera.x + px / camera.scale, y: camera.y + py / camera.scale };
}

/** @param {Camera} camera @param {number} x @param {number} y */
export function toScreen(camera, x, y) {
  return { x: (x - camera.x) * camera.scale, y: (y - camera.y) * camera.scale };
}

/** @param {Camera} camera @param {number} dx @param {number} dy  CSS px @returns {Camera} */
export function panBy(camera, dx, dy) {
  return { x: camera.x - dx / camera.scale, y: camera.y - dy / camera.scale, scale: camera.scale };
}

/**
 * The world point under (px, py) stays there.
 * @param {Camera} camera @param {number} factor @param {number} px @param {number} py @returns {Camera}
 */
export function zoomAround(camera, factor, px, py) {
  const scale = clamp(camera.scale * factor, MIN_SCALE, MAX_SCALE);
  const point = toWorld(camera, px, py);
  return { x: point.x - px / scale, y: point.y - py / scale, scale };
}

/**
 * A camera whose window has a point in the middle. An address may name any scale; no picture can be painted at every one.
 * @param {{x: number, y: number, scale: number}} middle @param {Size} size @returns {Camera}
 */
export function cameraOver({ x, y, scale }, size) {
  return centreOn({ x, y, width: 0, height: 0 }, size, clamp(scale, MIN_SCALE, MAX_SCALE));
}

/** @param {Box} box @param {Size} size @param {number} scale @returns {Camera} */
export function centreOn(box, size, scale) {
  return {
    x: box.x + box.width / 2 - size.width / scale / 2,
    y: box.y + box.height / 2 - size.height / scale / 2,
    scale,
  };
}

/** @param {Box} box @param {Size} size @param {number} [maxScale] @returns {Camera} */
export function fitBox(box, size, maxScale = FIT_MAX_SCALE) {
  const room = Math.max(0.1, 1 - (2 * FIT_PADDING) / Math.max(80, Math.min(size.width, size.height)));
  const scale = Math.min((size.width * room) / Math.max(1, box.width), (size.height * room) / Math.max(1, box.height));
  return centreOn(box, size, clamp(scale, MIN_SCALE, maxScale));
}

/**
 * Fit, and keep clear of a card that lies over a corner of the window (the legend).
 * @param {Box} box @param {Size} size @param {Box|null} card  CSS px @returns {Camera}
 */
export function fitBeside(box, size, card) {
  const whole = fitBox(box, size);
  if (!card || !reaches(whole, box, card)) return whole;
  const above = fitBox(box, { width: size.width, height: Math.max(1, card.y) });
  const right = card.x + card.width;
  const beside = fitBox(box, { width: Math.max(1, size.width - right), height: size.height });
  if (above.scale >= beside.scale) return above;
  return { ...beside, x: beside.x - right / beside.scale };
}

/** Whether a box on the screen runs under a card. @param {Camera} camera @param {Box} box @param {Box} card */
function reaches(camera, box, card) {
  const start = toScreen(camera, box.x, box.y);
  const end = toScreen(camera, box.x + box.width, box.y + box.height);
  return start.x < card.x + card.width && end.x > card.x && start.y < card.y + card.height && end.y > card.y;
}

/**
 * The first picture: everything when names stay readable, else the start of the flow at a readable size
 * (a whole model squeezed into a thin strip tells nothing).
 * @param {Box} box @param {Size} size @param {Box|null} card @returns {Camera}
 */
export function openingCamera(box, size, card) {
  const whole = fitBeside(box, size, card);
  if (whole.scale >= READABLE_SCALE) return whole;
  const scale = READABLE_SCALE * 1.3;
  const camera = centreOn(box, size, scale);
  const margin = FIT_PADDING / scale;
  if (box.width * scale > size.width - 2 * FIT_PADDING) camera.x = box.x - margin;
  if (box.height * scale > size.height - 2 * FIT_PADDING) camera.y = box.y - margin;
  return camera;
}

/** Never lose the picture: some of the scene stays inside the window. @param {Camera} camera @param {Box} box @param {Size} size @returns {Camera} */
export function keepInSight(camera, box, size) {
  const keepX = Math.min(KEEP_VISIBLE / camera.scale, box.width);
  const keepY = Math.min(KEEP_VISIBLE / camera.scale, box.height);
  return {
    x: clamp(camera.x, box.x + keepX - size.width / camera.scale, box.x + box.width - keepX),
    y: clamp(camera.y, box.y + keepY - size.height / camera.scale, box.y + box.height - keepY),
    scale: camera.scale,
  };
}

/**
 * Centre a box, unless it already lies well inside the window; then nothing moves.
 * @param {Camera} camera @param {Box} box @param {Size} size @returns {Camera}
 */
export function reveal(camera, box, size) {
  const scale = camera.scale * Math.max(box.height, 1) < 18 ? Math.min(1, 30 / Math.max(box.height, 1)) : camera.scale;
  const fits = Math.min(scale, (0.9 * size.width) / box.width, (0.9 * size.height) / box.height);
  const a = toScreen(camera, box.x, box.y);
  const b = toScreen(camera, box.x + box.width, box.y + box.height);
  const [edgeX, edgeY] = [size.width * REVEAL_MARGIN, size.height * REVEAL_MARGIN];
  const inside = a.x >= edgeX && a.y >= edgeY && b.x <= size.width - edgeX && b.y <= size.height - edgeY;
  if (inside && scale === camera.scale) return camera;
  return centreOn(box, size, Math.max(fits, MIN_SCALE));
}

/**
 * Show several boxes: as they are when all lie inside the window at a readable size, else all of them together, else
 * as many of the first ones as stay readable.
 * @param {Camera} camera @param {Box[]} boxes  the most important first @param {Size} size @param {Box|null} card @returns {Camera}
 */
export function revealAll(camera, boxes, size, card) {
  const all = boundsOf(boxes);
  if (camera.scale >= READABLE_SCALE && isInside(camera, all, size)) return camera;
  let count = boxes.length;
  while (count > 1 && fitBeside(boundsOf(boxes.slice(0, count)), size, card).scale < READABLE_SCALE) count--;
  const fitted = fitBeside(boundsOf(boxes.slice(0, count)), size, card);
  return fitted.scale >= READABLE_SCALE ? fitted : centreOn(boxes[0], size, READABLE_SCALE * 1.2);
}

/** @param {Box[]} boxes @returns {Box} */
function boundsOf(boxes) {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}

/** @param {Camera} camera @param {Box} box @param {Size} size */
function isInside(camera, box, size) {
  const a = toScreen(camera, box.x, box.y);
  const b = toScreen(camera, box.x + box.width, box.y + box.height);
  return a.x >= 0 && a.y >= 0 && b.x <= size.width && b.y <= size.height;
}

/**
 * The camera after a box became another: its corner stays in its place on the screen, unless the box would then
 * reach out of the window; then the window zooms out (while names stay readable) and moves as little as needed.
 * @param {Camera} camera @param {Box} pin  before @param {Box} box  after @param {Size} size @returns {Camera}
 */
export function unfoldAt(camera, pin, box, size) {
  const corner = toScreen(camera, pin.x, pin.y);
  const least = Math.min(camera.scale, READABLE_SCALE * 1.2);
  const fits = Math.min((size.width - 2 * UNFOLD_MARGIN) / box.width, (size.height - 2 * UNFOLD_MARGIN) / box.height);
  const scale = clamp(fits, least, camera.scale);
  const px = keepInside(corner.x, box.width * scale, size.width);
  const py = keepInside(corner.y, box.height * scale, size.height);
  return { x: box.x - px / scale, y: box.y - py / scale, scale };
}

/** Where a stretch begins so that it lies inside, or at least begins inside. @param {number} start @param {number} length @param {number} room */
function keepInside(start, length, room) {
  return Math.max(UNFOLD_MARGIN, Math.min(start, room - UNFOLD_MARGIN - length));
}

/** Smooth start and stop. @param {number} t 0..1 */
export function ease(t) {
  return t < 0.5 ? 4 * t * t * t : 1 - (-2 * t + 2) ** 3 / 2;
}

/**
 * Between two cameras, zooming at a constant perceived speed.
 * @param {Camera} a @param {Camera} b @param {Size} size @param {number} t 0..1 @returns {Camera}
 */
export function betweenCameras(a, b, size, t) {
  const scale = a.scale * (b.scale / a.scale) ** t;
  const ca = toWorld(a, size.width / 2, size.height / 2);
  const cb = toWorld(b, size.width / 2, size.height / 2);
  // While the scale changes, moving the centre in step with it keeps the path straight on the screen.
  const along = Math.abs(a.scale - b.scale) < 1e-9 ? t : (1 / scale - 1 / a.scale) / (1 / b.scale - 1 / a.scale);
  const x = ca.x + (cb.x - ca.x) * along;
  const y = ca.y + (cb.y - ca.y) * along;
  return { x: x - size.width / scale / 2, y: y - size.height / scale / 2, scale };
}
