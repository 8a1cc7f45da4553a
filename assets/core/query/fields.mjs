/**
 * What can be asked of a node, by name. One list for the parser, the completion and the help.
 *
 * @import {Doc, Overlay} from '../document.mjs'
 *
 * @typedef {'text'|'path'|'shape'|'number'|'flag'|'trace'} FieldType
 *
 * @typedef {object} FieldInfo
 * @property {string} key
 * @property {string[]} [also]     other names of it
 * @property {FieldType} type
 * @property {string} label        English; what it is
 * @property {string} example
 * @property {string} [unit]       of a number: "" plain, "B" bytes, "s" seconds
 * @property {string} [overlay]    the overlay whose values it asks for
 * @property {string[]} [categories]  what the numbers of that overlay stand for
 */

/** @type {ReadonlyArray<FieldInfo>} */
export const FIELDS = [
  { key: 'op', type: 'text', label: 'type of an operation', example: 'op:matmul' },
  { key: 'layer', type: 'text', label: 'class of a layer', example: 'layer:Dense' },
  { key: 'type', type: 'text', label: 'type of anything', example: 'type:*conv*' },
  { key: 'name', type: 'text', label: 'name', example: 'name:block_?' },
  { key: 'path', also: ['id'], type: 'path', label: 'where it lies', example: 'path:encoder/**' },
  { key: 'shape', also: ['out', 'output'], type: 'shape', label: 'shape of an output', example: 'shape:(?,128,*)' },
  { key: 'in', also: ['input'], type: 'shape', label: 'shape of an input', example: 'in[-1]>=1024' },
  { key: 'params', also: ['parameters'], type: 'number', unit: '', overlay: 'parameters', label: 'parameters', example: 'params>1M' },
  { key: 'flops', type: 'number', unit: '', overlay: 'flops', label: 'FLOPs', example: 'flops>1G' },
  { key: 'bytes', also: ['memory', 'output_bytes'], type: 'number', unit: 'B', overlay: 'output_bytes', label: 'bytes of the outputs', example: 'bytes>=4MiB' },
  { key: 'dtype', type: 'text', label: 'dtype of the output', example: 'dtype:float16' },
  { key: 'trainable', type: 'flag', label: 'has weights that are trained', example: 'trainable:false' },
  { key: 'weights', also: ['weight'], type: 'text', label: 'name of a weight of its own', example: 'weights:kernel' },
  { key: 'kind', type: 'text', label: 'layer, op, block, repeat and so on', example: 'kind:repeat' },
  { key: 'role', type: 'text', label: 'input, output, hidden or intermediate', example: 'role:output' },
  { key: 'family', type: 'text', label: 'family, as in the legend', example: 'family:normalization' },
  { key: 'upstream', type: 'trace', label: 'what leads to it', example: 'upstream:softmax' },
  { key: 'downstream', type: 'trace', label: 'what depends on it', example: 'downstream:embedding' },
  { key: 'unowned', type: 'flag', label: 'belongs to no layer', example: 'unowned:true' },
  { key: 'code', type: 'flag', label: 'code came with it', example: 'code:true' },
  { key: 'note', type: 'text', label: 'code of a note about it', example: 'note:*' },
  { key: 'rank', type: 'number', unit: '', label: 'number of dimensions', example: 'rank:4' },
  { key: 'inputs', type: 'number', unit: '', label: 'number of edges that enter', example: 'inputs>2' },
  { key: 'outputs', type: 'number', unit: '', label: 'number of edges that leave', example: 'outputs:0' },
  { key: 'nodes', also: ['leaves'], type: 'number', unit: '', label: 'nodes inside', example: 'nodes>100' },
  { key: 'depth', type: 'number', unit: '', label: 'scopes around it', example: 'depth:1' },
  { key: 'count', also: ['repeats'], type: 'number', unit: '', label: 'members of a repeat', example: 'count>=12' },
];

/** @type {Map<string, FieldInfo>} */
const fieldsByName = new Map();
for (const field of FIELDS) for (const name of [field.key, ...(field.also ?? [])]) fieldsByName.set(name, field);

/**
 * The field of this name; an overlay of the document is one too, by its name or its label in small letters.
 * @param {Doc} doc @param {string} key @returns {FieldInfo|null}
 */
export function findField(doc, key) {
  const wanted = key.toLowerCase();
  const field = fieldsByName.get(wanted);
  if (field) return field;
  const overlay = doc.overlays.find((each) => each.name !== 'type' && (fieldKey(each.name) === wanted || fieldKey(each.label) === wanted));
  return overlay ? fieldOfOverlay(overlay) : null;
}

/** All fields of a document, its own overlays last. @param {Doc} doc @returns {FieldInfo[]} */
export function fieldsOf(doc) {
  const overlays = doc.overlays.filter((each) => each.name !== 'type' && !fieldsByName.has(fieldKey(each.name)) && doc.values[each.name] !== undefined);
  return [...FIELDS, ...overlays.map(fieldOfOverlay)];
}

/** @param {Overlay} overlay @returns {FieldInfo} */
function fieldOfOverlay({ name, label, unit, categories }) {
  const key = fieldKey(name);
  if (categories) return { key, type: 'text', overlay: name, label, example: `${key}:*`, categories };
  return { key, type: 'number', unit: unit ?? '', overlay: name, label, example: `${key}>0` };
}

/** @param {string} text */
function fieldKey(text) {
  return text.toLowerCase().replace(/[^\w.]+/g, '_');
}
