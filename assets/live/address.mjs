/** The view in the address (#x=epoch&smooth=0.6&hide=a&hide=b): pure text functions. */

/** @import {Span, View} from './types.mjs' */

/** @type {View} */
export const FIRST_VIEW = {
  x: 'step',
  smoothing: 0.6, // as TensorBoard begins
  logX: false,
  logY: false,
  hidden: [],
  colours: {},
  sort: '',
  find: '',
  metricFind: '',
  selected: [],
  comparing: false,
  turned: [],
  wide: [],
  zoom: {},
};

export const MOST_SMOOTHING = 0.99;

/** Names of those lists that an address may say several times. @type {[string, 'hidden'|'selected'|'turned'|'wide'][]} */
const LISTS = [['hide', 'hidden'], ['select', 'selected'], ['group', 'turned'], ['wide', 'wide']];
/** @type {[string, 'sort'|'find'|'metricFind'][]} */
const TEXTS = [['sort', 'sort'], ['find', 'find'], ['metrics', 'metricFind']];

/** @param {string} hash @returns {View} */
export function readView(hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const view = structuredClone(FIRST_VIEW);
  const x = fields.get('x');
  if (x === 'epoch' || x === 'time') view.x = x;
  const smoothing = Number.parseFloat(fields.get('smooth') ?? '');
  if (smoothing >= 0) view.smoothing = Math.min(smoothing, MOST_SMOOTHING);
  view.logX = fields.getAll('log').includes('x');
  view.logY = fields.getAll('log').includes('y');
  for (const [name, field] of LISTS) view[field] = fields.getAll(name);
  for (const [name, field] of TEXTS) view[field] = fields.get(name) ?? '';
  view.selected = view.selected.slice(0, 2);
  view.comparing = fields.has('compare') && view.selected.length === 2;
  view.colours = Object.fromEntries(fields.getAll('colour').map(readPair).filter(([, place]) => Number.isInteger(place) && place >= 0));
  for (const text of fields.getAll('zoom')) readZoom(view.zoom, text);
  return view;
}

/** The last colon divides: names may hold others. @param {string} text @returns {[string, number]} */
function readPair(text) {
  const at = text.lastIndexOf(':');
  return [text.slice(0, Math.max(at, 0)), at < 0 ? NaN : Number.parseFloat(text.slice(at + 1))];
}

/** @param {Record<string, Span>} zoom @param {string} text  "loss:100:250" */
function readZoom(zoom, text) {
  const [rest, last] = readPair(text);
  const [card, first] = readPair(rest);
  if (card && first < last) zoom[card] = [first, last];
}

/** @param {View} view @param {string} [theme]  when it was chosen by hand @returns {string} the part behind "#", "" for the view one gets anyway */
export function writeView(view, theme = '') {
  const fields = new URLSearchParams();
  if (view.x !== FIRST_VIEW.x) fields.set('x', view.x);
  if (view.smoothing !== FIRST_VIEW.smoothing) fields.set('smooth', String(view.smoothing));
  if (view.logX) fields.append('log', 'x');
  if (view.logY) fields.append('log', 'y');
  for (const [name, field] of TEXTS) if (view[field]) fields.set(name, view[field]);
  for (const [name, field] of LISTS) for (const value of view[field]) fields.append(name, value);
  if (view.comparing) fields.set('compare', '1');
  for (const [key, place] of Object.entries(view.colours)) fields.append('colour', `${key}:${place}`);
  for (const [card, span] of Object.entries(view.zoom)) fields.append('zoom', [card, ...span.map((end) => Number(end.toPrecision(8)))].join(':'));
  if (theme) fields.set('theme', theme);
  return fields.toString();
}
