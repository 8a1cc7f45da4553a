/**
 * The scene between two scenes, while a scope opens or closes. Pure.
 *
 * Levels that did not change are the same objects in both scenes (see pack.mjs) and are passed on as they are, so
 * only the path from the root to the scope is computed per frame.
 *
 * @import {Scene, Level} from '../core/scene.mjs'
 *
 * @typedef {Level & {opacity?: number, rest?: Level}} MovingLevel
 *   opacity of a level that appears or goes; `rest` = the level as it will be when the movement ends
 */

/** Above this many moving boxes and route points the picture changes at once: a jerky animation helps nobody. */
const MAX_MOVING = 6000;

/** @param {number} a @param {number} b @param {number} t */
function mix(a, b, t) {
  return a + (b - a) * t;
}

/** How much has to move. @param {Level} before @param {Level} after @returns {number} */
export function movingParts(before, after) {
  if (before === after) return 0;
  let parts = after.children.length + after.layout.edges.length * 3;
  for (let k = 0; k < after.inner.length && parts <= MAX_MOVING; k++) {
    const a = before.inner[k];
    const b = after.inner[k];
    if (a && b) parts += movingParts(a, b);
  }
  return parts;
}

/** @param {Scene} before @param {Scene} after */
export function canMove(before, after) {
  return movingParts(before.root, after.root) <= MAX_MOVING;
}

/** @param {Scene} before @param {Scene} after @param {number} t 0..1 @returns {Scene} */
export function betweenScenes(before, after, t) {
  return {
    ...after,
    width: mix(before.width, after.width, t),
    height: mix(before.height, after.height, t),
    root: betweenLevels(before.root, after.root, t),
  };
}

/** @param {Level} before @param {Level} after @param {number} t @returns {Level} */
function betweenLevels(before, after, t) {
  if (before === after) return after;
  const layout = {
    ...after.layout,
    width: mix(before.layout.width, after.layout.width, t),
    height: mix(before.layout.height, after.layout.height, t),
    x: mixColumns(before.layout.x, after.layout.x, t),
    y: mixColumns(before.layout.y, after.layout.y, t),
    edges: before.layout.edges.length === after.layout.edges.length ? mixRoutes(before.layout.edges, after.layout.edges, t) : after.layout.edges,
  };
  const inner = after.inner.map((b, k) => betweenInner(before.inner[k], b, t));
  return /** @type {any} */ ({
    ...after,
    layout,
    inner,
    rest: after,
    widths: mixColumns(before.widths, after.widths, t),
    heights: mixColumns(before.heights, after.heights, t),
  });
}

/** @param {Level|null} before @param {Level|null} after @param {number} t @returns {Level|null} */
function betweenInner(before, after, t) {
  if (before && after) return betweenLevels(before, after, t);
  if (after) return /** @type {any} */ ({ ...after, opacity: t, rest: after });
  if (before) return /** @type {any} */ ({ ...before, opacity: 1 - t, rest: before });
  return null;
}

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b @param {number} t */
function mixColumns(a, b, t) {
  const out = new Float64Array(b.length);
  for (let i = 0; i < out.length; i++) out[i] = mix(a[i] ?? b[i], b[i], t);
  return out;
}

/** @param {any[]} a @param {any[]} b @param {number} t */
function mixRoutes(a, b, t) {
  return b.map((route, e) => ({
    ...route,
    labelX: mix(a[e].labelX, route.labelX, t),
    labelY: mix(a[e].labelY, route.labelY, t),
    points: mixPoints(a[e].points, route.points, t),
  }));
}

/** @param {Float64Array} a @param {Float64Array} b @param {number} t */
function mixPoints(a, b, t) {
  if (a.length < 8 || b.length < 8) return b;
  const segments = (Math.max(a.length, b.length) - 2) / 6;
  return mixColumns(withSegments(a, segments), withSegments(b, segments), t);
}

/**
 * The same curve in more pieces, by halving its last pieces.
 * @param {Float64Array} points x0,y0,c1x,c1y,c2x,c2y,x1,y1,... @param {number} segments @returns {ArrayLike<number>}
 */
export function withSegments(points, segments) {
  const out = Array.from(points);
  while ((out.length - 2) / 6 < segments) {
    const piece = out.splice(out.length - 8, 8);
    out.push(...halves(piece));
  }
  return out;
}

/** De Casteljau at one half: 8 numbers in, 14 out. @param {number[]} p */
function halves(p) {
  const out = new Array(14);
  for (let axis = 0; axis < 2; axis++) {
    const [a, b, c, d] = [p[axis], p[2 + axis], p[4 + axis], p[6 + axis]];
    const ab = (a + b) / 2;
    const bc = (b + c) / 2;
    const cd = (c + d) / 2;
    const abc = (ab + bc) / 2;
    const bcd = (bc + cd) / 2;
    [a, ab, abc, (abc + bcd) / 2, bcd, cd, d].forEach((value, k) => (out[2 * k + axis] = value));
  }
  return out;
}
