import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync } from 'node:zlib';

import { unpack } from '../../assets/offline/blocks.mjs';
import { PatientWorker } from '../../assets/offline/patient_worker.mjs';
import { LayoutClient } from '../../assets/page/layout_client.mjs';
import { LayoutEngine } from '../../assets/page/engine.mjs';
import { readDocument } from '../../assets/core/document.mjs';
import { DocumentBuilder } from './build.mjs';

const TEXT = JSON.stringify(new DocumentBuilder().add('/a').add('/b').link('/a -> /b').raw());

/** A worker in this thread. */
class FakeWorker {
  constructor(behave) {
    this.behave = behave;
    this.listeners = { message: [], error: [] };
    this.ended = false;
  }

  addEventListener(type, listener) {
    this.listeners[type].push(listener);
  }

  postMessage(request) {
    queueMicrotask(() => this.behave(this, request));
  }

  tell(type, event) {
    for (const listener of this.listeners[type]) listener(event);
  }

  terminate() {
    this.ended = true;
  }
}

/** Lay the document out with a worker. */
async function layOut(worker) {
  const client = new LayoutClient(worker);
  client.sendDocument(TEXT).catch(() => undefined);
  client.use(readDocument(JSON.parse(TEXT)));
  return client.layOut({ open: new Set([0]), direction: 'down' });
}

function engineWorker() {
  const engine = new LayoutEngine();
  return new FakeWorker((worker, request) => worker.tell('message', { data: engine.answer(request) }));
}

test('a text comes out of a block as it went in', async () => {
  const text = 'Größe 模型 </script>';
  assert.equal(await unpack(`\n${gzipSync(text).toString('base64')}\n`), text);
});

test('a worker that works does the work', async () => {
  const real = engineWorker();
  const patient = new PatientWorker(() => real);
  assert.equal((await layOut(patient)).height, (await layOut(engineWorker())).height);
  assert.equal(patient.engine, null);
  patient.terminate();
  assert.equal(real.ended, true);
});

test('where workers are forbidden at once, the page lays out itself', async () => {
  const patient = new PatientWorker(() => {
    throw new Error('SecurityError');
  });
  assert.deepEqual((await layOut(patient)).root.layout, (await layOut(engineWorker())).root.layout);
});

test('where they are forbidden later, nothing that was asked is lost', async () => {
  const dead = new FakeWorker((worker) => worker.tell('error', { message: 'blocked' }));
  const patient = new PatientWorker(() => dead);
  assert.deepEqual((await layOut(patient)).root.layout, (await layOut(engineWorker())).root.layout);
  assert.equal(dead.ended, true);
});

test('a worker that worked and then dies is an error', async () => {
  const engine = new LayoutEngine();
  let count = 0;
  const patient = new PatientWorker(() => new FakeWorker((worker, request) => {
    if (++count <= 2) worker.tell('message', { data: engine.answer(request) });
    else worker.tell('error', { message: 'out of memory' });
  }));
  const client = new LayoutClient(patient);
  client.sendDocument(TEXT);
  client.use(readDocument(JSON.parse(TEXT)));
  await client.layOut({ open: new Set([0]), direction: 'down' });
  await assert.rejects(client.layOut({ open: new Set([0]), direction: 'right' }), /out of memory/);
});
