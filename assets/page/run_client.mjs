/**
 * What the server tells of a run.
 *
 * @typedef {number|'inf'|null} Numeral  null: no number
 * @typedef {{file: string, path: string, line: number, text: string}} SourcePlace
 *
 * @typedef {object} RunLayer
 * @property {string} key
 * @property {string} name
 * @property {string} type
 * @property {string|null} activation
 * @property {SourcePlace|null} place
 * @property {number[]} items  in the drawing document; none where the graph does not show it
 *
 * @typedef {object} RunDiagnosis
 * @property {string} rule
 * @property {string} symptom
 * @property {number} severity   0 error, 1 warning, 2 information
 * @property {number} confidence
 * @property {string} headline
 * @property {string[]} body
 * @property {number} since      the step in which it was first visible
 * @property {number[]} rows     layers it is about
 * @property {(SourcePlace|null)[]} places
 * @property {string[]} evidence
 * @property {string[]} fixes
 *
 * @typedef {object} RunEvent
 * @property {number} step
 * @property {string} kind
 * @property {string} level
 * @property {string} text
 * @property {number|null} row
 * @property {string|null} quantity
 * @property {string|null} operation
 * @property {boolean} isOperation
 * @property {{min: Numeral, max: Numeral, mean: Numeral}[]} inputs
 * @property {SourcePlace|null} place
 *
 * @typedef {RunEvent & {firstStep: number, unfound: string}} FirstNonfinite
 *
 * @typedef {object} RunChanges
 * @property {string} before
 * @property {{kind: 'added'|'removed'|'changed', layer: string, type: string, items: number[], facts: string[]}[]} layers
 * @property {string[]} config
 * @property {string[]} notes
 *
 * @typedef {object} RunDistribution
 * @property {[string, number][]} axes
 * @property {string[]} devices
 * @property {Record<string, number>} deviceBytes
 * @property {number|null} stepBytes
 * @property {(number|null)[]} bytes  by row
 * @property {string[][]} shards      by row
 * @property {string[]} notes
 *
 * @typedef {object} RunStory
 * @property {number} version
 * @property {number} generation
 * @property {string} name
 * @property {string} status
 * @property {string} end
 * @property {number} lastStep
 * @property {number[]} steps     that were sampled
 * @property {{name: string, steps: number[], values: Numeral[]}|null} loss
 * @property {{epoch: number, step: number}[]} epochs
 * @property {string[]} logged    names of overlays
 * @property {RunLayer[]} layers
 * @property {RunDiagnosis[]} diagnoses
 * @property {RunEvent[]} events
 * @property {FirstNonfinite|null} nonfinite
 * @property {Numeral} overhead
 * @property {RunDistribution|null} distribution
 * @property {RunChanges|null} changes
 * @property {string[]} notes
 *
 * @typedef {object} LayerStory
 * @property {number} version
 * @property {number[]} steps
 * @property {Record<string, Numeral[]>} values
 * @property {Record<string, {steps: number[], edges: Numeral[][], counts: number[][]}>} histograms
 */

import { say } from '../core/language.mjs';

// Relative addresses: the page may be mounted below a prefix.

/** @param {string} address */
async function get(address) {
  const answer = await fetch(address, { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(say('The server answered with status {n}.', { n: answer.status }));
  return answer;
}

export class RunClient {
  constructor() {
    this.tag = '';
  }

  /** @returns {Promise<RunStory|null>} null when there is nothing new */
  async poll() {
    const answer = await get('run.json');
    const tag = answer.headers.get('ETag') ?? '';
    if (tag !== '' && tag === this.tag) return null;
    const story = await answer.json();
    this.tag = tag;
    return story;
  }

  /** Rows of a table. @param {string} name @param {number} from @returns {Promise<{rows: Float32Array, generation: number}>} */
  async values(name, from) {
    const answer = await get(`run/values/${encodeURIComponent(name)}?from=${from}`);
    const generation = Number(answer.headers.get('Graphscope-Generation'));
    return { rows: new Float32Array(await answer.arrayBuffer()), generation };
  }

  /** @param {number} row @returns {Promise<LayerStory>} */
  async layer(row) {
    return (await get(`run/layers/${row}`)).json();
  }
}
