/** Tracing: what leads to a node and what depends on it, over the whole graph. */

import { say } from '../core/language.mjs';
import { formatInteger } from '../core/numbers.mjs';
import { reach } from '../core/query/reach.mjs';
import { byId, make, setText } from './dom.mjs';

/**
 * @import {Page} from './wiring.mjs'
 * @import {State} from './state.mjs'
 * @import {Reach, TraceDirection} from '../core/query/reach.mjs'
 *
 * @typedef {object} Trace
 * @property {number} item
 * @property {TraceDirection} direction
 * @property {Reach} reach
 */

/** @param {Page} page */
export function connectTracing({ state, commands }) {
  const card = new TraceCard(state);
  byId('stage').append(card.element);
  state.on(['doc'], () => state.set({ trace: null }));
  state.on(['trace'], ({ trace }) => card.show(trace));
  const available = () => state.now.doc !== null && state.now.selected > 0;
  commands.add(
    { id: 'trace-upstream', label: 'Trace what leads to the node', group: 'Select', keys: ['u'], available, run: () => toggleTrace(state, 'upstream') },
    { id: 'trace-downstream', label: 'Trace what depends on the node', group: 'Select', keys: ['Shift+U'], available, run: () => toggleTrace(state, 'downstream') },
    { id: 'trace-clear', label: 'Stop tracing', group: 'Select', available: () => state.now.trace !== null, run: () => state.set({ trace: null }) },
  );
}

/** Trace the selected item; the same again ends it. @param {State} state @param {TraceDirection} direction */
function toggleTrace(state, direction) {
  const { trace, selected } = state.now;
  if (trace && trace.item === selected && trace.direction === direction) state.set({ trace: null });
  else startTrace(state, selected, direction);
}

/** @param {State} state @param {number} item @param {TraceDirection} direction */
function startTrace(state, item, direction) {
  const begun = performance.now();
  state.set({ trace: { item, direction, reach: reach(state.doc, [item], direction) } });
  performance.measure('graphscope:trace', { start: begun, end: performance.now() });
}

/** Tells on the graph what is traced, and turns it around. */
class TraceCard {
  /** @param {State} state */
  constructor(state) {
    this.state = state;
    this.told = make('span', { role: 'status' });
    this.turn = this.makeButton(() => {
      const { trace } = state.now;
      if (trace) startTrace(state, trace.item, trace.direction === 'upstream' ? 'downstream' : 'upstream');
    });
    this.list = this.makeButton(() => {
      const { trace, doc } = state.now;
      if (trace && doc) state.set({ query: `${trace.direction}:"${doc.id(trace.item).replace(/["\\]/g, '\\$&')}"` });
    });
    this.end = this.makeButton(() => state.set({ trace: null }));
    this.element = make('div', { class: 'trace-card', role: 'group', 'aria-label': say('Trace'), hidden: '' }, this.told, this.turn, this.list, this.end);
  }

  /** @param {() => void} act */
  makeButton(act) {
    const button = make('button', { type: 'button' });
    button.addEventListener('click', act);
    return button;
  }

  /** @param {Trace|null} trace */
  show(trace) {
    this.element.hidden = trace === null;
    if (!trace) return;
    const values = { n: formatInteger(trace.reach.nodes), name: this.state.doc.name(trace.item) };
    const up = trace.direction === 'upstream';
    setText(this.told, trace.reach.nodes === 1
      ? say(up ? '1 node leads to {name}' : '1 node depends on {name}', values)
      : say(up ? '{n} nodes lead to {name}' : '{n} nodes depend on {name}', values));
    setText(this.turn, say(up ? 'Downstream' : 'Upstream'));
    setText(this.list, say('Search in it'));
    setText(this.end, say('Stop'));
  }
}
