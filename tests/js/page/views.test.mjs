/** Pure parts of the page: camera, address, outline rows, opening, names of files. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { readAddress, writeAddress } from '../../../assets/page/address.mjs';
import { allScopes, closeScope, openAbove, openAtFirst, openFromIds } from '../../../assets/page/opening.mjs';
import { ancestorsOf, placeAmongSiblings, rowOf, visibleRows } from '../../../assets/page/outline_rows.mjs';
import { fileName } from '../../../assets/page/save.mjs';
import {
  betweenCameras, cameraOver, fitBeside, fitBox, keepInSight, MAX_SCALE, MIN_SCALE, openingCamera, READABLE_SCALE, reveal, toScreen, toWorld, unfoldAt,
  zoomAround,
} from '../../../assets/page/viewport.mjs';
import { DocumentBuilder } from '../build.mjs';

const WINDOW = { width: 800, height: 600 };

function close(actual, expected) {
  for (const key of Object.keys(expected)) assert.ok(Math.abs(actual[key] - expected[key]) < 1e-6, `${key}: ${actual[key]} is not ${expected[key]}`);
}

test('zooming keeps the point under the pointer', () => {
  const camera = { x: 10, y: 20, scale: 0.5 };
  const before = toWorld(camera, 300, 200);
  close(toWorld(zoomAround(camera, 1.7, 300, 200), 300, 200), before);
});

test('an address names a place that can be painted', () => {
  const size = { width: 800, height: 600 };
  assert.deepEqual(cameraOver({ x: 500, y: 400, scale: 2 }, size), { x: 300, y: 250, scale: 2 });
  assert.equal(cameraOver({ x: 0, y: 0, scale: 1e308 }, size).scale, MAX_SCALE);
  assert.equal(cameraOver({ x: 0, y: 0, scale: 1e-308 }, size).scale, MIN_SCALE);
});

test('fitting centres the box and does not blow up a small graph', () => {
  const camera = fitBox({ x: 0, y: 0, width: 100, height: 60 }, WINDOW);
  close(toScreen(camera, 50, 30), { x: 400, y: 300 });
  assert.ok(camera.scale <= 1.15);
});

test('fitting keeps clear of the legend only when it would be covered', () => {
  const legend = { x: 0, y: 450, width: 200, height: 150 };
  const small = { x: 0, y: 0, width: 100, height: 60 };
  assert.deepEqual(fitBeside(small, WINDOW, legend), fitBox(small, WINDOW));
  const large = { x: 0, y: 0, width: 4000, height: 3000 };
  const corner = toScreen(fitBeside(large, WINDOW, legend), 0, 3000);
  assert.ok(corner.x >= 200 || corner.y <= 450);
});

test('the first picture of a large graph is readable and shows its beginning', () => {
  const camera = openingCamera({ x: 0, y: 0, width: 30000, height: 20000 }, WINDOW, null);
  assert.ok(camera.scale >= READABLE_SCALE);
  const start = toScreen(camera, 0, 0);
  assert.ok(start.x > 0 && start.x < 100 && start.y > 0 && start.y < 100);
});

test('an opened box keeps its corner where there is room', () => {
  const camera = { x: 0, y: 0, scale: 1 };
  const pin = { x: 300, y: 100, width: 150, height: 46 };
  const box = { x: 340, y: 130, width: 300, height: 200 };
  close(toScreen(unfoldAt(camera, pin, box, WINDOW), box.x, box.y), { x: 300, y: 100 });
});

test('an opened box that is too large is brought into the window', () => {
  const camera = { x: 0, y: 0, scale: 1 };
  const pin = { x: 600, y: 500, width: 150, height: 46 };
  const box = { x: 600, y: 500, width: 900, height: 700 };
  const end = unfoldAt(camera, pin, box, WINDOW);
  const low = toScreen(end, box.x + box.width, box.y + box.height);
  assert.ok(end.scale < 1 && low.x <= WINDOW.width && low.y <= WINDOW.height);
});

test('the picture cannot be lost', () => {
  const box = { x: 0, y: 0, width: 400, height: 400 };
  const lost = keepInSight({ x: 90000, y: -90000, scale: 1 }, box, WINDOW);
  const corner = toScreen(lost, 400, 0);
  assert.ok(corner.x >= 0 && corner.y <= WINDOW.height);
});

test('revealing what is in the window moves nothing', () => {
  const camera = { x: 0, y: 0, scale: 1 };
  assert.equal(reveal(camera, { x: 100, y: 100, width: 90, height: 40 }, WINDOW), camera);
  const moved = reveal(camera, { x: 5000, y: 100, width: 90, height: 40 }, WINDOW);
  close(toScreen(moved, 5045, 120), { x: 400, y: 300 });
});

test('a camera flight ends where it should', () => {
  const a = { x: 0, y: 0, scale: 1 };
  const b = { x: 900, y: 300, scale: 0.25 };
  close(betweenCameras(a, b, WINDOW, 0), a);
  close(betweenCameras(a, b, WINDOW, 1), b);
});

test('the address holds the view', () => {
  const state = { selected: 'encoder/dense#2', overlay: 'flops', theme: 'dark', direction: 'right', open: ['a & b', 'c/ü'] };
  assert.deepEqual(readAddress(`#${writeAddress(state)}`), state);
  assert.equal(writeAddress({ overlay: 'type', direction: 'down' }), '');
  assert.deepEqual(readAddress('#theme=pink&direction=up'), {});
});

function nested() {
  return new DocumentBuilder()
    .add('/x', { kind: 'input', type: 'Input' })
    .add('/model', { kind: 'layer', type: 'Functional' })
    .add('/model/a', { kind: 'layer', type: 'Dense' })
    .add('/model/a/m', { type: 'MatMul' })
    .add('/model/b', { type: 'Relu' })
    .link('/x -> /model/a/m -> /model/b')
    .doc();
}

const names = (doc, items) => [...items].map((item) => doc.name(item));

test('a wrapper is opened at first, its inside is not', () => {
  const doc = nested();
  assert.deepEqual(names(doc, openAtFirst(doc)).slice(1), ['model']);
});

test('scopes open and close', () => {
  const doc = nested();
  const [model, a, m] = ['/model', '/model/a', '/model/a/m'].map((id) => doc.indexOf(id));
  assert.deepEqual([...allScopes(doc)], [0, model, a]);
  assert.deepEqual([...openAbove(doc, new Set([0]), m)].sort(), [0, model, a].sort());
  assert.deepEqual([...closeScope(doc, new Set([0, model, a]), model)], [0]);
  assert.deepEqual([...openFromIds(doc, ['/model/a', '/gone', '/x'])].sort(), [0, a, model].sort());
});

test('the outline skips what is closed', () => {
  const doc = nested();
  const rows = visibleRows(doc, new Set([0, doc.indexOf('/model')]));
  assert.deepEqual(names(doc, rows).slice(1), ['x', 'model', 'a', 'b']);
  assert.equal(doc.name(rows[rowOf(rows, doc.indexOf('/model/a/m'))]), 'a');
  assert.deepEqual(names(doc, ancestorsOf(doc, doc.indexOf('/model/a/m'))).slice(1), ['model', 'a']);
  assert.deepEqual(placeAmongSiblings([4, 9, 11], 9), { position: 2, size: 3 });
});

test('a hostile model name becomes a harmless file name', () => {
  assert.equal(fileName('../../etc/passwd\u0000<b>'), 'etc_passwd_b_.svg');
  assert.equal(fileName('résnet v2'), 'résnet_v2.svg');
  assert.equal(fileName('///'), 'model.svg');
  assert.equal(fileName(''), 'model.svg');
  assert.equal(fileName('-rf --x'), 'rf_--x.svg');
  assert.equal(fileName('CON'), '_CON.svg');
  assert.equal(fileName('nul.x'), '_nul.x.svg');
  assert.equal(fileName('console'), 'console.svg');
  assert.equal(Buffer.byteLength(fileName('𝒜'.repeat(200))), 244);
});
