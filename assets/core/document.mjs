/**
 * The drawing document as typed columns.
 *
 * `readDocument` takes the parsed JSON (format "graphscope-drawing") and returns a {@link Doc}:
 * the outline in preorder (item i owns the items i+1 .. end[i]-1) and the edges between leaf items.
 * Everything else in the core asks a Doc, never the JSON.
 */

import { addNodeData } from './node_data.mjs';

/**
 * @typedef {object} Overlay
 * @property {string} name   the key of the overlay in `values`, or "type" for the family colours
 * @property {string} label
 * @property {string} [unit] "" for plain counts, "B" for bytes, "s" for seconds
 * @property {string} [group] "training" for what happens in each step of a training; the page fills in its values
 * @property {'log'|'share'|'signed'|'band'|'levels'|'category'} [scale]  of a statistic of a training (see statistic.mjs);
 *                           category: a kind instead of a number (see categories.mjs)
 * @property {string[]} [categories]  what the numbers in `values` stand for, of a category
 * @property {boolean} [later]  its values are not in the document: the server has them
 * @property {boolean} [own]    a user's file says it
 * @property {boolean} [quiet]  of these, one that is not shown before it is chosen
 * @property {{stop: number, color: string}[]} [gradient]   a user's colours from the smallest to the largest value
 * @property {{value: number, color: string}[]} [thresholds]  a user's colours, each up to a value
 * @property {(string|undefined)[]} [fills]  a user's colours of single items
 * @property {[number, number]|null} [band]  between what it is as it should be
 * @property {boolean} [alarms]  any of it is bad
 * @property {'largest'|'smallest'|'mean'|'farthest'} [fold]  what a scope shows of the layers in it
 * @property {boolean} [absent]  no value of it is known at all
 * @property {[number, number]} [range]  of the colours, the same in every step
 * @property {string} [moment]  which step is shown: "step 240"
 *
 * @typedef {object} Note
 * @property {string} code
 * @property {string} message
 * @property {number} item   the item it belongs to, -1 for the whole model
 *
 * @typedef {object} Mark     what is highlighted for one diagnosis
 * @property {{item: number, label: string, main: boolean}[]} points  what is blamed, and what failed; the main one is
 *                                                                    where to look first
 * @property {number[]} items          items on the way between
 * @property {[number, number][]} edges source and target of the edges on the way
 *
 * @typedef {object} DocEdges  columns of equal length, one entry per tensor between two leaf items
 * @property {number} length
 * @property {Int32Array} source
 * @property {Int32Array} target
 * @property {Uint8Array} kind    0 data, 1 mask, 2 state, 3 control
 * @property {Int32Array} shape   index into `strings`
 * @property {Int32Array} port    output port of the source
 */

/** @type {ReadonlyArray<string>} */
export const KIND_NAMES = ['root', 'layer', 'operation', 'subgraph', 'block', 'repeat', 'input', 'constant', 'node_layer', 'op', 'phase'];

/** Bits of `flags`. */
export const FLAG = { trained: 1, frozen: 2, unowned: 4, code: 8, custom: 16 };

/** The drawing document: read-only columns with a few look-ups. */
export class Doc {
  /** @param {any} raw the parsed drawing document (already checked by readDocument) */
  constructor(raw) {
    const items = raw.items;
    /** number of items */
    this.n = items.parent.length;
    /** @type {string} */
    this.title = String(raw.name ?? '');
    /** @type {string} */
    this.subtitle = String(raw.subtitle ?? '');
    /** @type {string[]} */
    this.strings = raw.strings;
    /** @type {string[]} */
    this.kinds = raw.kinds;
    /** @type {string[]} */
    this.families = raw.families;
    /** @type {string[]} */
    this.roles = raw.roles;
    this.parent = new Int32Array(items.parent);
    this.kind = new Uint8Array(items.kind);
    this.family = new Uint8Array(items.family);
    this.role = new Uint8Array(items.role);
    this.count = new Int32Array(items.count);
    this.leaves = new Int32Array(items.leaves);
    this.signature = new Int32Array(items.signature);
    this.idColumn = new Int32Array(items.id);
    this.nameColumn = new Int32Array(items.name);
    this.typeColumn = new Int32Array(items.type);
    this.shapeColumn = new Int32Array(items.shape);
    this.dtypeColumn = new Int32Array(items.dtype);
    /** bits of FLAG; null in older documents */
    this.flags = items.flags ? new Uint8Array(items.flags) : null;
    /** names of its own weights, "kernel, bias"; null in older documents */
    this.weightsColumn = items.weights ? new Int32Array(items.weights) : null;
    /** what became of each item between two models, see changes.mjs; null where nothing is compared */
    this.change = items.change ? new Uint8Array(items.change) : null;
    /** end[i] is one past the last item of i's subtree */
    this.end = subtreeEnds(this.parent);
    this.depth = depthsOf(this.parent);
    /** @type {DocEdges} */
    this.edges = readEdges(raw.edges);
    this.edgeChange = raw.edges.change ? new Uint8Array(raw.edges.change) : null;
    /** values[overlay][item], NaN where unknown @type {Record<string, Float64Array>} */
    this.values = readValues(raw.values ?? {});
    /** @type {Overlay[]} */
    this.overlays = raw.overlays ?? [];
    this.outputs = Int32Array.from(raw.outputs ?? []);
    /** @type {Note[]} */
    this.notes = raw.notes ?? [];
    /** one for each diagnosis; none where nothing was diagnosed @type {Mark[]} */
    this.marks = raw.marks ?? [];
    /** what code came with the file: pieces it holds or points at, classes of its user's own, and where
     * @type {{held: number, named: number, items: number[]}|null} */
    this.code = raw.code ?? null;
    /** the training whose statistics are painted @type {{name: string}|null} */
    this.run = raw.run ?? null;
    /** what the page can ask the server for @type {string[]} */
    this.abilities = raw.abilities ?? [];
    /** @type {Record<string, number|null>} */
    this.totals = raw.totals ?? {};
    /** @type {Map<string, number>|null} */
    this.positions = null;
    /** @type {Map<number, Int32Array>} */
    this.childCache = new Map();
  }

  /** @param {number} item */
  id(item) {
    return this.strings[this.idColumn[item]];
  }

  /** @param {number} item */
  name(item) {
    return this.strings[this.nameColumn[item]];
  }

  /** @param {number} item */
  type(item) {
    return this.strings[this.typeColumn[item]];
  }

  /** Text of the first output's shape, e.g. "B×26×32"; "" when there is none. @param {number} item */
  shape(item) {
    return this.strings[this.shapeColumn[item]];
  }

  /** @param {number} item */
  dtype(item) {
    return this.strings[this.dtypeColumn[item]];
  }

  /** Name of the item's kind, e.g. "layer" or "op". @param {number} item */
  kindName(item) {
    return this.kinds[this.kind[item]] ?? '';
  }

  /** Name of the item's family, e.g. "matmul". @param {number} item */
  familyName(item) {
    return this.families[this.family[item]] ?? 'other';
  }

  /** True when the item has children, so that it can be opened. @param {number} item */
  isScope(item) {
    return this.end[item] > item + 1;
  }

  /** The item with this id, or -1. @param {string} id */
  indexOf(id) {
    if (this.positions === null) {
      this.positions = new Map();
      for (let i = this.n - 1; i >= 0; i--) this.positions.set(this.id(i), i);
    }
    return this.positions.get(id) ?? -1;
  }

  /** Items whose parent is `item`, in document order. @param {number} item @returns {Int32Array} */
  childrenOf(item) {
    const known = this.childCache.get(item);
    if (known) return known;
    const found = [];
    for (let child = item + 1; child < this.end[item]; child = this.end[child]) found.push(child);
    const children = Int32Array.from(found);
    this.childCache.set(item, children);
    return children;
  }

  /** The items from the root's child down to `item`, root left out. @param {number} item */
  pathOf(item) {
    const path = [];
    for (let at = item; at > 0; at = this.parent[at]) path.push(at);
    return path.reverse();
  }

  /** Value of an overlay for an item; NaN when unknown. @param {string} overlay @param {number} item */
  value(overlay, item) {
    const column = this.values[overlay];
    return column ? column[item] : NaN;
  }
}

/**
 * Check the document and turn it into typed columns.
 * @param {any} raw parsed JSON
 * @returns {Doc}
 * @throws {Error} one sentence that says what is wrong with the document
 */
export function readDocument(raw) {
  if (raw === null || typeof raw !== 'object' || raw.format !== 'graphscope-drawing') {
    throw new Error('This is not a graphscope drawing document: its "format" is not "graphscope-drawing".');
  }
  if (raw.version !== 1) throw new Error(`This drawing document has version ${raw.version}; this page reads version 1.`);
  checkColumns(raw.items, ['id', 'name', 'type', 'kind', 'parent', 'family', 'shape', 'dtype', 'role', 'count', 'leaves', 'signature'], 'items');
  checkColumns(raw.items, ['id', ...['flags', 'weights', 'change'].filter((name) => raw.items[name] !== undefined)], 'items');
  checkColumns(raw.edges, ['source', 'target', 'kind', 'shape', 'port'], 'edges');
  if (raw.edges.change !== undefined) checkColumns(raw.edges, ['source', 'change'], 'edges');
  checkPreorder(raw.items.parent);
  checkEnds(raw.edges, raw.items.parent.length);
  const doc = new Doc(raw);
  for (const { source, data } of raw.node_data ?? []) layValues(doc, data, String(source ?? ''));
  return doc;
}

/** What a graph carries of a user's values; the rest of it is shown without them. @param {Doc} doc @param {unknown} data @param {string} source */
function layValues(doc, data, source) {
  try {
    addNodeData(doc, data, source);
  } catch (error) {
    doc.notes.push({ code: 'overlay-unreadable', message: error instanceof Error ? error.message : String(error), item: -1 });
  }
}

/** @param {any} table @param {string[]} names @param {string} what */
function checkColumns(table, names, what) {
  const length = table?.[names[0]]?.length;
  for (const name of names) {
    const column = table?.[name];
    if (!column || column.length !== length) throw new Error(`The drawing document's ${what} column "${name}" is missing or has the wrong length.`);
  }
}

/** @param {number[]} parent */
function checkPreorder(parent) {
  if (parent.length === 0 || parent[0] !== -1) throw new Error('The drawing document has no root item.');
  for (let i = 1; i < parent.length; i++) {
    let at = i - 1;
    while (at !== parent[i] && at >= 0) at = parent[at];
    if (at < 0) throw new Error(`Item ${i} of the drawing document is not in preorder: its parent is ${parent[i]}.`);
  }
}

/** @param {any} edges @param {number} n */
function checkEnds(edges, n) {
  for (let e = 0; e < edges.source.length; e++) {
    const source = edges.source[e];
    const target = edges.target[e];
    if (!(source >= 0 && source < n && target >= 0 && target < n)) throw new Error(`Edge ${e} of the drawing document ends at an item that does not exist.`);
  }
}

/** @param {Int32Array} parent */
function subtreeEnds(parent) {
  const end = new Int32Array(parent.length);
  for (let i = parent.length - 1; i >= 0; i--) {
    if (end[i] < i + 1) end[i] = i + 1;
    const p = parent[i];
    if (p >= 0 && end[p] < end[i]) end[p] = end[i];
  }
  return end;
}

/** @param {Int32Array} parent */
function depthsOf(parent) {
  const depth = new Int32Array(parent.length);
  for (let i = 1; i < parent.length; i++) depth[i] = depth[parent[i]] + 1;
  return depth;
}

/** @param {any} raw @returns {DocEdges} */
function readEdges(raw) {
  return {
    length: raw.source.length,
    source: new Int32Array(raw.source),
    target: new Int32Array(raw.target),
    kind: new Uint8Array(raw.kind),
    shape: new Int32Array(raw.shape),
    port: new Int32Array(raw.port),
  };
}

/** @param {Record<string, (number|null)[]>} raw @returns {Record<string, Float64Array>} */
function readValues(raw) {
  /** @type {Record<string, Float64Array>} */
  const values = {};
  for (const name of Object.keys(raw)) values[name] = readNumbers(raw[name]);
  return values;
}

/** A loop: `Float64Array.from` with a function takes ten times as long. @param {(number|null)[]} raw  null = unknown */
function readNumbers(raw) {
  const numbers = new Float64Array(raw.length);
  for (let i = 0; i < raw.length; i++) numbers[i] = raw[i] ?? NaN;
  return numbers;
}
