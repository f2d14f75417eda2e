import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ControlClient, type ControlEvents, type ToControl } from '../../src/cluster/index.js';
import { SimulatedClock } from '../../src/lib/index.js';
import { functionKey, limits, nodeId } from '../../src/types/index.js';

const key = functionKey('thumbnail', '$LATEST', 3);
const holders = [{ node: nodeId('1'.repeat(32)), load: 25 }];

function makeClient() {
  const posted: ToControl[] = [];
  const clock = new SimulatedClock();
  const post = (message: ToControl) => void posted.push(message);
  const client = new ControlClient(clock, post, {} as ControlEvents);
  return { client, posted, clock };
}

test('a lookup resolves with the holders of its own answer', async () => {
  const { client, posted } = makeClient();
  const [first, second] = [client.lookup(key), client.lookup(key)];
  const calls = posted.map((message) => (message.kind === 'lookup' ? message.call : -1));
  assert.equal(new Set(calls).size, 2);
  client.receive({ kind: 'holders', call: calls[1] ?? 0, holders });
  client.receive({ kind: 'holders', call: calls[0] ?? 0, holders: null });
  assert.deepEqual(await second, holders);
  assert.equal(await first, null);
});

test('an answer that nobody waits for is dropped', () => {
  const { client } = makeClient();
  client.receive({ kind: 'holders', call: 99, holders });
});

test('no more lookups wait than the limit, and none when the control thread is gone', async () => {
  const { client, posted } = makeClient();
  const waiting = Array.from({ length: limits.lookupsPendingMax }, () => client.lookup(key));
  assert.equal(await client.lookup(key), null);
  assert.equal(posted.length, limits.lookupsPendingMax);
  client.close();
  assert.deepEqual(new Set(await Promise.all(waiting)), new Set([null]));
});

test('what this node says of its load reaches the control thread whole', () => {
  const { client, posted } = makeClient();
  const load = { load: 0.5, waiting: 3, freeMemoryMb: 900 };
  client.load(load);
  assert.deepEqual(posted, [{ kind: 'load', load }]);
});

test('a command reaches the control thread with its own bytes and nothing around them', () => {
  const { client, posted } = makeClient();
  void client.propose(Buffer.from('a command'));
  // as it is passed between threads
  const [message] = structuredClone(posted);
  assert.ok(message?.kind === 'propose');
  assert.equal(Buffer.from(message.command).toString(), 'a command');
  assert.equal(message.command.buffer.byteLength, message.command.length);
});

test('how far the data thread has come is told at once, and then for many entries at a time', () => {
  const { client, posted, clock } = makeClient();
  for (let index = 1; index <= 100; index++) client.applied(index);
  assert.deepEqual(posted, [{ kind: 'applied', index: 1 }]);
  clock.advance(10);
  assert.deepEqual(posted.slice(1), [{ kind: 'applied', index: 100 }]);
});
