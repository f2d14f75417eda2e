import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { type ClientDuplexStream, Metadata, status } from '@grpc/grpc-js';
import type { ToData } from '../../src/cluster/messages.js';
import { TableActor } from '../../src/cluster/table-actor.js';
import type { TableStream } from '../../src/cluster/table-streams.js';
import type { GossipMember } from '../../src/gossip/index.js';
import { seededRandom, silentLogger, systemClock } from '../../src/lib/index.js';
import { functionKey, type Holder, type NodeId, nodeId } from '../../src/types/index.js';
import { freePorts } from '../free-ports.js';
import { TestNode } from './servers.js';

const cluster = 'c'.repeat(32);
const thumbnail = functionKey('thumbnail', '$LATEST', 7);
const secret = Buffer.from('a secret of these tests');

/** A node as far as the routing table goes: a real gRPC server, and the actor. */
class TableNode {
  readonly id: NodeId;
  readonly node: TestNode;
  readonly table: TableActor;
  readonly #answers = new Map<number, (holders: readonly Holder[] | null) => void>();
  #calls = 0;

  constructor(
    readonly rank: number,
    port: number,
    all: () => readonly TableNode[],
    secrets: readonly Uint8Array[],
  ) {
    this.id = nodeId(String(rank + 1).repeat(32));
    const table = (stream: TableStream): void => this.table.streams.accept(stream);
    this.node = new TestNode(port + rank, secrets, { table });
    this.table = new TableActor(
      {
        clock: systemClock,
        random: seededRandom(rank),
        logger: silentLogger,
        peers: this.node.peers,
        clusterId: () => cluster,
        addressOf: (id) => all().find((other) => other.id === id)?.node.address,
        toData: ({ call, holders }: Extract<ToData, { kind: 'holders' }>) =>
          this.#answers.get(call)?.(holders),
      },
      { id: this.id, generation: 1 },
    );
  }

  lookup(): Promise<readonly Holder[] | null> {
    const call = ++this.#calls;
    return new Promise((resolve) => {
      this.#answers.set(call, resolve);
      this.table.lookup(call, thumbnail);
    });
  }

  /** Asks until the answer is this one; a deadline of the test runner ends it otherwise. */
  async untilHeld(by: readonly NodeId[]): Promise<void> {
    for (;;) {
      const holders = await this.lookup();
      const nodes = holders?.map(({ node }) => node) ?? ['unknown'];
      if (nodes.join() === by.join()) return;
      // an answer of the own table comes at once: let the sockets have their turn
      await setImmediate();
    }
  }

  close(): void {
    this.table.stop();
    this.node.close();
  }
}

/** Nodes of ranks 0, 1 ...; of six the first is Master, two are Replicas, three are Workers. */
async function startTables(
  t: TestContext,
  count: number,
  secrets: readonly Uint8Array[] = [],
): Promise<TableNode[]> {
  const port = await freePorts();
  const nodes: TableNode[] = [];
  for (let rank = 0; rank < count; rank++) {
    nodes.push(new TableNode(rank, port, () => nodes, secrets));
  }
  t.after(() => {
    for (const node of nodes) node.close();
  });
  for (const { node } of nodes) await node.serve();
  tell(nodes, nodes);
  return nodes;
}

/** All of `to` see the nodes as members: those of `alive` as alive, the others as dead. */
function tell(to: readonly TableNode[], alive: readonly TableNode[], all = to): void {
  const members = all.map((node): GossipMember => {
    const meta = {
      http: '',
      release: '',
      joinedAt: node.rank + 1,
      load: 0,
      waiting: 0,
      freeMemoryMb: 0,
      degraded: false,
      cohort: 0,
    };
    return {
      id: node.id,
      generation: 1,
      incarnation: 0,
      status: alive.includes(node) ? 'alive' : 'dead',
      cluster: node.node.address,
      meta,
    };
  });
  for (const node of to) node.table.membersChanged(members);
}

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
