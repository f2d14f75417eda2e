/** Nodes as far as the routing table goes: real gRPC servers on loopback, and the actor of each. */
import type { TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { ToData } from '../../src/cluster/messages.js';
import { TableActor } from '../../src/cluster/table-actor.js';
import type { HandoverStream } from '../../src/cluster/table-handover.js';
import type { TableStream } from '../../src/cluster/table-streams.js';
import type { GossipMember } from '../../src/gossip/index.js';
import { seededRandom, silentLogger, systemClock } from '../../src/lib/index.js';
import { functionKey, type Holder, type NodeId, nodeId } from '../../src/types/index.js';
import { freePorts } from '../free-ports.js';
import { TestNode } from './servers.js';

export const cluster = 'c'.repeat(32);
export const thumbnail = functionKey('thumbnail', '$LATEST', 7);

/** A node as far as the routing table goes: a real gRPC server, and the actor. */
export class TableNode {
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
    const handover = (stream: HandoverStream) => this.table.inherit(stream);
    this.node = new TestNode(port + rank, secrets, { table, handover });
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
export async function startTables(
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
export function tell(to: readonly TableNode[], alive: readonly TableNode[], all = to): void {
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
