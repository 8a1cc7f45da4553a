/**
 * Mouse, touch and pen on the canvas: drag pans, wheel and pinch zoom around the pointer, click selects.
 *
 * @typedef {object} PointerActions
 * @property {(dx: number, dy: number) => void} pan
 * @property {(factor: number, x: number, y: number) => void} zoom
 * @property {(x: number, y: number) => void} click
 * @property {(x: number, y: number) => void} doubleClick
 * @property {(x: number, y: number) => void} hover
 * @property {() => void} leave
 * @property {(active: boolean) => void} panning
 */

const CLICK_SLACK = 4;
/** CSS px of a wheel step that is counted in lines or pages. */
const WHEEL_LINE = 16;
const WHEEL_PAGE = 400;

export class PointerInput {
  /** @param {HTMLElement} element @param {PointerActions} actions */
  constructor(element, actions) {
    this.element = element;
    this.actions = actions;
    /** @type {Map<number, {x: number, y: number}>} */
    this.down = new Map();
    this.travelled = 0;
    element.addEventListener('pointerdown', (event) => this.onDown(event));
    element.addEventListener('pointermove', (event) => this.onMove(event));
    element.addEventListener('pointerup', (event) => this.onUp(event));
    element.addEventListener('pointercancel', (event) => this.forget(event));
    element.addEventListener('pointerleave', () => actions.leave());
    element.addEventListener('wheel', (event) => this.onWheel(event), { passive: false });
    element.addEventListener('dblclick', (event) => actions.doubleClick(...this.place(event)));
  }

  /** Position in the element, CSS px. @param {MouseEvent} event @returns {[number, number]} */
  place(event) {
    const box = this.element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  /** @param {PointerEvent} event */
  onDown(event) {
    if (event.button !== 0 && event.button !== 1) return;
    const [x, y] = this.place(event);
    this.down.set(event.pointerId, { x, y });
    if (this.down.size === 1) this.travelled = 0;
    this.element.setPointerCapture(event.pointerId);
  }

  /** @param {PointerEvent} event */
  onMove(event) {
    const [x, y] = this.place(event);
    const before = this.down.get(event.pointerId);
    if (!before) {
      this.actions.hover(x, y);
      return;
    }
    const spread = this.spread();
    this.down.set(event.pointerId, { x, y });
    this.travelled += Math.hypot(x - before.x, y - before.y);
    if (this.travelled <= CLICK_SLACK) return;
    this.actions.panning(true);
    this.actions.pan((x - before.x) / this.down.size, (y - before.y) / this.down.size);
    if (spread) this.pinch(spread);
  }

  /** Distance and middle of two fingers. */
  spread() {
    if (this.down.size !== 2) return null;
    const [a, b] = [...this.down.values()];
    return { distance: Math.hypot(a.x - b.x, a.y - b.y), x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  }

  /** @param {{distance: number}} before */
  pinch(before) {
    const now = this.spread();
    if (now && before.distance > 0) this.actions.zoom(now.distance / before.distance, now.x, now.y);
  }

  /** @param {PointerEvent} event */
  onUp(event) {
    if (!this.down.has(event.pointerId)) return;
    const wasClick = this.down.size === 1 && this.travelled <= CLICK_SLACK && event.button === 0;
    this.forget(event);
    if (wasClick) this.actions.click(...this.place(event));
  }

  /** @param {PointerEvent} event */
  forget(event) {
    this.down.delete(event.pointerId);
    if (this.down.size === 0) this.actions.panning(false);
  }

  /** @param {WheelEvent} event */
  onWheel(event) {
    event.preventDefault();
    const unit = [1, WHEEL_LINE, WHEEL_PAGE][event.deltaMode];
    if (event.shiftKey && !event.ctrlKey) {
      this.actions.pan(-(event.deltaX || event.deltaY) * unit, event.deltaX ? -event.deltaY * unit : 0);
      return;
    }
    // A pinch on a touchpad arrives as a wheel with ctrl and small steps.
    const speed = event.ctrlKey ? 0.01 : 0.0016;
    const step = Math.max(-1, Math.min(1, event.deltaY * unit * speed));
    this.actions.zoom(Math.exp(-step), ...this.place(event));
  }
}
