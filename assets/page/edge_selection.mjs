/** Selecting an edge: one thing is selected at a time, and the keyboard reaches the edges of the selected node. */

import { say } from '../core/language.mjs';
import { byId, setText } from './dom.mjs';
import { describeEdge } from './edge_facts.mjs';
import { edgesOf, sameEdge } from './edge_places.mjs';

/**
 * @import {Page} from './wiring.mjs'
 * @import {State} from './state.mjs'
 */

/** @param {Page} page */
export function connectEdges({ state, stage, commands }) {
  /** whose edges the keys step through */
  let node = -1;
  state.on(['selected'], ({ selected }) => {
    if (selected >= 0) node = selected;
  });
  state.on(['doc'], () => {
    node = -1;
    state.set({ edge: null, hoveredEdge: null });
  });
  state.on(['edge'], ({ edge }) => {
    if (edge) announce(state);
  });
  const step = (/** @type {number} */ by) => {
    const edges = edgesOf(state.doc, node);
    if (edges.length === 0) return undefined;
    const at = edges.findIndex((edge) => sameEdge(edge, state.now.edge));
    state.set({ selected: -1, edge: edges[at < 0 ? (by > 0 ? 0 : edges.length - 1) : (at + by + edges.length) % edges.length] });
    return stage.drawn();
  };
  const available = () => state.now.scene !== null && node > 0;
  commands.add(
    { id: 'edge-next', label: 'Next edge of the node', group: 'Select', keys: ['x'], available, run: () => step(1) },
    { id: 'edge-before', label: 'Previous edge of the node', group: 'Select', keys: ['Shift+X'], available, run: () => step(-1) },
    { id: 'edge-node', label: 'Back from the edge to its node', group: 'Select', keys: ['z'], available: () => available() && state.now.edge !== null, run: () => state.set({ edge: null, selected: node }) },
  );
}

/** @param {State} state */
function announce(state) {
  const { edge, doc } = state.now;
  if (!edge || !doc) return;
  const { name, facts } = describeEdge(doc, edge);
  setText(byId('announcer'), [say('Edge {name}', { name }), ...facts.map(([label, value]) => `${label} ${value}`)].join(', '));
}
