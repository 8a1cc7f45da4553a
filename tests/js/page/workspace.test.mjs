/** News of the server, and what is said of a file before it is sent. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { refusalOf } from '../../../assets/page/workspace/file_check.mjs';
import { News } from '../../../assets/page/workspace/news.mjs';

const state = (revision, instance = 'a') => ({ instance, revision, models: [{ key: 'net', href: '', title: 'net', closable: false, complaint: null }], digest: 'd', recent: [], suffixes: ['.keras'], limit: 64, compares: true });

/** News of a server that answers one after the other; an Error is no answer. */
function newsOf(answers, isFirst = false) {
  const asked = [];
  const told = [];
  const ask = async (query) => {
    asked.push(query);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const news = new News('net', isFirst, { ask, sleep: async () => undefined, awake: async () => undefined }, (connection) => told.push(connection));
  return { news, asked, told };
}

test('a question waits for what is newer than the last answer', async () => {
  const { news, asked } = newsOf([{ status: 200, state: state(3) }, { status: 200, state: state(4) }]);
  assert.equal(await news.once(), 0);
  assert.equal(await news.once(), 0);
  assert.deepEqual(asked, ['model=net', 'model=net&since=3&instance=a']);
});

test('a server that does not let questions wait is asked once a second', async () => {
  const { news } = newsOf([{ status: 200, state: state(3) }, { status: 200, state: state(3) }]);
  await news.once();
  assert.equal(await news.once(), 1000);
});

test('one missed answer is no news; two are, and the next answer does not wait', async () => {
  const { news, asked, told } = newsOf([{ status: 200, state: state(3) }, new Error('refused'), new Error('refused'), { status: 200, state: state(1, 'b') }]);
  const pauses = [];
  for (let n = 0; n < 4; n++) pauses.push(await news.once());
  assert.deepEqual(told, ['connected', 'gone', 'connected']);
  assert.deepEqual(pauses, [0, 300, 500, 0]);
  assert.equal(asked[3], 'model=net');
});

test('a server that does not know the browser is told apart from none', async () => {
  const { news, told } = newsOf([{ status: 401, state: null }, { status: 401, state: null }]);
  await news.once();
  await news.once();
  assert.deepEqual(told, ['stranger']);
});

test('a hidden page is no failure', async () => {
  const aborted = Object.assign(new Error('aborted'), { name: 'AbortError' });
  const { news, told } = newsOf([aborted, aborted]);
  assert.equal(await news.once(), 0);
  assert.equal(await news.once(), 0);
  assert.deepEqual(told, []);
});

test('the page at the top shows what is first, whatever its key is', async () => {
  const renamed = state(1);
  renamed.models[0].key = 'other';
  const { news, asked } = newsOf([{ status: 200, state: renamed }], true);
  await news.once();
  assert.equal(asked[0], 'model=net&place=first');
  assert.equal(news.own().key, 'other');
});

test('files are refused for their suffix, size and emptiness, with what to do', () => {
  const server = { suffixes: ['.json', '.keras', 'tfevents'], limit: 64 << 20 };
  const refusal = (name, size = 5) => refusalOf({ name, size }, server);
  assert.equal(refusal('Net.KERAS'), '');
  assert.match(refusal('net.py'), /graphscope show net\.py:make_model/);
  assert.match(refusal('notes.txt'), /reads \.json, \.keras/);
  assert.equal(refusal('events.out.tfevents.1700000000.host.7'), '');
  assert.match(refusal('tfevents'), /reads/);
  assert.match(refusal('big.keras', (64 << 20) + 1), /graphscope show big\.keras/);
  assert.match(refusal('folder.keras', 0), /empty/);
});
