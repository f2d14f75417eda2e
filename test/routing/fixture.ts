/** A router among fakes that write down, in order, what it asks of them. */
import type { AliasRecord, FunctionRecord } from '../../src/catalog/index.js';
import { type Random, SimulatedClock, seededRandom, silentLogger } from '../../src/lib/index.js';
import {
  type ForwardCall,
  type ForwardReply,
  type Room,
  Router,
  type Shares,
} from '../../src/routing/index.js';
import {
  type ClusterView,
  type FunctionKey,
  type Holder,
  type Invocation,
  type InvocationOutcome,
  type NodeId,
  type NodeView,
  nodeId,
  requestId,
} from '../../src/types/index.js';

export const nodeA = nodeId('a'.repeat(32));
export const nodeB = nodeId('b'.repeat(32));
export const nodeC = nodeId('c'.repeat(32));
export const nodeD = nodeId('d'.repeat(32));

const code = { codeHash: 'c'.repeat(64), layers: [], memoryMb: 128 };

export const recordOf = (changes: Partial<FunctionRecord> = {}): FunctionRecord =>
  ({
    name: 'f',
    version: '$LATEST',
    revision: 7,
    timeoutS: 3,
    ...code,
    ...changes,
  }) as FunctionRecord;

export const invocationOf = (changes: Partial<Invocation> = {}): Invocation => ({
  requestId: requestId('r'),
  functionName: 'f',
  qualifier: '$LATEST',
  invokedAs: '',
  payload: Buffer.from('{}'),
  traceId: '',
  clientContext: '',
  hops: 0,
  ...changes,
});

const noLog = (): Uint8Array => Buffer.alloc(0);

export const outcomeOf = (changes: Partial<InvocationOutcome> = {}): InvocationOutcome => ({
  payload: Buffer.from('1'),
  streamed: false,
  functionError: false,
  executedVersion: '$LATEST',
  start: 'warm',
  durationMs: 1,
  logTail: noLog,
  ...changes,
});

export function viewOf(self: NodeId, others: readonly Partial<NodeView>[]): ClusterView {
  const node = (changes: Partial<NodeView>): NodeView => ({
    id: self,
    rank: 0,
    role: 'worker',
    status: 'alive',
    http: '127.0.0.1:1',
    cluster: '127.0.0.1:2',
    release: '0',
    joinedAt: 1,
    load: 0,
    waiting: 0,
    freeMemoryMb: 0,
    degraded: false,
    cohort: 0,
    ...changes,
  });
  const nodes = [node({}), ...others.map(node)];
  return { self, master: self, leader: null, term: 1, quorum: true, voters: [self], nodes };
}

export interface Fakes {
  self: NodeId;
  view: ClusterView | null;
  /** Whether somebody confirms a catch-up. */
  hasMajority: boolean;
  /** What the catalogue knows, by `NAME` or `NAME:VERSION`; a catch-up adds what it learns. */
  records: Map<string, FunctionRecord>;
  learns: Map<string, FunctionRecord>;
  /** By `NAME:ALIAS`. */
  aliases: Map<string, AliasRecord>;
  ready: boolean;
  /** The own sandboxes, as `runIfWarm` finds them. */
  own: 'idle' | 'busy' | 'not-here';
  /** What running here gives or throws. */
  outcome: (invocation: Invocation) => Promise<InvocationOutcome>;
  hasRoom: boolean;
  load: Room;
  shares: (functionName: string) => Shares | null;
  lookup: (key: FunctionKey) => Promise<readonly Holder[] | null>;
  reply: (node: NodeId, call: ForwardCall) => Promise<ForwardReply>;
  usable: (node: NodeId) => boolean;
  random: Random;
  routing: 'tiered' | 'none';
  spreadForwardsPerS: number;
}

/** Node A, with B, C and D alive beside it, no sandbox of its own, and B holding every function. */
export function makeRouter(changes: Partial<Fakes> = {}) {
  const fakes: Fakes = {
    self: nodeA,
    view: viewOf(nodeA, [{ id: nodeB }, { id: nodeC }, { id: nodeD }]),
    hasMajority: true,
    records: new Map([['f', recordOf()]]),
    learns: new Map(),
    aliases: new Map(),
    ready: true,
    own: 'not-here',
    outcome: async () => outcomeOf(),
    hasRoom: true,
    load: { waiting: 0, freeMemoryMb: 1024 },
    shares: () => null,
    lookup: async () => [{ node: nodeB, load: 0 }],
    reply: async () => ({ kind: 'ran', outcome: outcomeOf() }),
    usable: () => true,
    random: seededRandom(1),
    routing: 'tiered',
    spreadForwardsPerS: 20,
    ...changes,
  };
  const clock = new SimulatedClock();
  const log: string[] = [];
  const calls: ForwardCall[] = [];
  const run = (word: string, invocation: Invocation): Promise<InvocationOutcome> => {
    log.push(word);
    return fakes.outcome(invocation);
  };
  const router = new Router(
    {
      catalog: {
        get: (name, version) =>
          fakes.records.get(version === '$LATEST' ? name : `${name}:${version}`),
        alias: (name, alias) => fakes.aliases.get(`${name}:${alias}`),
        catchUp: async () => {
          log.push('catch-up');
          for (const [name, record] of fakes.learns) fakes.records.set(name, record);
          return fakes.hasMajority;
        },
      },
      self: () => fakes.self,
      ready: () => fakes.ready,
      view: () => fakes.view,
      here: {
        run: (_, invocation) => run('run', invocation),
        runIfWarm: (_, invocation) =>
          fakes.own === 'idle' ? run('run-warm', invocation) : fakes.own,
        hasRoom: () => fakes.hasRoom,
        load: () => fakes.load,
        prewarm: (record) => void log.push(`prewarm ${record.name}`),
      },
      shares: (functionName) => fakes.shares(functionName),
      lookup: (key) => {
        log.push(`lookup ${key}`);
        return fakes.lookup(key);
      },
      forwarder: {
        forward: (node, call) => {
          log.push(`forward ${node.slice(0, 1)}`);
          calls.push(call);
          return fakes.reply(node, call);
        },
        usable: (node) => fakes.usable(node),
      },
      clock,
      random: fakes.random,
      logger: silentLogger,
    },
    { routing: fakes.routing, spreadForwardsPerS: fakes.spreadForwardsPerS, queueWaitMs: 30_000 },
  );
  /** What was done since the last call. */
  const done = (): string => log.splice(0).join(', ');
  return { router, fakes, clock, calls, done };
}

/** A promise to be settled by hand. */
export function later<Value>() {
  let resolve: (value: Value) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<Value>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** Lets everything run that waits for nothing but promises. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}
