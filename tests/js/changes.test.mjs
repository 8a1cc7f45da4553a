import assert from 'node:assert/strict';
import test from 'node:test';

import { ADDED, CHANGED, changesOf, edgeChangesOf, FOLLOWS, HOLDS, REMOVED, SAME, styleOfChange, TOLD } from '../../assets/core/changes.mjs';
import { contrast } from '../../assets/core/color.mjs';
import { readDocument } from '../../assets/core/document.mjs';
import { levelOf } from '../../assets/core/level.mjs';
import { makeScene } from '../../assets/core/scene.mjs';
import { renderSvg } from '../../assets/core/svg.mjs';
import { themeOf } from '../../assets/core/theme.mjs';
import { DocumentBuilder } from './build.mjs';
import { distance, VISION } from './vision.mjs';

const STATES = { '/enc/old': REMOVED, '/enc/act': CHANGED, '/fresh': ADDED, '/after': FOLLOWS };
const EDGES = { '/enc/a>/enc/old': REMOVED, '/enc/old>/enc/act': REMOVED, '/enc/act>/fresh': ADDED, '/fresh>/after': ADDED };

function merged() {
  const builder = new DocumentBuilder('merged').add('/x', { kind: 'input' }).add('/enc', { kind: 'layer' });
  for (const name of ['/enc/a', '/enc/old', '/enc/act', '/fresh', '/after']) builder.add(name, { kind: 'node_layer' });
  builder.link('/x -> /enc/a -> /enc/act -> /fresh -> /after').link('/enc/a -> /enc/old -> /enc/act');
  const raw = builder.raw();
  const idOf = (item) => raw.strings[raw.items.id[item]];
  raw.items.change = raw.items.id.map((id) => STATES[raw.strings[id]] ?? SAME);
  raw.edges.change = raw.edges.source.map((source, e) => EDGES[`${idOf(source)}>${idOf(raw.edges.target[e])}`] ?? SAME);
  return readDocument(raw);
}

test('a scope around changes holds them, unless something became of itself', () => {
  const doc = merged();
  const states = changesOf(doc);
  assert.equal(states[doc.indexOf('/enc')], HOLDS);
  assert.equal(states[doc.indexOf('/enc/a')], SAME);
  assert.equal(states[doc.indexOf('/fresh')], ADDED);
});

test('an edge of a level is added or removed when all tensors in it are', () => {
  const doc = merged();
  const inside = levelOf(doc, doc.indexOf('/enc'));
  const told = inside.edges.map((edge, e) => `${edge.source}>${edge.target}:${edgeChangesOf(doc, inside)[e]}`);
  assert.deepEqual(new Set(told), new Set(['-1>0:0', '0>1:2', '0>2:0', '1>2:2', '2>-1:1']));
});

test('a document that compares nothing has no changes', () => {
  const doc = new DocumentBuilder().add('/x').doc();
  assert.equal(changesOf(doc), null);
  assert.equal(edgeChangesOf(doc, levelOf(doc, 0)), null);
});

test('a document with a column of the wrong length is refused', () => {
  const raw = new DocumentBuilder().add('/x').raw();
  raw.items.change = [0];
  assert.throws(() => readDocument(raw), /"change" is missing or has the wrong length/);
});

test('changes can be told apart without their colours, and their colours by every eye', () => {
  for (const name of ['light', 'dark']) {
    const theme = themeOf(name);
    const styles = [ADDED, REMOVED, CHANGED].map((state) => styleOfChange(theme, state));
    assert.equal(new Set(styles.map((style) => style.sign)).size, 3);
    for (const { color, fill } of styles) {
      assert.ok(contrast(color, theme.box) >= 4.5, `${name} ${color}`);
      assert.ok(contrast(theme.text, fill) >= 7, `${name} text on ${fill}`);
      assert.ok(contrast(theme.muted, fill) >= 4.5, `${name} second line on ${fill}`);
    }
    for (const vision of Object.keys(VISION)) {
      for (const [a, b] of [[0, 1], [0, 2], [1, 2]]) {
        const apart = distance(styles[a].color, styles[b].color, vision);
        assert.ok(apart >= 8, `${name}, ${vision}: ${styles[a].label} and ${styles[b].label} ${apart.toFixed(1)}`);
      }
    }
  }
  const looks = TOLD.map((state) => JSON.stringify([styleOfChange(themeOf('light'), state).sign, styleOfChange(themeOf('light'), state).strong]));
  assert.equal(new Set(looks).size, TOLD.length);
});

test('the picture has signs, dashed lines of what is gone, and a legend', () => {
  const doc = merged();
  const scene = makeScene(doc, { open: new Set([0, doc.indexOf('/enc')]), direction: 'down' });
  const svg = renderSvg(doc, scene);
  for (const word of ['Added', 'Removed', 'Changed', 'Follows a change']) assert.ok(svg.includes(`>${word}<`), word);
  for (const sign of ['>+<', '>−<', '>~<']) assert.ok(svg.includes(sign), sign);
  assert.match(svg, /stroke-dasharray="6 4"/);
  assert.ok(renderSvg(doc, scene, { style: 'paper' }).includes('>+<'));
});
