/**
 * CPU time of the layout and the scene. Run: node tests/bench/layout_bench.mjs [name...]
 *
 * Prints CPU milliseconds (median of some runs, as the machine may be busy) next to the goal.
 */

import { readDocument } from '../../assets/core/document.mjs';
import { structureLevel } from '../../assets/core/layout/layout.mjs';
import { placeStructure } from '../../assets/core/layout/place.mjs';
import { createSceneCache, makeScene } from '../../assets/core/scene.mjs';
import { complete } from '../../assets/core/query/complete.mjs';
import { reach } from '../../assets/core/query/reach.mjs';
import { searchItems } from '../../assets/core/query/search.mjs';
import { createSearchIndex } from '../../assets/core/query/words.mjs';
import { scopesToOpen } from '../../assets/core/headless.mjs';
import { chainEdges, fanEdges, flatWithScopes, localDagEdges, moeTransformer, skipChainEdges, unlikeBlocks } from '../js/samples.mjs';

const only = process.argv.slice(2);

function cpu(work, runs) {
  const times = [];
  for (let i = 0; i < runs; i++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  return times.sort((a, b) => a - b)[runs >> 1];
}

function report(name, ms, goal) {
  console.log(`${name.padEnd(44)} ${ms.toFixed(1).padStart(9)} ms   goal ${goal}${ms > goal ? '   MISSED' : ''}`);
}

function benchLevel(name, n, edges, goal, runs) {
  if (only.length > 0 && !only.some((word) => name.includes(word))) return;
  const widths = Float64Array.from({ length: n }, (_, i) => 96 + 8 * (i % 7));
  const heights = new Float64Array(n).fill(38);
  let structure = structureLevel(n, edges);
  const whole = cpu(() => { structure = structureLevel(n, edges); }, runs);
  const place = cpu(() => placeStructure(structure, { widths, heights, edges }), runs);
  report(`${name} n=${n} m=${edges.length} structure+place`, whole + place, goal);
  console.log(`    structure ${whole.toFixed(1)}, place ${place.toFixed(1)} ms; bends ${structure.graph.size - structure.graph.n}, crossings ${structure.crossings}, ranks ${structure.graph.depth}`);
}

for (const [n, goal, runs] of [[1000, 250, 5], [20000, 3000, 3]]) {
  benchLevel('chain', n, chainEdges(n), goal, runs);
  benchLevel('chain with skips', n, skipChainEdges(n), goal, runs);
  benchLevel('local random DAG', n, localDagEdges(n, 1), goal, runs);
  benchLevel('fan-out and fan-in', n, fanEdges(n), goal, runs);
  benchLevel('two fans at once (no twins)', n, fanEdges(n, 12).filter((_, i) => i % 17 !== 3), goal, runs);
}

if (only.length === 0 || only.includes('scene')) {
  const raw = JSON.parse(JSON.stringify(moeTransformer(48, 88).raw()));
  let doc = readDocument(raw);
  report(`read document, ${doc.n} items`, cpu(() => { doc = readDocument(raw); }, 5), 100);
  const all = scopesToOpen(doc, { openAll: true });
  report('makeScene, everything open, cold', cpu(() => { const fresh = readDocument(raw); makeScene(fresh, { open: all }); }, 5), 300);
  const cache = createSceneCache();
  makeScene(doc, { open: all }, cache);
  const some = [...all][40];
  report('makeScene, one scope closed again', cpu(() => { const open = new Set(all); open.delete(some); makeScene(doc, { open }, cache); makeScene(doc, { open: all }, cache); }, 5) / 2, 100);
  const index = createSearchIndex(doc);
  report('search "matmul 7"', cpu(() => searchItems(index, 'matmul 7'), 9), 50);
  report('search /expert_.[13]/', cpu(() => searchItems(index, '/expert_.[13]/'), 9), 50);
  for (const query of ['op:matmul params>100k shape:(?,128,*)', 'in[-1]=512 or out[-1]=2048', 'path:block/**/moe/** -op:add', 'downstream:token_ids', 'inputs>4']) report(`search ${query}`, cpu(() => searchItems(index, query), 9), 50);

  const unlikeRaw = JSON.parse(JSON.stringify(unlikeBlocks(5000, 1).raw()));
  const unlike = readDocument(unlikeRaw);
  const unlikeIndex = createSearchIndex(unlike);
  report(`search index, ${unlike.n} items`, cpu(() => createSearchIndex(unlike), 5), 100);
  for (const query of ['add', 'shape:(?,*) params>10', 'in[-1]>=128 -op:add', 'upstream:*_9', 'path:**/*_1*/**']) report(`search ${query}, ${unlike.n} items`, cpu(() => searchItems(unlikeIndex, query), 5), 50);
  const last = unlike.n - 1;
  report(`trace upstream, ${unlike.n} items`, cpu(() => reach(unlike, [last], 'upstream'), 9), 50);
  report(`trace downstream of everything, ${unlike.n} items`, cpu(() => reach(unlike, [1], 'downstream'), 9), 50);
  report(`complete op:, ${unlike.n} items, first time`, cpu(() => complete(readDocument(unlikeRaw), 'op:', 3), 3) - cpu(() => readDocument(unlikeRaw), 3), 50);
  const allUnlike = scopesToOpen(unlike, { openAll: true });
  report(`makeScene, ${unlike.n} items, nothing repeats, cold`, cpu(() => { makeScene(unlike, { open: allUnlike }); }, 3), 3000);

  const flatDoc = readDocument(JSON.parse(JSON.stringify(flatWithScopes(1000).raw())));
  const flatCache = createSceneCache();
  makeScene(flatDoc, { open: new Set() }, flatCache);
  const scopes = [...scopesToOpen(flatDoc, { openAll: true })];
  let turn = 0;
  report('makeScene, one of 1,000 children opens', cpu(() => { makeScene(flatDoc, { open: new Set([scopes[turn++]]) }, flatCache); }, 9), 50);
}
