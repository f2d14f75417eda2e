/**
 * What whoever replicates a log owes to whoever writes to it and to the state machine below, whatever the
 * engine: each promise of `ReplicatedLog` and `StateMachine` as a check over a cluster of such engines.
 * A check is a plain function that throws, so that it can be shown to find an engine that breaks it.
 */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { ReplicatedLog } from '../../src/log/index.js';
import { type ErrorCode, HearthError, type NodeId } from '../../src/types/index.js';
import { HistoryMachine } from './history-machine.js';

/** One node. After a restart it has another log and another state machine. */
export interface Engine {
  readonly id: NodeId;
  readonly log: ReplicatedLog;
  readonly machine: HistoryMachine;
}

/** Nodes that all vote, started and with a leader. They make snapshots whenever 1,000 bytes have come. */
export interface EngineCluster {
  readonly engines: readonly Engine[];
  /** The one that leads, of those that are not cut off, as soon as one does. */
  leader(): Promise<Engine>;
  /** Stops the log where it runs, and starts one on what is on disk. */
  restart(engine: Engine): Promise<void>;
  /** No message reaches or leaves these, and all others are connected. */
  cutOff(...engines: readonly Engine[]): void;
  pass(forMs: number): Promise<void>;
  /** The outcome of a promise, letting time pass until it has one; throws where it has none. */
  settled<Value>(promise: Promise<Value>): Promise<Value>;
  stop(): Promise<void>;
}

export interface Check {
  readonly promise: string;
  /** How many nodes it takes at least. */
  readonly sizeMin: number;
  readonly run: (cluster: EngineCluster) => Promise<void>;
}

/** Registers a test for each promise that a cluster of this size can keep. */
export function conformance(
  name: string,
  size: number,
  newCluster: (size: number) => Promise<EngineCluster>,
): void {
  for (const check of checks) {
    if (check.sizeMin > size) continue;
    test(`${name}: ${check.promise}`, async () => keeps(check, await newCluster(size)));
  }
}

/** Throws where the engines break the promise. */
export async function keeps(check: Check, cluster: EngineCluster): Promise<void> {
  try {
    await check.run(cluster);
    for (const { machine } of cluster.engines) {
      assert.deepEqual(machine.disorder, [], 'entries come in order, each once');
    }
  } finally {
    await cluster.stop();
  }
}

export const checks: readonly Check[] = [
  {
    promise: 'proposals get rising indexes, and come everywhere in that order, each once',
    sizeMin: 1,
    async run(cluster) {
      const indexes = [...(await propose(cluster, 'a', 20)), ...(await propose(cluster, 'b', 20))];
      for (const [at, index] of indexes.entries()) {
        assert(Number.isInteger(index) && index > (indexes[at - 1] ?? 0), `${index} does not rise`);
      }
      await cluster.pass(1000);
      const expected = indexes.map((index, at) => `${index} ${at < 20 ? 'a' : 'b'}${at % 20}`);
      for (const { machine } of cluster.engines) assert.deepEqual(machine.commands, expected);
    },
  },
  {
    promise: 'what is acknowledged is there when the leader is lost at once',
    sizeMin: 3,
    async run(cluster) {
      const leader = await cluster.leader();
      const [index] = await propose(cluster, 'kept', 1);
      cluster.cutOff(leader);
      const next = await cluster.leader();
      assert.notEqual(next.id, leader.id);
      const [later = 0] = await propose(cluster, 'later', 1);
      await reached(cluster, next, later);
      assert.deepEqual(next.machine.commands, [`${index} kept0`, `${later} later0`]);
    },
  },
  {
    promise: 'proposals and reads are refused elsewhere than on the leader',
    sizeMin: 3,
    async run(cluster) {
      const leader = await cluster.leader();
      for (const { id, log } of cluster.engines) {
        if (id === leader.id) continue;
        assert.equal(await refusal(cluster, log.propose('command', text('x'))), 'no-quorum');
        assert.equal(await refusal(cluster, log.readIndex()), 'no-quorum');
      }
    },
  },
  {
    promise: 'nothing that was acknowledged is missing after all were restarted',
    sizeMin: 1,
    async run(cluster) {
      const indexes = await propose(cluster, 'x', 30);
      for (const engine of cluster.engines) await cluster.settled(engine.log.stop());
      for (const engine of cluster.engines) await cluster.restart(engine);
      await cluster.leader();
      indexes.push(...(await propose(cluster, 'y', 1)));
      await cluster.pass(1000);
      const expected = indexes.map((index, at) => `${index} ${at < 30 ? `x${at}` : 'y0'}`);
      for (const { machine } of cluster.engines) assert.deepEqual(machine.commands, expected);
    },
  },
  {
    promise: 'a read covers everything that was acknowledged before',
    sizeMin: 1,
    async run(cluster) {
      for (let turn = 0; turn < 5; turn++) {
        const [index = 0] = await propose(cluster, `${turn}`, 1);
        const leader = await cluster.leader();
        const read = await cluster.settled(leader.log.readIndex());
        assert(read >= index, `a read at ${read} misses ${index}`);
        await reached(cluster, leader, read);
      }
    },
  },
  {
    promise: 'a minority that is cut off acknowledges nothing and reads nothing',
    sizeMin: 3,
    async run(cluster) {
      const old = await cluster.leader();
      cluster.cutOff(old);
      const codes = await Promise.all([
        refusal(cluster, old.log.propose('command', text('lost'))),
        refusal(cluster, old.log.readIndex()),
      ]);
      assert.deepEqual(codes, ['no-quorum', 'no-quorum']);
      await cluster.leader();
      const [index] = await propose(cluster, 'kept', 1);
      cluster.cutOff();
      await cluster.pass(2000);
      for (const { machine } of cluster.engines) {
        assert.deepEqual(machine.commands, [`${index} kept0`]);
      }
    },
  },
  {
    promise: 'a state from a snapshot is the one that the entries give',
    sizeMin: 1,
    async run(cluster) {
      for (let turn = 0; turn < 10; turn++) await propose(cluster, `a longer text ${turn} `, 20);
      await cluster.pass(1000);
      const [engine] = cluster.engines;
      assert(engine !== undefined);
      const { commands, index, entries } = engine.machine;
      const copy = new HistoryMachine();
      await copy.restore(index, engine.machine.snapshot());
      assert.deepEqual(copy.entries.length, entries.length);
      await cluster.restart(engine);
      await cluster.leader();
      await cluster.pass(1000);
      const again = cluster.engines.find(({ id }) => id === engine.id);
      assert((again?.machine.restores.length ?? 0) > 0, 'it began with a snapshot');
      assert.deepEqual(again?.machine.commands, commands);
      assert.deepEqual(commands.length, 200);
    },
  },
  {
    promise: 'all agree on who leads, and one does',
    sizeMin: 1,
    async run(cluster) {
      const [index = 0] = await propose(cluster, 'x', 1);
      await cluster.pass(1000);
      const leader = await cluster.leader();
      for (const { id, log } of cluster.engines) {
        const status = log.status();
        assert.equal(status.leader, leader.id);
        assert.equal(status.state === 'leader', id === leader.id);
        assert.equal(status.quorum, true);
        assert(status.commitIndex >= index && status.lastIndex >= status.commitIndex);
      }
    },
  },
  {
    promise: 'a stop refuses what waits, and everything after it',
    sizeMin: 1,
    async run(cluster) {
      const { log } = await cluster.leader();
      const outcomes = Array.from({ length: 5 }, () => log.propose('command', text('x')));
      const read = log.readIndex();
      const ended = Promise.allSettled([...outcomes, read]);
      await cluster.settled(log.stop());
      for (const outcome of await cluster.settled(ended)) {
        if (outcome.status === 'rejected') assert.equal(codeOf(outcome.reason), 'draining');
      }
      assert.equal(await refusal(cluster, log.propose('command', text('x'))), 'draining');
      assert.equal(log.status().state === 'leader', false);
    },
  },
];

/** Commands through the leader, all at once; resolves with their indexes. */
async function propose(cluster: EngineCluster, name: string, count: number): Promise<number[]> {
  const { log } = await cluster.leader();
  const proposals = Array.from({ length: count }, (_, at) =>
    log.propose('command', text(`${name}${at}`)),
  );
  return cluster.settled(Promise.all(proposals));
}

/** Lets time pass until the state machine of this engine has the entry. */
async function reached(cluster: EngineCluster, { machine }: Engine, index: number): Promise<void> {
  for (let turn = 0; turn < 100 && machine.index < index; turn++) await cluster.pass(10);
  assert(machine.index >= index, `the entry at ${index} does not come`);
}

async function refusal(cluster: EngineCluster, promise: Promise<unknown>): Promise<ErrorCode> {
  const [outcome] = await cluster.settled(Promise.allSettled([promise]));
  assert(outcome?.status === 'rejected', 'it was acknowledged');
  return codeOf(outcome.reason);
}

function codeOf(reason: unknown): ErrorCode {
  assert(reason instanceof HearthError, String(reason));
  return reason.code;
}

function text(content: string): Uint8Array {
  return Buffer.from(content);
}
