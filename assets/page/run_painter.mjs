/** Puts the statistics of the step that is shown onto the document, from where every renderer takes them. */

import { healthAt, pinsAt } from './run_pins.mjs';
import { rangeOver, RunTable } from './run_samples.mjs';

/**
 * @import {Overlay} from '../core/document.mjs'
 * @import {State} from './state.mjs'
 * @import {RunState} from './run_state.mjs'
 * @import {RunClient} from './run_client.mjs'
 */

/** Not sampled: made from what the run tells. */
const TOLD = ['health', 'device_bytes'];

export class RunPainter {
  /** @param {State} state @param {RunState} run @param {RunClient} client @param {(error: unknown) => void} report */
  constructor(state, run, client, report) {
    this.state = state;
    this.run = run;
    this.client = client;
    this.report = report;
    /** by name of the overlay @type {Map<string, RunTable>} */
    this.tables = new Map();
    /** names of overlays that are on their way @type {Set<string>} */
    this.loading = new Set();
    run.on(['story', 'row'], () => this.paint());
    state.on(['overlay'], () => this.paint());
  }

  /** The overlays of the training that have any value. */
  offered() {
    const { logged, distribution } = this.run.story;
    const names = ['health', ...logged, ...(distribution ? ['device_bytes'] : [])];
    return this.state.doc.overlays.filter((overlay) => overlay.group === 'training' && names.includes(overlay.name));
  }

  paint() {
    if (!this.run.now.story) return;
    const overlay = this.state.doc.overlays.find((each) => each.name === this.state.now.overlay);
    if (overlay?.group === 'training') this.fill(overlay);
    const { story, reach, now } = this.run;
    const pins = pinsAt(story, reach);
    const same = JSON.stringify(pins) === JSON.stringify(this.state.now.pins);
    this.state.set({ painted: this.state.now.painted + 1, pins: same ? this.state.now.pins : pins, step: now.live || now.playing ? null : story.steps[now.row] ?? null });
  }

  /** @param {Overlay} overlay */
  fill(overlay) {
    const { doc } = this.state;
    const values = this.valuesOf(overlay);
    if (!values) return;
    doc.values[overlay.name] = this.run.places.spread(values, overlay);
    overlay.moment = overlay.name === 'device_bytes' ? '' : `step ${this.run.step}`;
  }

  /** One for each layer; undefined while nothing is loaded. @param {Overlay} overlay @returns {ArrayLike<number>|undefined} */
  valuesOf(overlay) {
    const { story, reach, now } = this.run;
    if (TOLD.includes(overlay.name)) {
      const values = overlay.name === 'health' ? healthAt(story, reach) : Float64Array.from(story.distribution?.bytes ?? [], (value) => value ?? NaN);
      overlay.range = rangeOver(overlay, values);
      return values;
    }
    const table = this.tables.get(overlay.name);
    const isCurrent = table && table.generation === story.generation && table.columns === story.layers.length;
    if (!isCurrent || table.length < story.steps.length) void this.load(overlay);
    return isCurrent && table.length > 0 ? table.row(Math.min(now.row, table.length - 1)) : undefined;
  }

  /** Fetch what is missing of a table, once at a time. @param {Overlay} overlay */
  async load(overlay) {
    const { name } = overlay;
    if (this.loading.has(name)) return;
    this.loading.add(name);
    try {
      await this.extend(overlay);
    } catch (error) {
      this.report(error);
    } finally {
      this.loading.delete(name);
    }
  }

  /** @param {Overlay} overlay */
  async extend(overlay) {
    const { story } = this.run;
    const known = this.tables.get(overlay.name);
    const table = known && known.generation === story.generation && known.columns === story.layers.length ? known : new RunTable(story.layers.length, story.generation);
    const { rows, generation } = await this.client.values(overlay.name, table.length);
    // Rows before the ones asked for have changed: the next story tells it, and all is loaded anew.
    if (generation !== table.generation || rows.length === 0 || rows.length % Math.max(1, table.columns) !== 0) return;
    table.add(rows);
    this.tables.set(overlay.name, table);
    overlay.range = rangeOver(overlay, table.values);
    this.paint();
  }
}
