/**
 * Ports: where lines meet the top and bottom side of a box.
 *
 * The straight line, if there is one, keeps the middle; the others stand left and right of it in the order of
 * their other ends. Lines of one tensor share a port. Boundaries and open scopes have one port for all.
 */

import { groupEdges } from './adjacency.mjs';

/**
 * @import {LayeredGraph} from './layered.mjs'
 * @import {Layers} from './order.mjs'
 * @import {Alignment} from './align.mjs'
 * @import {NodeSizes} from './compact.mjs'
 *
 * @typedef {object} Ports   offsets from the node's left
 * @property {Float64Array} out   per segment: at its upper node
 * @property {Float64Array} into  per segment: at its lower node
 * @property {Float64Array} stub  per edge: at the box the stub belongs to
 */

const PORT_STEP = 16;
const PORT_MARGIN = 10;

/**
 * @param {LayeredGraph} graph
 * @param {Layers} layers
 * @param {Alignment} alignment
 * @param {NodeSizes} sizes
 * @param {{from: Int32Array, to: Int32Array}} edges oriented ends, for the stubs
 * @param {{into: Uint8Array, out: Uint8Array}} shared nodes with one port on that side
 * @returns {Ports}
 */
export function spreadPorts(graph, layers, alignment, sizes, edges, shared) {
  const position = new Int32Array(graph.size);
  for (const layer of layers) for (let i = 0; i < layer.length; i++) position[layer[i]] = i;
  const out = new Float64Array(graph.segFrom.length);
  const into = new Float64Array(graph.segFrom.length);
  const stub = new Float64Array(edges.from.length);
  const bySource = groupEdges(graph.size, graph.segFrom);
  const byTarget = groupEdges(graph.size, graph.segTo);
  const stubsAtTop = groupEdges(graph.n, edges.to.map((v, e) => (graph.stub[e] === 1 ? v : -1)));
  const stubsAtBottom = groupEdges(graph.n, edges.from.map((v, e) => (graph.stub[e] === 2 ? v : -1)));
  for (let v = 0; v < graph.n; v++) {
    const below = Array.from(bySource.edge.subarray(bySource.start[v], bySource.start[v + 1]), (s) => ({ s, e: -1, at: position[graph.segTo[s]] }));
    const above = Array.from(byTarget.edge.subarray(byTarget.start[v], byTarget.start[v + 1]), (s) => ({ s, e: -1, at: position[graph.segFrom[s]] }));
    for (const e of stubsAtBottom.edge.subarray(stubsAtBottom.start[v], stubsAtBottom.start[v + 1])) below.push({ s: -1, e, at: Infinity });
    for (const e of stubsAtTop.edge.subarray(stubsAtTop.start[v], stubsAtTop.start[v + 1])) above.push({ s: -1, e, at: Infinity });
    const sides = [
      { lines: below, offsets: out, centre: sizes.outPort[v], one: shared.out[v], bundle: graph.segBundle },
      { lines: above, offsets: into, centre: sizes.inPort[v], one: shared.into[v], bundle: null },
    ];
    for (const side of sides) {
      const at = side.one ? side.lines.map(() => side.centre) : offsetsOf(side.lines, side.bundle, alignment, side.centre, sizes.width[v]);
      side.lines.forEach((line, i) => {
        if (line.s >= 0) side.offsets[line.s] = at[i];
        else stub[line.e] = at[i];
      });
    }
  }
  return { out, into, stub };
}

/**
 * @param {{s: number, e: number, at: number}[]} lines sorted here by their other end
 * @param {Int32Array|null} bundle @param {Alignment} alignment @param {number} centre @param {number} width
 */
function offsetsOf(lines, bundle, alignment, centre, width) {
  if (lines.length === 1) return [centre];
  lines.sort((a, b) => a.at - b.at || a.s - b.s || a.e - b.e);
  /** @type {Map<number, number>} bundle -> port */
  const ports = new Map();
  const portOf = lines.map((line) => {
    const key = bundle !== null && line.s >= 0 ? bundle[line.s] : -1;
    if (key < 0) {
      ports.set(-2 - ports.size, ports.size);
      return ports.size - 1;
    }
    if (!ports.has(key)) ports.set(key, ports.size);
    return /** @type {number} */ (ports.get(key));
  });
  const count = ports.size;
  const straight = lines.findIndex((line) => line.s >= 0 && alignment.straight[line.s] === 1);
  const pivot = straight >= 0 ? portOf[straight] : (count - 1) / 2;
  const room = Math.min((centre - PORT_MARGIN) / Math.max(pivot, 0.5), (width - PORT_MARGIN - centre) / Math.max(count - 1 - pivot, 0.5));
  const step = Math.max(0.5, Math.min(PORT_STEP, room));
  return portOf.map((port) => centre + (port - pivot) * step);
}
