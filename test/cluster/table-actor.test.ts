import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { type ClientDuplexStream, Metadata, status } from '@grpc/grpc-js';
import { cluster, startTables, tell, thumbnail } from './table-nodes.js';

const secret = Buffer.from('a secret of these tests');

for (const [name, secrets] of [
  ['plain', []],
  ['encrypted', [secret]],
] as const) {
  test(`a claim of one worker is found by another through master and replica, ${name}`, async (t) => {
    const nodes = await startTables(t, 6, secrets);
    const [holder, asking] = [nodes[4], nodes[5]];
    assert.ok(holder !== undefined && asking !== undefined);
    holder.table.claim([{ key: thumbnail, state: 'warm', load: 0 }]);
    await asking.untilHeld([holder.id]);
    holder.table.claim([{ key: thumbnail, state: 'cold', load: 0 }]);
    await asking.untilHeld([]);
  });
}

test('when the master dies the next one serves what it held, and goes on', async (t) => {
  const nodes = await startTables(t, 6);
  const [master, next, , other, holder, asking] = nodes;
  assert.ok(master !== undefined && next !== undefined && other !== undefined);
  assert.ok(holder !== undefined && asking !== undefined);
  holder.table.claim([{ key: thumbnail, state: 'warm', load: 0 }]);
  await asking.untilHeld([holder.id]);
  await next.untilHeld([holder.id]);

  master.close();
  const rest = nodes.slice(1);
  tell(rest, rest, nodes);
  assert.deepEqual(await next.lookup(), [{ node: holder.id, load: 0 }]);
  other.table.claim([{ key: thumbnail, state: 'warm', load: 25 }]);
  holder.table.claim([{ key: thumbnail, state: 'cold', load: 0 }]);
  await asking.untilHeld([other.id]);
  assert.ok(next.table.counters().epoch > 1);
});

test('a replica whose server was away for a moment catches up', async (t) => {
  const nodes = await startTables(t, 4);
  const [, first, second, holder] = nodes;
  assert.ok(first !== undefined && second !== undefined && holder !== undefined);
  await first.untilHeld([]);
  first.node.close();
  holder.table.claim([{ key: thumbnail, state: 'warm', load: 0 }]);
  await second.untilHeld([holder.id]);
  await first.node.serve();
  await first.untilHeld([holder.id]);
});

test('a stream for another cluster or another node is refused', async (t) => {
  const [one, other] = await startTables(t, 2);
  assert.ok(one !== undefined && other !== undefined);
  const open = (said: Record<string, string>): ClientDuplexStream<Buffer, Buffer> => {
    const metadata = new Metadata();
    for (const [key, value] of Object.entries(said)) metadata.set(key, value);
    return one.node.peers.openTable(other.node.address, metadata);
  };
  const right = { 'hearth-cluster': cluster, 'hearth-from': one.id, 'hearth-to': other.id };
  for (const wrong of [
    { 'hearth-cluster': 'd'.repeat(32) },
    { 'hearth-to': one.id },
    { 'hearth-from': 'nobody' },
  ]) {
    const stream = open({ ...right, ...wrong });
    const [error] = await once(stream.resume(), 'error').catch((thrown: unknown) => [thrown]);
    assert.ok([status.FAILED_PRECONDITION, status.INTERNAL].includes(error.code), String(error));
  }
});
