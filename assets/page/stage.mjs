/**
 * The stage: owns the canvas, the camera and the moving scene, and draws at most once per frame, only when
 * something changed.
 */

import { BOX } from '../core/box.mjs';
import { pinnedCamera, progress } from './stage_moves.mjs';
import { canMove, betweenScenes } from './transition.mjs';
import { edgeAt } from './edge_places.mjs';
import { locate, placeAt, sceneBox } from './geometry.mjs';
import { betweenCameras, fitBeside, keepInSight, openingCamera, panBy, reveal, revealAll, toScreen, toWorld, unfoldAt, zoomAround } from './viewport.mjs';
import { prefersReducedMotion } from './dom.mjs';
import { Detail } from './detail.mjs';

/**
 * @import {State} from './state.mjs'
 * @import {Scene} from '../core/scene.mjs'
 * @import {Camera, Box} from './viewport.mjs'
 * @import {SceneMove, CameraMove} from './stage_moves.mjs'
 *
 * @typedef {{scene: Scene, camera: Camera, size: {width: number, height: number}, ratio: number, detail: number}} Picture  detail: see detail.mjs
 */

const MOVE_MS = 160;
const FLIGHT_MS = 260;
/** World units from a scope's left edge: its chevron with room around it. */
const CHEVRON_AREA = 24;
/** CSS px beside an edge that still mean it. */
const EDGE_SLACK = 5;

export class Stage {
  /**
   * @param {State} state @param {HTMLCanvasElement} canvas
   * @param {(context: CanvasRenderingContext2D, picture: Picture) => void} paint
   * @param {(error: unknown) => void} report
   */
  constructor(state, canvas, paint, report) {
    this.report = report;
    this.state = state;
    this.canvas = canvas;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { alpha: false }));
    this.paint = paint;
    this.size = { width: 0, height: 0 };
    this.ratio = 0;
    /** @type {Camera} */
    this.camera = { x: 0, y: 0, scale: 1 };
    /** @type {Scene|null} */
    this.scene = null;
    /** @type {SceneMove|null} */
    this.sceneMove = null;
    /** @type {CameraMove|null} */
    this.cameraMove = null;
    /** set until the user moves: the whole picture then follows the window's size */
    this.fitted = true;
    /** how many callers want pictures to change at once */
    this.stillness = 0;
    /** where the legend lies on the canvas @type {() => Box|null} */
    this.card = () => null;
    this.scheduled = false;
    this.detail = new Detail();
    this.resting = 0;
    /** @type {(() => void)[]} */
    this.afterDraw = [];
    /** @type {((picture: Picture) => void)[]} */
    this.followers = [];
    new ResizeObserver(() => this.resize()).observe(canvas);
    this.resize();
  }

  // ---- frames ----

  requestDraw() {
    if (this.scheduled) return;
    this.scheduled = true;
    requestAnimationFrame((time) => this.frame(time));
  }

  /** Resolves when a picture that shows everything known by now was drawn. @returns {Promise<void>} */
  drawn() {
    return new Promise((resolve) => {
      this.afterDraw.push(resolve);
      this.requestDraw();
    });
  }

  /** @param {number} time */
  frame(time) {
    this.scheduled = false;
    if (!this.scene || this.size.width === 0) return;
    const scene = this.sceneNow(time);
    this.camera = this.cameraNow(time);
    const picture = { scene, camera: this.camera, size: this.size, ratio: this.ratio, detail: this.detail.next(time) };
    try {
      this.paint(this.context, picture);
      for (const follower of this.followers) follower(picture);
    } catch (error) {
      this.report(error); // a picture that fails once fails in every frame: say it, and let nobody wait for it
    }
    const waiting = this.afterDraw;
    this.afterDraw = [];
    for (const resolve of waiting) resolve();
    if (this.sceneMove || this.cameraMove) this.requestDraw();
    else if (picture.detail > 1) this.drawRest();
  }

  /** Draw what a moving picture left out, once it stands still. */
  drawRest() {
    window.clearTimeout(this.resting);
    this.resting = window.setTimeout(() => this.requestDraw(), this.detail.pause);
  }

  /** @param {number} time @returns {Scene} */
  sceneNow(time) {
    const move = this.sceneMove;
    if (!move) return /** @type {Scene} */ (this.scene);
    const t = progress(move, time);
    this.camera = pinnedCamera(move, t);
    if (t < 1) return betweenScenes(move.before, move.after, t);
    this.sceneMove = null;
    move.done();
    return move.after;
  }

  /** @param {number} time @returns {Camera} */
  cameraNow(time) {
    const move = this.cameraMove;
    if (!move) return this.camera;
    const t = progress(move, time);
    if (t < 1) return betweenCameras(move.start, move.end, this.size, t);
    this.cameraMove = null;
    move.done();
    return move.end;
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const ratio = window.devicePixelRatio || 1;
    if (width === this.size.width && height === this.size.height && ratio === this.ratio) return;
    const middle = toWorld(this.camera, this.size.width / 2, this.size.height / 2);
    this.size = { width, height };
    this.ratio = ratio;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    if (this.scene && this.fitted) this.camera = openingCamera(sceneBox(this.scene), this.size, this.card());
    else this.camera = { ...this.camera, x: middle.x - width / this.camera.scale / 2, y: middle.y - height / this.camera.scale / 2 };
    // Setting the size clears the canvas; drawing in the same task avoids a flash.
    this.frame(performance.now());
  }

  // ---- the scene ----

  /** The first scene. @param {Scene} scene */
  start(scene) {
    this.scene = scene;
    this.camera = openingCamera(sceneBox(scene), this.size, this.card());
    return this.drawn();
  }

  /**
   * Change to another scene; the anchor item stays where it is on the screen, as far as it then fits the window.
   * @param {Scene} scene @param {number} anchor  item
   * @returns {{seen: Promise<void>, settled: Promise<void>}} first frame of the new scene; end of the movement
   */
  change(scene, anchor) {
    this.finishMoves();
    const before = /** @type {Scene} */ (this.scene);
    const pin = locate(this.state.doc, before, anchor).box;
    const box = locate(this.state.doc, scene, anchor).box;
    const start = this.camera;
    const end = unfoldAt(start, pin, box, this.size);
    this.scene = scene;
    this.fitted = false;
    if (this.isStill() || !canMove(before, scene)) {
      this.camera = end;
      const seen = this.drawn();
      return { seen, settled: seen };
    }
    const settled = new Promise((/** @type {(value: void) => void} */ done) => {
      this.sceneMove = { before, after: scene, from: performance.now(), duration: MOVE_MS, start, end, pin, box, done };
    });
    return { seen: this.drawn(), settled };
  }

  /** Change to another scene and show the whole of it, at once. @param {Scene} scene */
  replace(scene) {
    this.finishMoves();
    this.scene = scene;
    this.camera = fitBeside(sceneBox(scene), this.size, this.card());
    const seen = this.drawn();
    return { seen, settled: seen };
  }

  /** Whether pictures change at once. */
  isStill() {
    return this.stillness > 0 || prefersReducedMotion();
  }

  /**
   * Let the pictures that `work` leads to change at once: a script waits for results, not for motion.
   * @param {() => Promise<unknown>|void} work
   */
  async withoutMotion(work) {
    this.stillness += 1;
    try {
      await work();
    } finally {
      this.stillness -= 1;
    }
  }

  /** Jump to the end of what moves. */
  finishMoves() {
    const { sceneMove, cameraMove } = this;
    if (sceneMove) this.camera = sceneMove.end;
    if (cameraMove) this.camera = cameraMove.end;
    this.sceneMove = null;
    this.cameraMove = null;
    sceneMove?.done();
    cameraMove?.done();
  }

  // ---- the camera ----

  /** @param {Camera} camera @param {boolean} [smooth] @returns {Promise<void>} */
  moveTo(camera, smooth = true) {
    this.finishMoves();
    if (!smooth || this.isStill()) {
      this.camera = camera;
      return this.drawn();
    }
    return new Promise((done) => {
      this.cameraMove = { start: this.camera, end: camera, from: performance.now(), duration: FLIGHT_MS, done };
      this.requestDraw();
    });
  }

  fit() {
    if (!this.scene) return Promise.resolve();
    return this.moveTo(fitBeside(sceneBox(this.scene), this.size, this.card()));
  }

  /** @param {number} item */
  showItem(item) {
    if (!this.scene) return Promise.resolve();
    this.fitted = false;
    const camera = reveal(this.camera, locate(this.state.doc, this.scene, item).box, this.size);
    return camera === this.camera ? this.drawn() : this.moveTo(camera);
  }

  /**
   * Bring several items into the window; only the first ones where all would be too small to read.
   * @param {number[]} items  the most important first
   */
  showItems(items) {
    const { scene } = this;
    if (!scene || items.length === 0) return Promise.resolve();
    const boxes = items.map((item) => locate(this.state.doc, scene, item).box);
    const camera = revealAll(this.camera, boxes, this.size, this.card());
    if (camera === this.camera) return this.drawn();
    this.fitted = false;
    return this.moveTo(camera);
  }

  /** @param {number} dx @param {number} dy */
  pan(dx, dy) {
    this.userMoves(panBy(this.camera, dx, dy));
  }

  /** @param {number} factor @param {number} x @param {number} y */
  zoom(factor, x, y) {
    this.userMoves(zoomAround(this.camera, factor, x, y));
  }

  /** @param {number} factor  around the middle */
  zoomStep(factor) {
    this.fitted = false;
    return this.moveTo(zoomAround(this.camera, factor, this.size.width / 2, this.size.height / 2));
  }

  /** @param {Camera} camera */
  userMoves(camera) {
    if (!this.scene) return;
    this.finishMoves();
    this.fitted = false;
    this.camera = keepInSight(camera, sceneBox(this.scene), this.size);
    this.requestDraw();
  }

  /** What lies under a point of the canvas. @param {number} px @param {number} py */
  placeAt(px, py) {
    if (!this.scene) return null;
    const { x, y } = toWorld(this.camera, px, py);
    return placeAt(this.scene, x, y);
  }

  /**
   * What the pointer means: a box, or the header of an open scope; its wide inside is no target, -1.
   * @param {number} px @param {number} py
   */
  itemUnder(px, py) {
    const place = this.placeAt(px, py);
    if (!place) return -1;
    const depth = toWorld(this.camera, px, py).y - place.box.y;
    return place.inner && depth > BOX.headerHeight ? -1 : place.item;
  }

  /** The edge under a point that is on no box, or null. @param {number} px @param {number} py */
  edgeUnder(px, py) {
    if (!this.scene) return null;
    const { x, y } = toWorld(this.camera, px, py);
    return edgeAt(this.scene, x, y, EDGE_SLACK / this.camera.scale);
  }

  /** Whether a point lies on the mark that opens or closes a scope. @param {number} px @param {number} py */
  isOnChevron(px, py) {
    const place = this.placeAt(px, py);
    if (!place || !this.state.doc.isScope(place.item)) return false;
    const { x, y } = toWorld(this.camera, px, py);
    const [dx, dy] = [x - place.box.x, y - place.box.y];
    return dx < CHEVRON_AREA && dy < BOX.headerHeight && CHEVRON_AREA * this.camera.scale > 8;
  }

  /** An item's box on the page, CSS px; null when a closed scope hides it. @param {number} item */
  boxOnPage(item) {
    if (!this.scene) return null;
    const place = locate(this.state.doc, this.scene, item);
    if (place.item !== item) return null;
    const corner = toScreen(this.camera, place.box.x, place.box.y);
    const page = this.canvas.getBoundingClientRect();
    const { scale } = this.camera;
    return { x: page.left + corner.x, y: page.top + corner.y, width: place.box.width * scale, height: place.box.height * scale };
  }
}
