/** The palette and the sheet of keys, which are made from the list of commands. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { fitOf } from '../../../assets/core/fuzzy.mjs';
import { useDictionary } from '../../../assets/core/language.mjs';
import { sheetGroups } from '../../../assets/page/cheat_sheet.mjs';
import { capsOf, withKey } from '../../../assets/page/key_caps.mjs';
import { rankCommands } from '../../../assets/page/palette.mjs';
import { readThemeChoice, themeOfChoice } from '../../../assets/page/theme_choice.mjs';

const command = (id, label, group, keys) => ({ id, label, group, keys, run: () => undefined });
const COMMANDS = [
  command('expand', 'Expand all', 'View', ['Shift+E']),
  command('collapse', 'Collapse all', 'View', ['Shift+C']),
  command('export', 'Export SVG', 'Share'),
  command('up', 'Follow the edges: up', 'Select', ['ArrowUp']),
  command('down', 'Follow the edges: down', 'Select', ['ArrowDown', 'k']),
];
const ids = (commands) => commands.map(({ id }) => id);

test.afterEach(() => useDictionary({}));

test('letters fit in their order, word starts before the middle of words', () => {
  assert.equal(fitOf('xyz', 'Expand all'), 0);
  assert.equal(fitOf('lla', 'Expand all'), 0);
  assert.ok(fitOf('ea', 'Expand all') > fitOf('xa', 'Expand all'));
  assert.ok(fitOf('exp', 'Export') > fitOf('exp', 'Export SVG'));
  assert.ok(fitOf('', 'anything') > 0);
});

test('the palette finds commands by some of their letters, the best first', () => {
  assert.deepEqual(ids(rankCommands(COMMANDS, 'exal', [])), ['expand']);
  assert.deepEqual(ids(rankCommands(COMMANDS, 'all', [])).slice(0, 2).sort(), ['collapse', 'expand']);
  assert.deepEqual(ids(rankCommands(COMMANDS, 'zzz', [])), []);
});

test('the palette finds commands in the language of the page and in English', () => {
  useDictionary({ 'Expand all': '全部展开' });
  assert.deepEqual(ids(rankCommands(COMMANDS, '展开', [])), ['expand']);
  assert.deepEqual(ids(rankCommands(COMMANDS, 'expand', [])), ['expand']);
});

test('what was used last stands first while nothing is typed', () => {
  assert.deepEqual(ids(rankCommands(COMMANDS, ' ', ['down', 'export'])), ['down', 'export', 'expand', 'collapse', 'up']);
});

test('the sheet has every command with a key, and one row for those that belong together', () => {
  assert.deepEqual(sheetGroups(COMMANDS), [
    { group: 'View', rows: [{ label: 'Expand all', keys: ['Shift+E'] }, { label: 'Collapse all', keys: ['Shift+C'] }] },
    { group: 'Select', rows: [{ label: 'Follow the edges', keys: ['ArrowUp', 'ArrowDown'] }] },
  ]);
});

test('the sheet tells what needs a selection, and leaves out what this page cannot do', () => {
  const marks = [1, 2].map((n) => command(`mark-${n}`, `Bookmark ${n}`, 'Go to', [String(n)]));
  assert.deepEqual(sheetGroups(marks)[0].rows, [{ label: 'Bookmark', keys: ['1', '2'] }]);
  const never = { available: () => false };
  const commands = [COMMANDS[0], { ...command('trace', 'Trace upstream', 'View', ['u']), ...never }, { ...command('play', 'Play', 'Training', ['p']), ...never }];
  assert.deepEqual(sheetGroups(commands).map(({ group, rows }) => [group, rows.length]), [['View', 2]]);
});

test('keys are printed as on keyboards', () => {
  assert.deepEqual(['Shift+E', 'ArrowUp', '+', '-', 'f', 'Escape'].map(capsOf), [['Shift', 'E'], ['↑'], ['+'], ['−'], ['F'], ['Esc']]);
  assert.equal(withKey(COMMANDS[0]), 'Expand all  (Shift+E)');
  assert.equal(withKey(COMMANDS[2]), 'Export SVG');
});

test('the theme follows the system until one is chosen', () => {
  assert.equal(themeOfChoice('system', true), 'dark');
  assert.equal(themeOfChoice('system', false), 'light');
  assert.equal(themeOfChoice('light', true), 'light');
  assert.equal(readThemeChoice(undefined), 'system');
  assert.equal(readThemeChoice('<b>'), 'system');
});
