/**
 * A settled cluster of any size at a constant rate of changes and lookups per node: who sends and receives how
 * much by role, how long the Master's core works, and how long a Replica's for a lookup. Functions are ten times as
 * many as nodes, and each is warm at three of them.
 */
import { strict as assert } from 'node:assert';
import type { Role } from '../../../src/types/index.js';
import { keyOf, TableCluster } from './cluster.js';
import { calmLink } from './link.js';
import type { TableNode } from './node.js';

const holdersPerFunction = 3;
const functionsPerNode = 10;
/** Of each node; a change is one claim. */
const changesPerS = 1;
const lookupsPerS = 2;
const settleMs = 1500;
const lookupsTimed = 5000;
/** The Master's time is taken slice by slice, so that the few that garbage collection falls into can be told. */
const sliceMs = 100;

/** Of one node, per second. */
export interface NodeLoad {
  readonly role: Role;
  readonly messagesSent: number;
  readonly messagesReceived: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

export interface Scale {
  readonly replicas: number;
  readonly loads: readonly NodeLoad[];
  /** Messages of each batch that the Master sent. */
  readonly messagesPerBatch: readonly number[];
  readonly batchesPerS: number;
  /** Messages, question and answer, of each lookup of a Worker. */
  readonly messagesPerLookup: number;
  readonly lookups: number;
  readonly lookupMsMax: number;
  readonly convergedMs: number;
  /** Milliseconds that the Master's core works per second, slice by slice: messages read and written, but not carried. */
  readonly masterMsPerS: readonly number[];
  /** Of the Master's table, by the second. */
  readonly changesPerS: number;
  /** Messages that the Master sends and receives for each change of its table. */
  readonly masterMessagesPerClaim: number;
  /** What single lookups in a Replica's table take, microseconds. */
  readonly lookupUs: readonly number[];
}

export function scale(size: number, forMs: number, seed: number): Scale {
  const cluster = new TableCluster(seed, { checks: false, link: { ...calmLink, ordered: true } });
  const nodes = cluster.started(size);
  fill(cluster, nodes);
  cluster.run(settleMs);
  const claims = nodes.reduce((sum, node) => sum + node.warmCount, 0);
  for (const { core } of nodes) assert(!core.position || core.counters().claims === claims);
  const [master] = nodes as [TableNode];
  const replicas = nodes.filter(({ core }) => core.role === 'replica').length;
  const batches = new Map<string, number>();
  let lookupMessages = 0;
  cluster.onSend = (_from, _to, message) => {
    if (message.kind === 'lookup' || message.kind === 'holders') lookupMessages++;
    if (message.kind !== 'batch' || message.claims.length === 0) return;
    const { offset } = message.base;
    batches.set(`${offset}`, (batches.get(`${offset}`) ?? 0) + 1);
  };
  const before = nodes.map(({ sent, received }) => [{ ...sent }, { ...received }] as const);
  const { batches: batchesBefore, offset: offsetBefore } = master.core.counters();
  const startMs = cluster.nowMs;
  const masterMs = Array.from({ length: Math.ceil(forMs / sliceMs) }, () => 0);
  cluster.working = (node, work) => {
    if (node !== master) return work();
    const slice = Math.floor((cluster.nowMs - startMs) / sliceMs);
    const beganMs = performance.now();
    const result = work();
    masterMs[slice] = (masterMs[slice] ?? 0) + performance.now() - beganMs;
    return result;
  };
  const lookups = churn(cluster, nodes, forMs);
  cluster.run(forMs);
  const { batches: batchesAfter, offset: offsetAfter } = master.core.counters();
  const seconds = forMs / 1000;
  const loads = nodes.map(({ core, sent, received }, index): NodeLoad => {
    const [sentBefore, receivedBefore] = before[index] ?? [sent, received];
    return {
      role: core.role ?? 'worker',
      messagesSent: (sent.messages - sentBefore.messages) / seconds,
      messagesReceived: (received.messages - receivedBefore.messages) / seconds,
      bytesSent: (sent.bytes - sentBefore.bytes) / seconds,
      bytesReceived: (received.bytes - receivedBefore.bytes) / seconds,
    };
  });
  const masterMsPerS = masterMs.map((ms) => (ms * 1000) / sliceMs);
  const [{ messagesSent, messagesReceived }] = loads as [NodeLoad];
  const changesPerS = (offsetAfter - offsetBefore) / seconds;
  const convergedMs = cluster.untilConverged(300, 20);
  return {
    replicas,
    loads,
    messagesPerBatch: [...batches.values()],
    batchesPerS: (batchesAfter - batchesBefore) / seconds,
    messagesPerLookup: lookupMessages / Math.max(1, lookups.count),
    lookups: lookups.count,
    lookupMsMax: cluster.lookupMsMax,
    convergedMs,
    masterMsPerS,
    changesPerS,
    masterMessagesPerClaim: (messagesSent + messagesReceived) / changesPerS,
    lookupUs: timeLookups(cluster, nodes),
  };
}

/** One by one, at the last Replica; empty where there is none. */
function timeLookups({ random, nowMs }: TableCluster, nodes: readonly TableNode[]): number[] {
  const core = nodes.findLast((node) => node.core.role === 'replica')?.core;
  if (core === undefined) return [];
  return Array.from({ length: lookupsTimed }, (_, call) => {
    const key = keyOf(random.below(functionsPerNode * nodes.length));
    const startMs = performance.now();
    core.lookup(call, key, nowMs);
    const tookUs = (performance.now() - startMs) * 1000;
    core.effects.length = 0;
    return tookUs;
  });
}

/** Every node becomes warm for its share of the functions. */
function fill(cluster: TableCluster, nodes: readonly TableNode[]): void {
  const claims = nodes.map(() => new Set<number>());
  for (let number = 0; number < functionsPerNode * nodes.length; number++) {
    for (let holder = 0; holder < holdersPerFunction; holder++) {
      claims[cluster.random.below(nodes.length)]?.add(number);
    }
  }
  nodes.forEach((node, index) => {
    const warm = [...(claims[index] ?? [])].map((number) => {
      return { key: keyOf(number), state: 'warm' as const, load: cluster.random.below(101) };
    });
    cluster.claim(node, ...warm);
  });
}

/** Plans the changes of all nodes and the lookups of all Workers, whose answers are checked. */
function churn(
  cluster: TableCluster,
  nodes: readonly TableNode[],
  forMs: number,
): { readonly count: number } {
  const { random } = cluster;
  const functions = functionsPerNode * nodes.length;
  const lookups = { count: 0 };
  const spread = (perS: number, untilMs: number, act: () => void): void => {
    for (let left = Math.round((perS * forMs) / 1000); left > 0; left--) {
      cluster.plan(random.next() * untilMs, act);
    }
  };
  for (const node of nodes) {
    spread(changesPerS, forMs, () => {
      const warm = [...node.warm()];
      const old = warm[random.below(warm.length)];
      const fresh = { key: keyOf(random.below(functions)), state: 'warm', load: 50 } as const;
      const ends = old !== undefined && random.next() < 0.5;
      cluster.claim(node, ends ? { key: old.key, state: 'cold', load: 0 } : fresh);
    });
    if (node.core.role !== 'worker') continue;
    // the last answers belong to the time that is measured
    spread(lookupsPerS, forMs - 50, () => {
      lookups.count++;
      cluster.lookup(node, keyOf(random.below(functions)), (holders) => {
        assert(holders !== null, 'a lookup is answered');
      });
    });
  }
  return lookups;
}
