/**
 * The view in the address (#overlay=flops&select=encoder/dense&open=encoder,encoder/dense): pure text functions.
 *
 * @typedef {object} AddressState
 * @property {string} [selected]  id
 * @property {{scope: string, index: number}} [edge]  of the level of a scope
 * @property {string} [overlay]
 * @property {'log'|'linear'} [scale]   of the overlay, where it is not the usual one
 * @property {{from: number|null, to: number|null}|{codes: number[]}} [brush]  part of the overlay's scale
 * @property {string} [query]
 * @property {'filter'} [finding]       what was not found fades
 * @property {{id: string, direction: 'upstream'|'downstream'}} [trace]
 * @property {number} [step]            of a training
 * @property {number} [diagnosis]
 * @property {string} [theme]
 * @property {string} [language]
 * @property {string} [direction]
 * @property {string[]} [open]          ids of open scopes
 * @property {string} [packed]          the same, packed (see packing.mjs)
 * @property {{x: number, y: number, scale: number}} [camera]  the middle of the window, in units of the drawing
 * @property {string} [dock]            the tab below the graph
 * @property {'split'} [panes]          layers, operations and source side by side
 */

/** Ids beyond this are packed, so that an address stays short enough to share. */
export const MOST_IDS = 24;
export const MOST_LETTERS = 1200;

const NUMBER = '-?\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?';
const CAMERA = new RegExp(`^(${NUMBER}),(${NUMBER}),(${NUMBER})$`);
const RANGE = new RegExp(`^(${NUMBER})?\\.\\.(${NUMBER})?$`);

/** @param {string} hash @returns {AddressState} */
export function readAddress(hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const get = (/** @type {string} */ name) => fields.get(name) || undefined;
  const one = (/** @type {string} */ name, /** @type {string[]} */ ...known) => known.find((value) => value === fields.get(name));
  const open = fields.getAll('open');
  /** @type {Record<string, unknown>} */
  const state = {
    selected: get('select'), edge: readEdge(fields.get('edge')), overlay: get('overlay'), scale: one('scale', 'log', 'linear'), brush: readBrush(fields),
    query: get('q'), finding: one('find', 'filter'), trace: readTrace(fields.get('trace')), step: readCount(fields.get('step')), diagnosis: readCount(fields.get('diagnosis')),
    theme: one('theme', 'light', 'dark'), language: one('lang', 'en', 'zh'), direction: one('direction', 'down', 'right'),
    open: open.length > 0 ? open : undefined, packed: get('scopes'), camera: readCamera(fields.get('at')), dock: get('dock'),
    panes: one('panes', 'split'),
  };
  return Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined));
}

/**
 * @param {AddressState} state @param {string} [usual]  the overlay one gets anyway
 * @returns {string} the part behind "#", "" for the view one gets anyway
 */
export function writeAddress(state, usual = 'type') {
  const fields = new URLSearchParams();
  const set = (/** @type {string} */ name, /** @type {string|number|undefined} */ value) => {
    if (value !== undefined && value !== '') fields.set(name, String(value));
  };
  set('select', state.selected);
  set('edge', state.edge && `${state.edge.index}:${state.edge.scope}`);
  set('overlay', state.overlay === usual ? undefined : state.overlay);
  set('scale', state.scale);
  if (state.brush) writeBrush(state.brush, set);
  set('q', state.query);
  set('find', state.finding);
  set('trace', state.trace && `${state.trace.direction}:${state.trace.id}`);
  set('step', state.step);
  set('diagnosis', state.diagnosis || undefined);
  set('theme', state.theme);
  set('lang', state.language);
  set('direction', state.direction === 'down' ? undefined : state.direction);
  set('dock', state.dock);
  set('panes', state.panes);
  set('at', state.camera && [state.camera.x, state.camera.y, state.camera.scale].map((number) => Number(number.toPrecision(6))).join(','));
  if (state.packed) set('scopes', state.packed);
  else for (const id of state.open ?? []) fields.append('open', id);
  return fields.toString();
}

/** @param {string|null} text @returns {number|undefined} */
function readCount(text) {
  return text && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** @param {string|null} text */
function readEdge(text) {
  const found = text?.match(/^(\d{1,9}):(.+)$/s);
  return found ? { index: Number(found[1]), scope: found[2] } : undefined;
}

/** @param {string|null} text */
function readTrace(text) {
  const found = text?.match(/^(upstream|downstream):(.+)$/s);
  return found ? { direction: found[1], id: found[2] } : undefined;
}

/** @param {string|null} text */
function readCamera(text) {
  const found = text?.match(CAMERA)?.slice(1).map(Number);
  return found && found.every(Number.isFinite) && found[2] > 0 ? { x: found[0], y: found[1], scale: found[2] } : undefined;
}

/** @param {URLSearchParams} fields */
function readBrush(fields) {
  const range = fields.get('range')?.match(RANGE);
  const numberOf = (/** @type {string|undefined} */ text) => (text === undefined ? null : Number(text));
  if (range) return { from: numberOf(range[1]), to: numberOf(range[2]) };
  const codes = fields.get('kinds')?.match(/^\d{1,9}(,\d{1,9})*$/)?.[0].split(',').map(Number);
  return codes ? { codes } : undefined;
}

/** @param {NonNullable<AddressState['brush']>} brush @param {(name: string, value: string) => void} set */
function writeBrush(brush, set) {
  if ('codes' in brush) set('kinds', brush.codes.join(','));
  else set('range', `${brush.from ?? ''}..${brush.to ?? ''}`);
}
