/** Small drawing documents for tests: a tree of items and edges between leaf paths. */

import { readDocument } from '../../assets/core/document.mjs';

const KINDS = ['root', 'layer', 'operation', 'subgraph', 'block', 'repeat', 'input', 'constant', 'node_layer', 'op', 'phase'];
const FAMILIES = ['input', 'matmul', 'elementwise', 'reduction', 'activation', 'normalization', 'movement', 'embedding', 'regularization', 'recurrent', 'control', 'other'];
const ROLES = ['', 'input', 'output', 'hidden', 'intermediate'];

export class DocumentBuilder {
  constructor(name = 'model') {
    this.name = name;
    this.strings = [''];
    this.known = new Map([['', 0]]);
    this.root = { path: '/', name, type: 'Functional', kind: 'root', children: [], count: 1 };
    this.byPath = new Map([['/', this.root]]);
    this.links = [];
  }

  /** Add an item; parents come first. @param {string} path "/a/b" @param {object} [facts] type, kind, family, shape, count, parameters, flops, output_bytes */
  add(path, facts = {}) {
    const cut = path.lastIndexOf('/');
    const parent = this.byPath.get(cut === 0 ? '/' : path.slice(0, cut));
    if (!parent) throw new Error(`no parent for ${path}`);
    const item = { path, name: path.slice(cut + 1), type: '', kind: 'op', family: 'other', shape: '', dtype: 'float32', count: 1, children: [], ...facts };
    parent.children.push(item);
    this.byPath.set(path, item);
    return this;
  }

  /** Join leaves: "/a -> /b -> /c". @param {string} text @param {object} [facts] shape, kind, port */
  link(text, facts = {}) {
    const ends = text.split('->').map((part) => part.trim());
    for (let i = 0; i + 1 < ends.length; i++) this.links.push({ source: ends[i], target: ends[i + 1], kind: 0, port: 0, ...facts });
    return this;
  }

  /** The JSON object. */
  raw() {
    const rows = [];
    const walk = [{ item: this.root, parent: -1 }];
    while (walk.length > 0) {
      const { item, parent } = walk.pop();
      item.at = rows.length;
      rows.push({ item, parent });
      for (let i = item.children.length - 1; i >= 0; i--) walk.push({ item: item.children[i], parent: item.at });
    }
    this.total(rows);
    const column = (make) => rows.map(({ item, parent }) => make(item, parent));
    const value = (name) => column((item) => item[name] ?? null);
    const edges = this.links.map((link) => ({ ...link, source: this.at(link.source), target: this.at(link.target) }));
    return {
      format: 'graphscope-drawing', version: 1, name: this.name, subtitle: 'keras 3.15.1 · tensorflow',
      kinds: KINDS, families: FAMILIES, roles: ROLES,
      items: {
        id: column((item) => this.string(item.path)), name: column((item) => this.string(item.name)), type: column((item) => this.string(item.type)),
        kind: column((item) => KINDS.indexOf(item.kind)), parent: column((_, parent) => parent), family: column((item) => Math.max(0, FAMILIES.indexOf(item.family ?? 'other'))),
        shape: column((item) => this.string(item.shape ?? '')), dtype: column((item) => this.string(item.dtype ?? '')), role: column((item) => ROLES.indexOf(item.role ?? '')),
        count: column((item) => item.count ?? 1), leaves: column((item) => item.leaves), signature: column((item) => item.signature ?? 0),
        flags: column((item) => item.flags ?? 0), weights: column((item) => this.string(item.weights ?? '')),
      },
      values: { parameters: value('parameters'), flops: value('flops'), output_bytes: value('output_bytes') },
      overlays: [{ name: 'type', label: 'Type' }, { name: 'parameters', label: 'Parameters', unit: '' }, { name: 'flops', label: 'FLOPs', unit: '' }, { name: 'output_bytes', label: 'Output bytes', unit: 'B' }],
      edges: {
        source: edges.map((edge) => edge.source), target: edges.map((edge) => edge.target), kind: edges.map((edge) => edge.kind),
        shape: edges.map((edge) => this.string(edge.shape ?? rows[edge.source].item.shape ?? '')), port: edges.map((edge) => edge.port),
      },
      outputs: [], notes: [],
      totals: { nodes: rows.length, edges: edges.length, ops: rows.length, layers: 0, layer_calls: 0, parameters: this.root.parameters ?? null, trainable_parameters: null, flops: this.root.flops ?? null, output_bytes: null },
      strings: this.strings,
    };
  }

  doc() {
    return this.read(this.raw());
  }

  /** @param {object} raw */
  read(raw) {
    return readDocument(JSON.parse(JSON.stringify(raw)));
  }

  at(path) {
    const item = this.byPath.get(path);
    if (!item) throw new Error(`no item ${path}`);
    return item.at;
  }

  string(text) {
    if (!this.known.has(text)) {
      this.known.set(text, this.strings.length);
      this.strings.push(text);
    }
    return this.known.get(text);
  }

  /** Leaves and values of scopes from their children. */
  total(rows) {
    for (let i = rows.length - 1; i >= 0; i--) {
      const { item } = rows[i];
      item.leaves = item.children.length === 0 ? 1 : item.children.reduce((sum, child) => sum + child.leaves, 0);
      for (const name of ['parameters', 'flops', 'output_bytes']) {
        if (item.children.length > 0 && item[name] === undefined) item[name] = item.children.reduce((sum, child) => sum + (child[name] ?? 0), 0);
      }
    }
  }
}

/** A flat document from lines such as "a -> b -> c". @param {string} text */
export function flat(text) {
  const builder = new DocumentBuilder();
  for (const line of text.split('\n').map((l) => l.trim()).filter(Boolean)) {
    const names = line.split('->').map((part) => part.trim());
    for (const name of names) if (!builder.byPath.has(`/${name}`)) builder.add(`/${name}`);
    if (names.length > 1) builder.link(names.map((name) => `/${name}`).join(' -> '));
  }
  return builder.doc();
}

/** Small seeded generator (mulberry32). @param {number} seed @returns {() => number} in [0, 1) */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
