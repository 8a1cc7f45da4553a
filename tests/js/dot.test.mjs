import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test from 'node:test';

import { levelOf } from '../../assets/core/level.mjs';
import { layoutLevel } from '../../assets/core/layout/layout.mjs';
import { makeScene } from '../../assets/core/scene.mjs';
import { countCrossings, polyline } from './geometry.mjs';
import { broadcasting, inception, localDagEdges, moeTransformer, resnet50, unet } from './samples.mjs';

const hasDot = spawnSync('dot', ['-V']).status === 0;
const skip = hasDot ? false : 'graphviz is not installed: crossings are not compared with dot';

/** Lay out with graphviz dot; curves in px. */
function dotCurves(widths, heights, edges) {
  const nodes = Array.from(widths, (w, k) => `n${k} [shape=box fixedsize=true width=${w / 72} height=${heights[k] / 72}];`);
  const arcs = edges.map((edge, e) => `n${edge.source} -> n${edge.target} [id=${e}];`);
  const { stdout } = spawnSync('dot', ['-Tjson'], { input: `digraph { ${nodes.join(' ')} ${arcs.join(' ')} }`, encoding: 'utf8', maxBuffer: 1 << 28, timeout: 60000 });
  const curves = [];
  for (const arc of JSON.parse(stdout).edges) {
    const numbers = arc.pos.split(' ').filter((part) => !part.includes('e,') && !part.includes('s,')).flatMap((part) => part.split(',').map(Number));
    curves[Number(arc.id)] = polyline(numbers);
  }
  return curves;
}

/** Crossings of our layout and of dot's, of the edges that both draw. */
function compare(widths, heights, allEdges) {
  const layout = layoutLevel({ widths, heights, edges: allEdges, maxAspect: Infinity });
  const kept = allEdges.map((_, e) => e).filter((e) => !layout.edges[e].stub);
  const edges = kept.map((e) => allEdges[e]);
  const ours = countCrossings(edges, kept.map((e) => polyline(layout.edges[e].points)));
  return { ours, dot: countCrossings(edges, dotCurves(widths, heights, edges)) };
}

function rootOf(builder) {
  const doc = builder.doc();
  const { widths, heights } = makeScene(doc, { open: new Set() }).root;
  return { widths, heights, edges: levelOf(doc, 0).edges };
}

function insideOf(builder, id) {
  const doc = builder.doc();
  const scope = doc.indexOf(id);
  const edges = levelOf(doc, scope).edges.filter((edge) => edge.source >= 0 && edge.target >= 0);
  const n = doc.childrenOf(scope).length;
  return { widths: new Array(n).fill(120), heights: new Array(n).fill(38), edges };
}

function randomGraph(n, seed, degree) {
  return { widths: Array.from({ length: n }, (_, k) => 80 + 16 * (k % 5)), heights: new Array(n).fill(38), edges: localDagEdges(n, seed, degree) };
}

const SAMPLES = {
  'ResNet50': rootOf(resnet50()), 'U-Net': rootOf(unet(5)), 'Inception': rootOf(inception(5)), 'decoder with broadcasts': rootOf(broadcasting(14)),
  'attention': insideOf(moeTransformer(1, 4, false), '/block_0/attention'), 'layer normalisation': insideOf(moeTransformer(1, 4, false), '/block_0/ln_1'),
};
for (let seed = 1; seed <= 6; seed++) SAMPLES[`random DAG ${seed}`] = randomGraph(40 + 10 * seed, seed, 1.3 + 0.1 * (seed % 3));

test('crossings are not more than dot draws, by more than 20 %', { skip }, (t) => {
  const total = { ours: 0, dot: 0 };
  for (const [name, { widths, heights, edges }] of Object.entries(SAMPLES)) {
    const { ours, dot } = compare(widths, heights, edges);
    t.diagnostic(`${name}: ${ours} crossings, dot ${dot}`);
    total.ours += ours;
    total.dot += dot;
    assert.ok(ours <= Math.max(1.2 * dot, dot + 10), `${name}: ${ours} crossings, dot ${dot}`);
  }
  assert.ok(total.ours <= 1.2 * total.dot, `all samples: ${total.ours} crossings, dot ${total.dot}`);
});
