/** The whole table over gRPC, from the Master to the node that is to rule next, which is a Worker until then. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Metadata, status } from '@grpc/grpc-js';
import { encodeTableMessage } from '../../src/cluster/table/index.js';
import { functionKey, type WarmClaim } from '../../src/types/index.js';
import { cluster, startTables, type TableNode, tell, thumbnail } from './table-nodes.js';

async function four(t: TestContext): Promise<[TableNode, TableNode, TableNode, TableNode]> {
  const [master, first, second, heir] = await startTables(t, 4);
  assert.ok(master !== undefined && first !== undefined);
  assert.ok(second !== undefined && heir !== undefined);
  return [master, first, second, heir];
}

const warm = (number: number): WarmClaim => ({
  key: functionKey(`function-${number}`, '$LATEST', 1),
  state: 'warm',
  load: 0,
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await setImmediate();
}

test('a whole table is handed over in parts, and what changes after that follows', async (t) => {
  const [master, first, second, heir] = await four(t);
  first.table.claim(Array.from({ length: 20_000 }, (_, number) => warm(number)));
  await until(() => master.table.counters().claims === 20_000);
  await until(() => second.table.counters().offset === 20_000);
  assert.equal(heir.table.counters().claims, 0, 'a worker holds none');
  const both = await Promise.all([master.table.handOver(heir.id), master.table.handOver(heir.id)]);
  assert.deepEqual(both, [20_000, 20_000]);
  assert.equal(heir.table.counters().claims, 20_000);
  second.table.claim([{ key: thumbnail, state: 'warm', load: 0 }]);
  await until(() => heir.table.counters().claims === 20_001);
  assert.equal(await master.table.handOver(heir.id), 20_001, 'again, as often as it is asked for');
});

test('a handover to who takes another for the master fails, and so does one by who is not', async (t) => {
  const nodes = await four(t);
  const [master, first, second, heir] = nodes;
  tell([heir], [first, second, heir], nodes);
  await assert.rejects(master.table.handOver(heir.id), { code: 'no-quorum' });
  await assert.rejects(first.table.handOver(heir.id), { code: 'no-quorum' });
  tell([heir], nodes, nodes);
  assert.equal(await master.table.handOver(heir.id), 0);
});

test('a heir that dies on the way leaves the master as it was, which hands over to it once it is back', async (t) => {
  const [master, first, , heir] = await four(t);
  first.table.claim(Array.from({ length: 10_000 }, (_, number) => warm(number)));
  await until(() => master.table.counters().claims === 10_000);
  const handing = master.table.handOver(heir.id);
  heir.node.close();
  await assert.rejects(handing, { code: 'no-quorum' });
  assert.equal(heir.table.counters().claims, 0);
  await heir.node.serve();
  const again = (): Promise<number> => master.table.handOver(heir.id).catch(again);
  assert.equal(await again(), 10_000);
});

test('what is no whole table, or for another node, is refused', async (t) => {
  const [master, , second, heir] = await four(t);
  const right = { 'hearth-cluster': cluster, 'hearth-from': master.id, 'hearth-to': heir.id };
  const epoch = { number: 1, master: master.id, generation: 1 };
  const part = { kind: 'snapshot' as const, id: 1, position: { epoch, offset: 3 }, claims: [] };
  const parts = [
    { ...part, part: 0, last: false },
    { ...part, part: 1, last: true },
  ];
  for (const [said, sent] of [
    [{ ...right, 'hearth-to': second.id }, parts],
    [right, parts.slice(0, 1)],
    [right, parts.slice(1)],
  ] as const) {
    const metadata = new Metadata();
    for (const [key, value] of Object.entries(said)) metadata.set(key, value);
    const error = await new Promise<{ code?: number } | null>((resolve) => {
      const stream = master.node.peers.openHandover(heir.node.address, metadata, (thrown) =>
        resolve(thrown as { code?: number } | null),
      );
      for (const each of sent) stream.write(encodeTableMessage(each));
      stream.end();
    });
    assert.ok(
      [status.FAILED_PRECONDITION, status.UNAVAILABLE].includes(error?.code ?? 0),
      String(error),
    );
  }
  assert.equal(heir.table.counters().epoch, 0);
});
