import assert from 'node:assert/strict';
import test from 'node:test';

import { layoutLevel, structureLevel } from '../../assets/core/layout/layout.mjs';
import { placeStructure } from '../../assets/core/layout/place.mjs';
import { random } from './build.mjs';
import { overlaps, polyline, runsThrough } from './geometry.mjs';
import { chainEdges, fanEdges, localDagEdges, skipChainEdges } from './samples.mjs';

const PADDING = { top: 38, right: 16, bottom: 16, left: 16 };

/** A random level: mostly forward edges, some backward, some to the boundary, some parallel. */
function randomLevel(seed) {
  const next = random(seed);
  const n = 1 + Math.floor(next() * 60);
  const edges = [];
  const count = Math.floor(next() * 2.2 * n);
  for (let e = 0; e < count; e++) {
    const a = Math.floor(next() * n);
    const b = next() < 0.7 ? Math.min(n - 1, a + 1 + Math.floor(next() * 5)) : Math.floor(next() * n);
    if (a === b) continue;
    edges.push({ source: next() < 0.08 ? -1 : a, target: next() < 0.08 ? -1 : b, bundle: next() < 0.5 ? a : -1 });
  }
  const kept = edges.filter((edge) => edge.source >= 0 || edge.target >= 0).map((edge) => ({ ...edge, bundle: edge.bundle >= 0 ? edge.source + 1 : -1 }));
  return {
    widths: Array.from({ length: n }, () => 40 + 8 * Math.floor(next() * 25)), heights: Array.from({ length: n }, () => (next() < 0.1 ? 300 : 38)),
    edges: kept, direction: next() < 0.5 ? 'down' : 'right', maxAspect: next() < 0.3 ? 1.2 : undefined, padding: next() < 0.5 ? PADDING : undefined,
  };
}

function bytes(layout) {
  return JSON.stringify({ ...layout, x: [...layout.x], y: [...layout.y], edges: layout.edges.map((edge) => [...edge.points, edge.labelX, edge.labelY]) });
}

function near(a, b) {
  return Math.abs(a - b) <= 0.51;
}

/** Is the point on the border of the box? */
function onBorder([px, py], x, y, width, height) {
  const inside = px >= x - 0.5 && px <= x + width + 0.5 && py >= y - 0.5 && py <= y + height + 0.5;
  return inside && (near(px, x) || near(px, x + width) || near(py, y) || near(py, y + height));
}

test('boxes never overlap and stay inside their level', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const level = randomLevel(seed);
    const layout = layoutLevel(level);
    assert.deepEqual(overlaps(layout.x, layout.y, level.widths, level.heights), [], `seed ${seed}`);
    for (let k = 0; k < level.widths.length; k++) {
      assert.ok(layout.x[k] >= 0 && layout.x[k] + level.widths[k] <= layout.width, `seed ${seed}, box ${k} across`);
      assert.ok(layout.y[k] >= 0 && layout.y[k] + level.heights[k] <= layout.height, `seed ${seed}, box ${k} down`);
    }
  }
});

test('edges begin and end at their boxes or at the boundary', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const level = randomLevel(seed);
    const layout = layoutLevel(level);
    assert.equal(layout.edges.length, level.edges.length);
    level.edges.forEach((edge, e) => {
      const { points, stub, stubEnd } = layout.edges[e];
      for (const value of points) assert.ok(Number.isFinite(value), `seed ${seed}, edge ${e}`);
      const ends = [{ at: edge.source, point: [points[0], points[1]], name: 'source' }, { at: edge.target, point: [points[points.length - 2], points[points.length - 1]], name: 'target' }];
      for (const { at, point, name } of ends) {
        if (stub && stubEnd !== name) continue;
        if (at < 0) assert.ok(near(level.direction === 'right' ? point[0] : point[1], name === 'source' ? 0 : level.direction === 'right' ? layout.width : layout.height), `seed ${seed}, edge ${e} ${name} at the boundary`);
        else assert.ok(onBorder(point, layout.x[at], layout.y[at], level.widths[at], level.heights[at]), `seed ${seed}, edge ${e} ${name}`);
      }
    });
  }
});

test('edges run beside boxes, not through them', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const level = randomLevel(seed);
    const layout = layoutLevel(level);
    level.edges.forEach((edge, e) => {
      if (layout.edges[e].stub) return;
      const line = polyline(layout.edges[e].points);
      for (let k = 0; k < level.widths.length; k++) {
        assert.ok(!runsThrough(line, layout.x[k], layout.y[k], level.widths[k], level.heights[k]), `seed ${seed}: edge ${e} (${edge.source}>${edge.target}) through box ${k}`);
      }
    });
  }
});

test('the same level gives the same bytes', () => {
  for (let seed = 1; seed <= 40; seed++) assert.equal(bytes(layoutLevel(randomLevel(seed))), bytes(layoutLevel(randomLevel(seed))));
});

test('one structure serves all box sizes', () => {
  const level = randomLevel(7);
  const structure = structureLevel(level.widths.length, level.edges);
  const wider = { ...level, widths: level.widths.map((w) => w + 80) };
  assert.equal(bytes(placeStructure(structure, wider)), bytes(layoutLevel(wider)));
});

test('long chains are perfectly straight', () => {
  const n = 30;
  const edges = [...chainEdges(n), { source: 3, target: 9 }, { source: 9, target: 15 }];
  const widths = Array.from({ length: n }, (_, i) => 80 + 16 * (i % 5));
  const layout = layoutLevel({ widths, heights: new Array(n).fill(38), edges, maxAspect: Infinity });
  for (let k = 1; k < n; k++) assert.equal(layout.x[k] + widths[k] / 2, layout.x[0] + widths[0] / 2);
});

test('the way of the data is straight where constants join it', () => {
  // conv joins a bias that was reshaped twice: 0 conv, 1 reshape, 2 squeeze, 3 add, 4 relu
  const edges = [[-1, 0], [1, 2], [0, 3], [2, 3], [3, 4], [4, -1]].map(([source, target]) => ({ source, target }));
  const layout = layoutLevel({ widths: new Array(5).fill(80), heights: new Array(5).fill(38), edges, padding: PADDING });
  assert.equal(layout.inPort, layout.outPort);
  for (const k of [0, 3, 4]) assert.equal(layout.x[k] + 40, layout.inPort);
});

test('a wrapped level gives its output below its input', () => {
  const n = 60;
  const edges = [{ source: -1, target: 0 }, ...chainEdges(n), { source: n - 1, target: -1 }, { source: 20, target: -1 }];
  const layout = layoutLevel({ widths: new Array(n).fill(120), heights: new Array(n).fill(38), edges, padding: PADDING });
  assert.ok(layout.columns > 2);
  assert.equal(layout.inPort, layout.outPort);
});

test('a chain of 20,000 boxes needs no recursion and wraps into a page', () => {
  const n = 20000;
  const layout = layoutLevel({ widths: new Array(n).fill(120), heights: new Array(n).fill(38), edges: skipChainEdges(n) });
  assert.ok(layout.columns > 20);
  assert.ok(layout.width / layout.height > 0.7 && layout.width / layout.height < 2.5, `${layout.width} x ${layout.height}`);
});

test('many twins stand in a grid', () => {
  const n = 90;
  const widths = new Array(n).fill(100);
  const heights = new Array(n).fill(40);
  const layout = layoutLevel({ widths, heights, edges: fanEdges(n + 1, 88).filter((edge) => edge.target < n), direction: 'down' });
  assert.deepEqual(overlaps(layout.x, layout.y, widths, heights), []);
  assert.ok(layout.width < 2000, `width ${layout.width}`);
});

test('isolated boxes stand in a grid', () => {
  const layout = layoutLevel({ widths: new Array(400).fill(100), heights: new Array(400).fill(40), edges: [] });
  assert.ok(layout.width < 4000 && layout.height < 4000);
});

test('broadcast edges become stubs at their far targets', () => {
  const n = 30;
  const edges = [...chainEdges(n - 1), ...Array.from({ length: n - 1 }, (_, k) => ({ source: n - 1, target: k, bundle: 1000 }))];
  const layout = layoutLevel({ widths: new Array(n).fill(100), heights: new Array(n).fill(38), edges });
  const stubs = layout.edges.filter((edge) => edge.stub);
  assert.ok(stubs.length >= 25);
  assert.ok(stubs.every((edge) => edge.stubEnd === 'target'));
});

test('the incoming line passes beside the title', () => {
  const level = { widths: [60], heights: [38], edges: [{ source: -1, target: 0 }], padding: PADDING, minWidth: 200, minPort: 150 };
  assert.ok(layoutLevel(level).inPort >= 150);
});

test('a graph of cycles is drawn', () => {
  const edges = [{ source: 0, target: 1 }, { source: 1, target: 2 }, { source: 2, target: 0 }, { source: 2, target: 1 }];
  const layout = layoutLevel({ widths: [80, 80, 80], heights: [38, 38, 38], edges });
  assert.ok(layout.y[0] < layout.y[1] && layout.y[1] < layout.y[2]);
  const { points } = layout.edges[2];
  assert.ok(points[1] > points[points.length - 1], 'the back edge leads upwards');
});

test('random graphs of 1,000 boxes are quick to place', () => {
  const edges = localDagEdges(1000, 3);
  const before = process.cpuUsage();
  layoutLevel({ widths: new Array(1000).fill(120), heights: new Array(1000).fill(38), edges });
  const { user } = process.cpuUsage(before);
  assert.ok(user < 1_500_000, `${user / 1000} ms`);
});
