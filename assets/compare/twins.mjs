/**
 * Two graphs that are looked at together: what is opened, selected, moved and zoomed in one happens to its like in the
 * other. One of them leads, the one that the user touched last.
 */

import { placeAt, locate } from '../page/geometry.mjs';
import { toScreen, toWorld } from '../page/viewport.mjs';
import { Correspondence } from './correspondence.mjs';

/**
 * @import {ChangeView} from './change_view.mjs'
 * @import {Camera} from '../page/viewport.mjs'
 *
 * @typedef {{view: ChangeView, other: ChangeView, partners: Correspondence, back: Correspondence}} Side
 */

export class Twins {
  /** @param {ChangeView} before @param {ChangeView} after @param {{forth: Map<string, string>, back: Map<string, string>}} pairs */
  constructor(before, after, pairs) {
    const forth = new Correspondence(before.state.doc, after.state.doc, pairs.forth);
    const back = new Correspondence(after.state.doc, before.state.doc, pairs.back);
    /** @type {Side[]} */
    this.sides = [{ view: before, other: after, partners: forth, back }, { view: after, other: before, partners: back, back: forth }];
    this.leader = after;
    this.sides.forEach((side) => this.connect(side));
  }

  /** @param {Side} side */
  connect(side) {
    const { view } = side;
    for (const kind of ['pointerdown', 'wheel', 'keydown', 'focusin']) {
      view.place.addEventListener(kind, () => (this.leader = view), { capture: true, passive: true });
    }
    view.state.on(['open'], () => this.leads(side) && void this.openLike(side));
    view.state.on(['selected'], () => this.leads(side) && this.selectLike(side));
    view.state.on(['hovered'], ({ hovered }) => this.leads(side) && side.other.state.set({ hovered: side.partners.of(hovered) }));
    view.stage.followers.push(() => this.leads(side) && this.moveLike(side));
  }

  /** @param {Side} side */
  leads({ view }) {
    return view === this.leader;
  }

  /** @param {Side} side */
  async openLike({ view, other, partners, back }) {
    const mapped = partners.open(view.state.now.open);
    const open = new Set(mapped);
    // What only the other side has stays as it is.
    for (const item of other.state.now.open) if (back.of(item) < 0 && mapped.has(other.state.doc.parent[item])) open.add(item);
    const now = other.state.now.open;
    if (open.size === now.size && [...open].every((item) => now.has(item))) return;
    await other.controller.show(open, partners.nearest(anchorOf(view)).partner);
    view.stage.requestDraw();
  }

  /** @param {Side} side */
  selectLike({ view, other, partners }) {
    const partner = partners.of(view.state.now.selected);
    other.state.set({ selected: partner });
  }

  /** Lay the like of what is in the middle of the window in the same place. @param {Side} side */
  moveLike({ view, other, partners }) {
    const { scene } = view.stage;
    const theirs = other.stage.scene;
    if (!scene || !theirs || other.stage.sceneMove || view.stage.sceneMove) return;
    const { item, partner } = partners.nearest(anchorOf(view));
    const here = locate(view.state.doc, scene, item);
    const there = locate(other.state.doc, theirs, partner);
    const camera = item > 0 ? alignedCamera(view, here.box, there.box) : shiftedCamera(view, other);
    const now = other.stage.camera;
    if (Math.abs(now.x - camera.x) + Math.abs(now.y - camera.y) < 0.01 && now.scale === camera.scale) return;
    other.stage.finishMoves();
    other.stage.fitted = false;
    other.stage.camera = camera;
    other.stage.requestDraw();
  }

  /** Both follow the one that leads. @param {ChangeView} view */
  follow(view) {
    this.leader = view;
    const side = this.sides[view === this.sides[0].view ? 0 : 1];
    void this.openLike(side).then(() => this.moveLike(side));
    this.selectLike(side);
  }
}

/** What the user looks at: the selected item if it is in sight, else what lies in the middle. @param {ChangeView} view */
function anchorOf({ state, stage }) {
  const { selected } = state.now;
  const { scene, camera, size } = stage;
  if (!scene) return 0;
  if (selected > 0) {
    const { box, item } = locate(state.doc, scene, selected);
    const corner = toScreen(camera, box.x, box.y);
    const isSeen = corner.x > -box.width * camera.scale && corner.y > -box.height * camera.scale && corner.x < size.width && corner.y < size.height;
    if (item === selected && isSeen) return selected;
  }
  return nearestInMiddle(stage);
}

/** Probes from the middle outwards: half, a quarter of the way to the sides. */
const PROBES = [[0.5, 0.5], [0.5, 0.35], [0.5, 0.65], [0.35, 0.5], [0.65, 0.5], [0.5, 0.2], [0.5, 0.8], [0.2, 0.5], [0.8, 0.5]];

/** @param {ChangeView['stage']} stage */
function nearestInMiddle({ scene, camera, size }) {
  if (!scene) return 0;
  let within = 0;
  for (const [u, v] of PROBES) {
    const at = toWorld(camera, u * size.width, v * size.height);
    const place = placeAt(scene, at.x, at.y);
    if (!place) continue;
    if (!place.inner) return place.item;
    within = within || place.item;
  }
  return within;
}

/** The middle of one box where the middle of the other is. @param {ChangeView} view @param {Box} here @param {Box} there @returns {Camera} */
function alignedCamera({ stage: { camera } }, here, there) {
  const at = toScreen(camera, here.x + here.width / 2, here.y + Math.min(here.height, there.height) / 2);
  const { scale } = camera;
  return { x: there.x + there.width / 2 - at.x / scale, y: there.y + Math.min(here.height, there.height) / 2 - at.y / scale, scale };
}

/** Where nothing is alike: the same share of the whole. @param {ChangeView} view @param {ChangeView} other @returns {Camera} */
function shiftedCamera({ stage }, other) {
  const { camera, size } = stage;
  const [mine, theirs] = [/** @type {Scene} */ (stage.scene), /** @type {Scene} */ (other.stage.scene)];
  const middle = toWorld(camera, size.width / 2, size.height / 2);
  const { width, height } = other.stage.size;
  return {
    x: (middle.x / mine.width) * theirs.width - width / camera.scale / 2,
    y: (middle.y / mine.height) * theirs.height - height / camera.scale / 2,
    scale: camera.scale,
  };
}

/**
 * @typedef {import('../page/viewport.mjs').Box} Box
 * @typedef {import('../core/scene.mjs').Scene} Scene
 */
