/** Geometry for layout tests: curves as polylines, overlaps, crossings. */

/** A cubic chain as points. @param {ArrayLike<number>} points @param {number} steps per piece @returns {[number, number][]} */
export function polyline(points, steps = 8) {
  const line = [[points[0], points[1]]];
  for (let i = 2; i < points.length; i += 6) {
    const [x0, y0] = [points[i - 2], points[i - 1]];
    for (let k = 1; k <= steps; k++) {
      const t = k / steps;
      const s = 1 - t;
      const at = (a, b, c, d) => s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d;
      line.push([at(x0, points[i], points[i + 2], points[i + 4]), at(y0, points[i + 1], points[i + 3], points[i + 5])]);
    }
  }
  return line;
}

/** Pairs of boxes that overlap. */
export function overlaps(x, y, widths, heights) {
  const order = Array.from(x, (_, k) => k).sort((a, b) => x[a] - x[b]);
  const pairs = [];
  for (let i = 0; i < order.length; i++) {
    const a = order[i];
    for (let j = i + 1; j < order.length && x[order[j]] < x[a] + widths[a]; j++) {
      const b = order[j];
      if (y[a] < y[b] + heights[b] && y[b] < y[a] + heights[a]) pairs.push([a, b]);
    }
  }
  return pairs;
}

/** Does a polyline run through a box (by more than `margin` px)? */
export function runsThrough(line, x, y, width, height, margin = 1) {
  return line.some(([px, py]) => px > x + margin && px < x + width - margin && py > y + margin && py < y + height - margin);
}

/** Crossings between the lines of edges that do not share an end. @param {{source: number, target: number}[]} edges @param {[number, number][][]} lines */
export function countCrossings(edges, lines) {
  const segments = [];
  lines.forEach((line, e) => {
    for (let i = 0; i + 1 < line.length; i++) segments.push([line[i][0], line[i][1], line[i + 1][0], line[i + 1][1], e]);
  });
  segments.sort((a, b) => Math.min(a[0], a[2]) - Math.min(b[0], b[2]));
  let count = 0;
  for (let i = 0; i < segments.length; i++) {
    const a = segments[i];
    const right = Math.max(a[0], a[2]);
    for (let j = i + 1; j < segments.length && Math.min(segments[j][0], segments[j][2]) <= right; j++) {
      const b = segments[j];
      if (a[4] !== b[4] && !shareEnd(edges[a[4]], edges[b[4]]) && cross(a, b)) count++;
    }
  }
  return count;
}

function shareEnd(a, b) {
  return a.source === b.source || a.target === b.target || a.source === b.target || a.target === b.source;
}

function cross(a, b) {
  const side = (px, py, qx, qy, rx, ry) => Math.sign((qx - px) * (ry - py) - (qy - py) * (rx - px));
  return side(a[0], a[1], a[2], a[3], b[0], b[1]) * side(a[0], a[1], a[2], a[3], b[2], b[3]) < 0 &&
    side(b[0], b[1], b[2], b[3], a[0], a[1]) * side(b[0], b[1], b[2], b[3], a[2], a[3]) < 0;
}
