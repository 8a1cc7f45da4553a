/** Texts of the server on pages without one. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { sayServer, useServerTexts } from '../../../assets/core/languages/sentences.mjs';
import { ZH_SERVER, ZH_SERVER_TEMPLATES } from '../../../assets/core/languages/zh_server.mjs';
import { translateCard } from '../../../assets/offline/translate_card.mjs';

test.beforeEach(() => useServerTexts(ZH_SERVER, ZH_SERVER_TEMPLATES));
test.afterEach(() => useServerTexts({}, {}));

test('values are found in a sentence and put into the translated one', () => {
  assert.equal(sayServer('and 1,200 more'), '另有 1,200 项');
  assert.equal(sayServer('The FLOPs of 3 nodes are unknown (their sizes are not known).'), '3 个节点的 FLOPs 未知（尺寸未知）。');
  assert.equal(sayServer('and many more'), 'and many more');
  assert.equal(sayServer(''), '');
});

test('English stays English', () => {
  useServerTexts({}, {});
  assert.equal(sayServer('and 2 more'), 'and 2 more');
});

test('a card changes its words and keeps its names and settings', () => {
  const card = {
    kind: 'Layer', title: 'Input', type: 'Dense', badges: ['Call 2 of 3', 'Frozen'],
    sections: [
      { title: 'Settings', entries: [{ is: 'Row', key: 'name', value: 'a nodes' }] },
      { title: 'Inputs', entries: [{ is: 'Tensor', shape: '?×8', label: 'model output' }] },
      { entries: [{ is: 'Message', tone: 'good', title: 'They agree', text: 'x' }, { is: 'Table', head: ['Name'], rows: [['kernel (not trained)']] }] },
    ],
  };
  const told = translateCard(/** @type {any} */ (card));
  assert.deepEqual([told.kind, told.title, told.type, told.badges], ['层', 'Input', 'Dense', ['第 2 次调用，共 3 次', '已冻结']]);
  assert.deepEqual(told.sections.map(({ title }) => title), ['设置', '输入', '']);
  assert.deepEqual(told.sections[0].entries, [{ is: 'Row', key: 'name', value: 'a nodes', hint: undefined }]);
  assert.equal(/** @type {any} */ (told.sections[1].entries[0]).label, '模型输出');
  assert.equal(/** @type {any} */ (told.sections[2].entries[0]).title, '两者一致');
  assert.deepEqual(/** @type {any} */ (told.sections[2].entries[1]).rows, [['kernel（不训练）']]);
});
