import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test from 'node:test';

import { exportSvg } from '../../assets/core/headless.mjs';
import { DocumentBuilder } from './build.mjs';
import { broadcasting, moeTransformer, resnet50 } from './samples.mjs';

function draw(builder, options = {}) {
  return exportSvg(JSON.stringify(builder.raw()), JSON.stringify(options));
}

/** A little well-formedness check: tags nest, attributes are quoted, no forbidden characters or bare ampersands. */
function assertWellFormed(svg) {
  assert.doesNotMatch(svg, /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
  assert.ok(svg.isWellFormed ? svg.isWellFormed() : true);
  const open = [];
  const rest = svg.replace(/^<\?xml[^?]*\?>/, '').replace(/<(\/?)([a-zA-Z]+)((?: [a-zA-Z:-]+="[^"<]*")*)(\/?)>/g, (_, close, name, _attributes, self) => {
    if (close) assert.equal(open.pop(), name);
    else if (!self) open.push(name);
    return '';
  });
  assert.deepEqual(open, []);
  assert.doesNotMatch(rest, /[<>]/);
  assert.doesNotMatch(svg, /&(?!#\d+;)/);
}

const HOSTILE = ['</text><script>alert(1)</script>', '" onload="alert(1)', "']]>", 'a\u0000b\u0007c', 'lone \ud83d surrogate \udc00', '\u202egnirts', '日本語の層', '&amp;', 'x'.repeat(5000), '', '👩‍👩‍👧', '<!--', '\ufffe\uffff'];

test('hostile names stay text', () => {
  const builder = new DocumentBuilder('</title><script>alert(1)</script>');
  HOSTILE.forEach((name, i) => {
    builder.add(`/${i}`, { type: name, shape: name });
    builder.byPath.get(`/${i}`).name = name;
    if (i > 0) builder.link(`/${i - 1} -> /${i}`);
  });
  for (const theme of ['light', 'dark']) {
    const svg = draw(builder, { theme });
    assertWellFormed(svg);
    assert.doesNotMatch(svg, /<script/);
    assert.doesNotMatch(svg, / onload="/);
  }
});

test('samples are well-formed in every style', () => {
  for (const options of [{}, { openAll: true, theme: 'dark' }, { overlay: 'parameters', depth: 2 }, { direction: 'right', openAll: true }, { legend: false, caption: false }]) {
    for (const builder of [moeTransformer(3, 12), resnet50(), broadcasting(12)]) assertWellFormed(draw(builder, options));
  }
});

test('xmllint agrees', { skip: spawnSync('xmllint', ['--version']).error ? 'xmllint is not installed' : false }, () => {
  const { status, stderr } = spawnSync('xmllint', ['--noout', '-'], { input: draw(moeTransformer(2, 3), { openAll: true }), encoding: 'utf8' });
  assert.equal(status, 0, stderr);
});

test('code is marked on closed boxes, and on the frame only where nothing inside has it', () => {
  const builder = new DocumentBuilder()
    .add('/block', { kind: 'layer', flags: 8 }).add('/block/lambda', { type: 'Lambda', flags: 8 }).add('/block/dense', { type: 'Dense' })
    .add('/own', { type: 'Mine', flags: 16 }).link('/block/lambda -> /block/dense -> /own');
  const marks = (options) => [...draw(builder, options).matchAll(/>(code|code by name)<\/text>/g)].map(([, text]) => text);
  assert.deepEqual(marks({}), ['code', 'code by name']);
  assert.deepEqual(marks({ openAll: true }).sort(), ['code', 'code by name']);
  assertWellFormed(draw(builder, { openAll: true, style: 'paper' }));
});

test('an empty model is drawn', () => {
  assertWellFormed(draw(new DocumentBuilder('nothing')));
});

test('every visible box has its name and a title with path, type and shape', () => {
  const svg = draw(resnet50());
  assert.match(svg, /<title>\/conv1_conv\nConv2D · B×112×112×64 · float32\nParameters: 9\.47k<\/title>/);
  assert.match(svg, />conv1_conv<\/text>/);
});

test('the page is not larger than A4', () => {
  for (const options of [{}, { openAll: true }, { direction: 'right' }]) {
    const [, width, height] = /width="([\d.]+)mm" height="([\d.]+)mm"/.exec(draw(moeTransformer(4, 4), options)) ?? [];
    assert.ok(Math.max(Number(width), Number(height)) <= 277.01 && Math.min(Number(width), Number(height)) <= 277.01);
  }
});

test('the legend names overlay, scale and ends, or the families', () => {
  assert.match(draw(moeTransformer(2, 2), { overlay: 'parameters' }), />Parameters \(log scale\)<\/text>/);
  assert.match(draw(moeTransformer(2, 2)), />matmul<\/text>/);
});

test('depth and open open what they name, and unknown ids are an error', () => {
  const builder = moeTransformer(2, 2);
  assert.doesNotMatch(draw(builder), />attention</);
  assert.match(draw(builder, { depth: 3 }), />attention</);
  assert.match(draw(builder, { open: ['/block/block_0'] }), />attention</);
  assert.throws(() => draw(builder, { open: ['/nowhere'] }), /There is no node "\/nowhere"/);
});

test('the same document gives the same bytes', () => {
  assert.equal(draw(moeTransformer(2, 9), { openAll: true }), draw(moeTransformer(2, 9), { openAll: true }));
});

/** @param {string} svg */
function size(svg) {
  const [, width, height, right, bottom] = svg.match(/width="([\d.]+)mm" height="([\d.]+)mm" viewBox="0 0 ([\d.]+) ([\d.]+)"/).map(Number);
  return { width, height, right, bottom };
}

test('print: no colours, tight margins, caption below', () => {
  const screen = draw(resnet50(), {});
  const paper = draw(resnet50(), { style: 'paper', theme: 'dark', overlay: 'parameters' });
  assertWellFormed(paper);
  for (const [, color] of paper.matchAll(/"#([0-9a-f]{6})"/g)) {
    const channels = color.match(/../g).map((text) => parseInt(text, 16));
    assert.ok(Math.max(...channels) - Math.min(...channels) <= 4, color); // black ink is #050609
  }
  assert.ok(size(paper).bottom < size(screen).bottom);
  assert.ok(paper.search(/[\d.]+[kM] parameters/) > paper.indexOf('url(#ramp)'), 'the caption follows the legend');
  assertWellFormed(draw(resnet50(), { style: 'paper' }));
});

test('a width in millimetres is kept, and the height follows', () => {
  const { width, height, right, bottom } = size(draw(resnet50(), { width: 85 }));
  assert.equal(width, 85);
  assert.ok(Math.abs(height - (85 * bottom) / right) < 0.1);
});

test('a part of the scene: what lies outside is left out, what reaches out is covered', () => {
  const whole = draw(resnet50(), { openAll: true });
  const region = { x: 0, y: 0, width: 400, height: 300 };
  const part = draw(resnet50(), { openAll: true, region, legend: false });
  assertWellFormed(part);
  assert.ok(part.length < whole.length / 4);
  assert.equal(size(part).bottom, 300 + 58);
});

test('what is not kept fades, and the rest stays as it is', () => {
  const builder = new DocumentBuilder('two');
  builder.add('/a', { type: 'Dense' }).add('/b', { type: 'Dense' }).link('/a -> /b');
  const svg = draw(builder, { kept: [1, 1, 0] });
  assertWellFormed(svg);
  assert.equal(svg.split('"#11141b"').length - 1, 2, 'the caption and one box have the strong ink');
});

test('the caption says of sums that leave something out what they are at least', () => {
  const caption = (totals) => {
    const raw = new DocumentBuilder().add('/a', { type: 'Own' }).raw();
    Object.assign(raw.totals, { parameters: 30, flops: 57, ...totals });
    return /[^>]*parameters[^<]*|[^>]*FLOPs[^<]*/.exec(exportSvg(JSON.stringify(raw), '{}'))?.[0] ?? '';
  };
  assert.match(caption({ layers_of_unknown_weights: 0, unknown_flops: 0 }), /(^|· )30 parameters · 57 FLOPs/);
  assert.match(caption({ layers_of_unknown_weights: 2, unknown_flops: 1 }), /at least 30 parameters · at least 57 FLOPs/);
  assert.doesNotMatch(caption({ flops: null, unknown_flops: 1 }), /FLOPs/);
});
