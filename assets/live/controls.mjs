/** The controls above the charts and in the header: each shows a field of the view and sets it. */

import { byId, setText } from '../page/dom.mjs';
import { listenToRadios, markRadios } from '../page/keyboard.mjs';
import { MOST_SMOOTHING } from './address.mjs';

/**
 * @import {Store} from '../page/store.mjs'
 * @import {LivePage, View} from './types.mjs'
 */

/** A slider tells of every pixel; the server is asked when it rests this long. */
const REST_MS = 90;
const SMOOTHING_STEP = 0.05;

/** @param {Store<LivePage>} store */
export function connectControls(store) {
  connectSmoothing(store);
  connectAxes(store);
  connectField(store, 'find', 'find');
  connectField(store, 'metric-find', 'metricFind');
}

/** @param {Store<LivePage>} store */
function connectSmoothing(store) {
  const slider = byId('smoothing');
  const show = () => {
    const { smoothing } = store.now;
    slider.value = String(smoothing);
    setText(byId('smoothing-value'), smoothing.toFixed(2));
  };
  let timer = 0;
  slider.addEventListener('input', () => {
    setText(byId('smoothing-value'), Number(slider.value).toFixed(2));
    clearTimeout(timer);
    timer = window.setTimeout(() => store.set({ smoothing: Number(slider.value) }), REST_MS);
  });
  store.on(['smoothing'], show);
  show();
}

/** @param {Store<LivePage>} store @param {number} direction  -1 or 1 */
export function stepSmoothing(store, direction) {
  const wanted = Math.round((store.now.smoothing + direction * SMOOTHING_STEP) * 100) / 100;
  store.set({ smoothing: Math.min(Math.max(wanted, 0), MOST_SMOOTHING) });
}

const AXES = /** @type {const} */ (['step', 'epoch', 'time']);

/** @param {Store<LivePage>} store */
function connectAxes(store) {
  const group = byId('x-axis');
  const show = () => {
    markRadios(group, (button) => button.dataset.x === store.now.x);
    byId('log-x').setAttribute('aria-pressed', String(store.now.logX));
    byId('log-y').setAttribute('aria-pressed', String(store.now.logY));
  };
  listenToRadios(group, (button) => chooseAxis(store, /** @type {View['x']} */ (button.dataset.x)));
  byId('log-x').addEventListener('click', () => store.set({ logX: !store.now.logX }));
  byId('log-y').addEventListener('click', () => store.set({ logY: !store.now.logY }));
  store.on(['x', 'logX', 'logY'], show);
  show();
}

/** Windows of one axis mean nothing on another. @param {Store<LivePage>} store @param {View['x']} x */
export function chooseAxis(store, x) {
  if (x !== store.now.x) store.set({ x, zoom: {} });
}

/** @param {Store<LivePage>} store */
export function nextAxis(store) {
  chooseAxis(store, AXES[(AXES.indexOf(store.now.x) + 1) % AXES.length]);
}

/** @param {Store<LivePage>} store @param {string} id @param {'find'|'metricFind'} field */
function connectField(store, id, field) {
  const input = byId(id);
  input.value = store.now[field];
  input.addEventListener('input', () => store.set({ [field]: input.value }));
  input.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    if (input.value) {
      input.value = '';
      store.set({ [field]: '' });
    } else input.blur();
  });
  store.on([field], () => {
    if (input.value !== store.now[field]) input.value = store.now[field];
  });
}
