/**
 * What drawing needs to know about a layout's edges, computed once per layout (equal blocks share one).
 *
 * @typedef {object} Routes
 * @property {Float64Array} boxes   minX, minY, maxX, maxY of each edge
 * @property {Path2D[]} lines       per edge, made when first needed
 * @property {Map<number, Path2D>} together  edges of at least a length in one path each, made when first needed
 * @property {Path2D|null} heads    all arrowheads
 */

const HEAD_LENGTH = 6.5;
const HEAD_HALF = 3.3;
/** @type {WeakMap<object, Routes>} */
const known = new WeakMap();

/** @param {{edges: {points: Float64Array}[]}} layout @returns {Routes} */
export function routesOf(layout) {
  let routes = known.get(layout);
  if (!routes) {
    routes = { boxes: boxesOf(layout.edges), lines: [], together: new Map(), heads: null };
    known.set(layout, routes);
  }
  return routes;
}

/** @param {{points: Float64Array}[]} edges */
function boxesOf(edges) {
  const boxes = new Float64Array(edges.length * 4);
  edges.forEach(({ points }, e) => {
    let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < points.length; i += 2) {
      if (points[i] < minX) minX = points[i];
      if (points[i] > maxX) maxX = points[i];
      if (points[i + 1] < minY) minY = points[i + 1];
      if (points[i + 1] > maxY) maxY = points[i + 1];
    }
    boxes.set([minX, minY, maxX, maxY], e * 4);
  });
  return boxes;
}

/** @param {Path2D} path @param {Float64Array} points */
function addLine(path, points) {
  if (points.length < 2) return;
  path.moveTo(points[0], points[1]);
  for (let i = 2; i + 5 < points.length; i += 6) {
    path.bezierCurveTo(points[i], points[i + 1], points[i + 2], points[i + 3], points[i + 4], points[i + 5]);
  }
}

/** A small triangle at the end of a route. @param {Path2D} path @param {Float64Array} points */
export function addHead(path, points) {
  const n = points.length;
  if (n < 8) return;
  const [x, y] = [points[n - 2], points[n - 1]];
  // The last control point may coincide with the end; then the one before gives the direction.
  let [dx, dy] = [x - points[n - 4], y - points[n - 3]];
  if (Math.abs(dx) + Math.abs(dy) < 0.01) [dx, dy] = [x - points[n - 6], y - points[n - 5]];
  const length = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [dx / length, dy / length];
  const [bx, by] = [x - ux * HEAD_LENGTH, y - uy * HEAD_LENGTH];
  path.moveTo(x, y);
  path.lineTo(bx - uy * HEAD_HALF, by + ux * HEAD_HALF);
  path.lineTo(bx + uy * HEAD_HALF, by - ux * HEAD_HALF);
  path.closePath();
}

/** @param {{edges: {points: Float64Array}[]}} layout @param {number} e @returns {Path2D} */
export function lineOf(layout, e) {
  const { lines } = routesOf(layout);
  if (!lines[e]) {
    lines[e] = new Path2D();
    addLine(lines[e], layout.edges[e].points);
  }
  return lines[e];
}

/**
 * Edges in one path: one stroke costs far less than many.
 * @param {{edges: {points: Float64Array}[]}} layout @param {number} least  world units; shorter edges are left out.
 *   Rounded down to a power of two, so that a zoom needs few paths
 * @returns {Path2D}
 */
export function allLines(layout, least) {
  const routes = routesOf(layout);
  const limit = least > 1 ? 2 ** Math.floor(Math.log2(least)) : 0;
  let path = routes.together.get(limit);
  if (!path) {
    path = new Path2D();
    for (let e = 0; e < layout.edges.length; e++) if (extentOf(routes, e) >= limit) addLine(path, layout.edges[e].points);
    routes.together.set(limit, path);
  }
  return path;
}

/** The longer side of an edge's box, world units. @param {Routes} routes @param {number} e */
export function extentOf({ boxes }, e) {
  return Math.max(boxes[4 * e + 2] - boxes[4 * e], boxes[4 * e + 3] - boxes[4 * e + 1]);
}

/**
 * All arrowheads. The ends of the edges are the same for every level that has this layout.
 * @param {{edges: {points: Float64Array}[]}} layout @param {{target: number}[]} edges @returns {Path2D}
 */
export function allHeads(layout, edges) {
  const routes = routesOf(layout);
  if (!routes.heads) {
    routes.heads = new Path2D();
    layout.edges.forEach((route, e) => {
      if (hasHead(edges[e])) addHead(/** @type {Path2D} */ (routes.heads), route.points);
    });
  }
  return routes.heads;
}

/** At the boundary of a scope the line goes on outside, where its head is. @param {{target: number}} edge */
export function hasHead(edge) {
  return edge.target >= 0;
}
