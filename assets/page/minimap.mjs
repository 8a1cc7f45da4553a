/** The small map in the corner: the whole picture, and where the window is on it. */

import { toWorld } from './viewport.mjs';

/**
 * @import {Picture, Stage} from './stage.mjs'
 * @import {Colours} from './colours.mjs'
 * @import {Scene, Level} from '../core/scene.mjs'
 */

const MAP_PADDING = 8;
/** Boxes smaller than this on the map are left out. */
const LEAST_ON_MAP = 1.2;

export class Minimap {
  /** @param {HTMLCanvasElement} canvas @param {Stage} stage @param {() => Colours} colours */
  constructor(canvas, stage, colours) {
    this.canvas = canvas;
    this.stage = stage;
    this.colours = colours;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    /** the map without the window, drawn once per scene and colours @type {HTMLCanvasElement} */
    this.ground = document.createElement('canvas');
    /** @type {Scene|null} */
    this.scene = null;
    /** @type {Colours|null} */
    this.drawnWith = null;
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.jump(event);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) this.jump(event);
    });
  }

  /** @param {Picture} picture */
  draw(picture) {
    const whole = isWhole(picture);
    this.canvas.style.visibility = whole ? 'hidden' : 'visible';
    if (whole || this.canvas.clientWidth === 0) return;
    this.drawGround(picture);
    this.context.setTransform(1, 0, 0, 1, 0, 0);
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.context.drawImage(this.ground, 0, 0);
    this.drawWindow(picture);
  }

  /** @param {Picture} picture */
  drawGround({ scene, ratio }) {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const sized = this.canvas.width === Math.round(width * ratio);
    if (sized && this.scene === scene && this.drawnWith === this.colours()) return;
    this.canvas.width = this.ground.width = Math.round(width * ratio);
    this.canvas.height = this.ground.height = Math.round(height * ratio);
    this.scene = scene;
    this.drawnWith = this.colours();
    this.scale = Math.min((width - 2 * MAP_PADDING) / scene.width, (height - 2 * MAP_PADDING) / scene.height);
    this.left = (width - scene.width * this.scale) / 2;
    this.top = (height - scene.height * this.scale) / 2;
    const context = /** @type {CanvasRenderingContext2D} */ (this.ground.getContext('2d'));
    const zoom = this.scale * ratio;
    context.setTransform(zoom, 0, 0, zoom, this.left * ratio, this.top * ratio);
    paintMap(context, scene.root, this.drawnWith, this.scale);
  }

  /** @param {Picture} picture */
  drawWindow({ camera, size, ratio }) {
    const { theme } = this.colours();
    const scale = this.scale ?? 1;
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.context.strokeStyle = theme.accent;
    this.context.lineWidth = 1.5;
    const x = (this.left ?? 0) + camera.x * scale;
    const y = (this.top ?? 0) + camera.y * scale;
    const width = (size.width / camera.scale) * scale;
    const height = (size.height / camera.scale) * scale;
    const [x0, y0] = [Math.max(1, x), Math.max(1, y)];
    const [x1, y1] = [Math.min(this.canvas.clientWidth - 1, x + width), Math.min(this.canvas.clientHeight - 1, y + height)];
    this.context.strokeRect(x0, y0, Math.max(2, x1 - x0), Math.max(2, y1 - y0));
  }

  /** @param {PointerEvent} event */
  jump(event) {
    const { camera, size } = this.stage;
    const x = (event.offsetX - (this.left ?? 0)) / (this.scale ?? 1);
    const y = (event.offsetY - (this.top ?? 0)) / (this.scale ?? 1);
    this.stage.userMoves({ x: x - size.width / camera.scale / 2, y: y - size.height / camera.scale / 2, scale: camera.scale });
  }
}

/** Whether the window shows the whole scene. @param {Picture} picture */
function isWhole({ scene, camera, size }) {
  const end = toWorld(camera, size.width, size.height);
  return camera.x <= 0 && camera.y <= 0 && end.x >= scene.width && end.y >= scene.height;
}

/** @param {CanvasRenderingContext2D} context @param {Level} root @param {Colours} colours @param {number} scale */
function paintMap(context, root, colours, scale) {
  const waiting = [{ level: root, x: 0, y: 0, depth: 0 }];
  for (let at = waiting.pop(); at; at = waiting.pop()) {
    const { layout, children, widths, heights, inner } = at.level;
    for (let k = 0; k < children.length; k++) {
      const [x, y] = [at.x + layout.x[k], at.y + layout.y[k]];
      if (widths[k] * scale < LEAST_ON_MAP / 3 && heights[k] * scale < LEAST_ON_MAP / 3) continue;
      const within = inner[k];
      const goesIn = within !== null && Math.min(widths[k], heights[k]) * scale > 6;
      context.fillStyle = goesIn ? colours.ground(at.depth + 1) : colours.small(children[k]);
      context.fillRect(x, y, Math.max(widths[k], LEAST_ON_MAP / scale), Math.max(heights[k], LEAST_ON_MAP / scale));
      if (goesIn) {
        context.strokeStyle = colours.theme.scopeBorder;
        context.lineWidth = 0.7 / scale;
        context.strokeRect(x, y, widths[k], heights[k]);
        waiting.push({ level: within, x, y, depth: at.depth + 1 });
      }
    }
  }
}
