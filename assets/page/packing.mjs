/**
 * Many open scopes as a short text: one bit for each scope of the document, in its order, behind a fingerprint of the
 * ids of all scopes. Another version of a model has another fingerprint, and its bits would mean other scopes.
 *
 * @import {Doc} from '../core/document.mjs'
 */

/** @type {WeakMap<Doc, {scopes: number[], fingerprint: string}>} */
const known = new WeakMap();

/** @param {Doc} doc @param {ReadonlySet<number>} open @returns {string} letters that may stand in an address */
export function packOpen(doc, open) {
  const { scopes, fingerprint } = scopesOf(doc);
  const bytes = new Uint8Array(Math.ceil(scopes.length / 8));
  scopes.forEach((item, k) => {
    if (open.has(item)) bytes[k >> 3] |= 1 << (k & 7);
  });
  let last = bytes.length;
  while (last > 0 && bytes[last - 1] === 0) last--;
  let binary = '';
  for (const byte of bytes.subarray(0, last)) binary += String.fromCharCode(byte);
  return `${fingerprint}.${btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')}`;
}

/** @param {Doc} doc @param {string} packed @returns {Set<number>|null} null where it was made for another model, or is no such text */
export function unpackOpen(doc, packed) {
  const { scopes, fingerprint } = scopesOf(doc);
  const [print, text] = packed.split('.');
  if (print !== fingerprint || text === undefined || !/^[\w-]*$/.test(text)) return null;
  let binary;
  try {
    binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  } catch {
    return null; // a length that Base64 does not have: the address was cut
  }
  const open = new Set([0]);
  scopes.forEach((item, k) => {
    if (k >> 3 < binary.length && (binary.charCodeAt(k >> 3) >> (k & 7)) & 1) open.add(item);
  });
  for (const item of [...open]) for (let up = doc.parent[item]; up >= 0; up = doc.parent[up]) open.add(up);
  return open;
}

/** @param {Doc} doc */
function scopesOf(doc) {
  let found = known.get(doc);
  if (!found) {
    const scopes = [];
    for (let item = 1; item < doc.n; item++) if (doc.isScope(item)) scopes.push(item);
    found = { scopes, fingerprint: hashOf(scopes.map((item) => doc.id(item))) };
    known.set(doc, found);
  }
  return found;
}

/** FNV-1a with 32 bits: it need not be secret, only differ. @param {string[]} ids */
function hashOf(ids) {
  let hash = 0x811c9dc5;
  for (const id of ids) {
    for (let i = 0; i <= id.length; i++) hash = Math.imul(hash ^ (i < id.length ? id.charCodeAt(i) : 0), 0x01000193);
  }
  return (hash >>> 0).toString(36);
}
