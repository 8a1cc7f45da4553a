/**
 * The view in the address (#overlay=flops&select=encoder/dense&open=encoder,encoder/dense): pure text functions.
 *
 * @typedef {{selected?: string, overlay?: string, step?: number, theme?: string, direction?: string, open?: string[]}} AddressState
 */

/** Above this an address would be too long to share; the view then opens as usual. */
const MAX_OPEN = 24;
const MAX_LENGTH = 1800;

/** @param {string} hash @returns {AddressState} */
export function readAddress(hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  /** @type {AddressState} */
  const state = {};
  const selected = fields.get('select');
  if (selected) state.selected = selected;
  const overlay = fields.get('overlay');
  if (overlay) state.overlay = overlay;
  const step = fields.get('step');
  if (step && /^\d{1,15}$/.test(step)) state.step = Number(step);
  const theme = fields.get('theme');
  if (theme === 'light' || theme === 'dark') state.theme = theme;
  const direction = fields.get('direction');
  if (direction === 'down' || direction === 'right') state.direction = direction;
  const open = fields.getAll('open');
  if (open.length) state.open = open;
  return state;
}

/**
 * @param {AddressState} state @param {string} [usual]  the overlay one gets anyway
 * @returns {string} the part behind "#", "" for the view one gets anyway
 */
export function writeAddress(state, usual = 'type') {
  const fields = new URLSearchParams();
  if (state.selected) fields.set('select', state.selected);
  if (state.overlay && state.overlay !== usual) fields.set('overlay', state.overlay);
  if (state.step !== undefined) fields.set('step', String(state.step));
  if (state.theme) fields.set('theme', state.theme);
  if (state.direction && state.direction !== 'down') fields.set('direction', state.direction);
  const short = fields.toString();
  if (state.open && state.open.length <= MAX_OPEN) {
    for (const id of state.open) fields.append('open', id);
  }
  const text = fields.toString();
  return text.length > MAX_LENGTH ? short : text;
}
