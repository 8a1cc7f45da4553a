/** Builds chains of cubic Bezier curves: x0,y0, c1x,c1y,c2x,c2y,x1,y1, ... */

/** How far the control points of an S-curve reach into the gap, as a share of its height. */
const CURVE_REACH = 0.55;

export class PathBuilder {
  /** @param {number} x @param {number} y */
  constructor(x, y) {
    /** @type {number[]} */
    this.points = [x, y];
    this.x = x;
    this.y = y;
    /** the last piece is a vertical line that can be made longer */
    this.vertical = false;
  }

  /** Straight line. @param {number} x @param {number} y */
  line(x, y) {
    if (x === this.x && y === this.y) return this;
    if (this.vertical && x === this.x) this.extend(y);
    else this.push((2 * this.x + x) / 3, (2 * this.y + y) / 3, (this.x + 2 * x) / 3, (this.y + 2 * y) / 3, x, y);
    this.vertical = x === this.points[this.points.length - 8];
    return this;
  }

  /** S-curve that leaves and arrives vertically. @param {number} x @param {number} y */
  curve(x, y) {
    if (x === this.x) return this.line(x, y);
    const reach = (y - this.y) * CURVE_REACH;
    this.push(this.x, this.y + reach, x, y - reach, x, y);
    this.vertical = false;
    return this;
  }

  /**
   * Follow a polyline of horizontal and vertical pieces with rounded corners.
   * @param {number[]} corners x,y pairs; the last one is the end
   * @param {number} radius
   */
  orthogonal(corners, radius) {
    for (let i = 0; i + 2 < corners.length; i += 2) {
      const [x, y, nextX, nextY] = corners.slice(i, i + 4);
      const r = Math.min(radius, distanceTo(this.x, this.y, x, y), distanceTo(x, y, nextX, nextY) / 2);
      this.line(x - r * Math.sign(x - this.x), y - r * Math.sign(y - this.y));
      const outX = x + r * Math.sign(nextX - x);
      const outY = y + r * Math.sign(nextY - y);
      if (r > 0) this.push((this.x + 2 * x) / 3, (this.y + 2 * y) / 3, (outX + 2 * x) / 3, (outY + 2 * y) / 3, outX, outY);
      this.vertical = false;
    }
    return this.line(corners[corners.length - 2], corners[corners.length - 1]);
  }

  /** @param {number} y */
  extend(y) {
    const p = this.points;
    const top = p[p.length - 7];
    p[p.length - 5] = (2 * top + y) / 3;
    p[p.length - 3] = (top + 2 * y) / 3;
    p[p.length - 1] = y;
    this.y = y;
  }

  /** @param {number} c1x @param {number} c1y @param {number} c2x @param {number} c2y @param {number} x @param {number} y */
  push(c1x, c1y, c2x, c2y, x, y) {
    this.points.push(c1x, c1y, c2x, c2y, x, y);
    this.x = x;
    this.y = y;
  }

  /** @returns {Float64Array} */
  finish() {
    return Float64Array.from(this.points);
  }
}

/** Length of a horizontal or vertical piece. @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 */
function distanceTo(x0, y0, x1, y1) {
  return Math.abs(x1 - x0) + Math.abs(y1 - y0);
}

/** The same chain, walked from its other end. @param {Float64Array} points */
export function reversePath(points) {
  const reversed = new Float64Array(points.length);
  for (let i = 0; i < points.length; i += 2) {
    reversed[points.length - 2 - i] = points[i];
    reversed[points.length - 1 - i] = points[i + 1];
  }
  return reversed;
}
