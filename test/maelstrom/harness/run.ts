/** One run: a cluster, a load, a nemesis, and the verdict with the figures. */
import { seededRandom, systemClock } from '../../../src/lib/index.js';
import { Cluster, type Program } from './cluster.js';
import { KafkaLoad } from './kafka-load.js';
import { type LatencyShape, latencyModel } from './latency.js';
import { LinKvLoad } from './lin-kv-load.js';
import type { Load } from './load.js';
import { type FaultKind, Nemesis } from './nemesis.js';

export interface RunOptions {
  readonly program: Program;
  readonly nodes: number;
  /** Sends (kafka) or operations (lin-kv) a second. */
  readonly ratePerS: number;
  readonly timeMs: number;
  readonly keys: number;
  readonly latencyMs: number;
  readonly latencyShape: LatencyShape;
  readonly lossShare: number;
  readonly faults: readonly FaultKind[];
  readonly faultMs: number;
  readonly quietMs: number;
  readonly requestTimeoutMs: number;
  readonly seed: number;
  readonly environment: NodeJS.ProcessEnv;
  readonly execArguments: readonly string[];
  readonly told: (text: string) => void;
}

export const defaultRun: Omit<RunOptions, 'program' | 'told'> = {
  nodes: 3,
  ratePerS: 1000,
  timeMs: 5000,
  keys: 10,
  latencyMs: 0,
  latencyShape: 'constant',
  lossShare: 0,
  faults: [],
  faultMs: 1000,
  quietMs: 500,
  requestTimeoutMs: 5000,
  seed: 1,
  environment: {},
  execArguments: [],
};

export interface RunReport {
  readonly valid: boolean;
  readonly lines: readonly string[];
  readonly operations: number;
  /** Messages between servers while the load ran, for each operation. */
  readonly serverMessagesPerOperation: number;
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly timeouts: number;
  readonly refusals: number;
  readonly faults: Readonly<Record<FaultKind, number>>;
  /** Milliseconds of CPU for each second of the load. */
  readonly nodesCpuMsPerS: number;
  readonly harnessCpuMsPerS: number;
}

/** Before the load: so that the voters are complete. */
const settleMs = 2000;
const pollMs = 20;

export async function runMaelstrom(options: RunOptions): Promise<RunReport> {
  const clock = systemClock;
  const random = seededRandom(options.seed);
  const latency = latencyModel(options.latencyShape, options.latencyMs);
  const cluster = new Cluster({ clock, random }, { ...options, latency });
  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => void clock.after(ms, resolve));
  const { told, ratePerS, timeMs } = options;
  // Who ends a run early leaves no processes behind, least of all stopped ones.
  const leave = (): void => void cluster.stop().finally(() => process.exit(130));
  process.once('SIGINT', leave);
  process.once('SIGTERM', leave);
  try {
    await cluster.start();
    await sleep(settleMs);
    told(`${options.nodes} nodes run`);
    const load = loadOf({ clock, random, cluster }, options);
    const nemesis = new Nemesis({ clock, random, cluster }, options);
    const before = { messages: cluster.network.serverMessages, cpu: process.cpuUsage() };
    const nodesCpuBefore = await cluster.nodesCpuMs();
    const startedMs = clock.nowMs();
    load.start();
    nemesis.start();
    // longer where a slow machine has not seen every kind of fault in that time
    await Promise.all([sleep(timeMs), nemesis.firstRound]);
    load.stop();
    const tookS = (clock.nowMs() - startedMs) / 1000;
    const cpu = process.cpuUsage(before.cpu);
    const nodesCpuMs = (await cluster.nodesCpuMs()) - nodesCpuBefore;
    const serverMessages = cluster.network.serverMessages - before.messages;
    const { operations } = load;
    await nemesis.stop();
    told(`load of ${ratePerS}/s ended after ${tookS.toFixed(1)} s; checking`);
    // Each has its answer soon, or is given up. Consumers that still ask are waited for by who checks.
    const givenUpMs = clock.nowMs() + options.requestTimeoutMs;
    while (cluster.client.underWay > 0 && clock.nowMs() < givenUpMs) await sleep(pollMs);
    const latencies = latenciesOf(cluster.client.tookMs);
    const { timeouts, refusals } = cluster.client;
    const { valid, lines } = await load.finish();
    return {
      valid,
      lines,
      operations,
      serverMessagesPerOperation: serverMessages / operations,
      latencyMs: latencies,
      timeouts,
      refusals,
      faults: nemesis.counts,
      nodesCpuMsPerS: nodesCpuMs / tookS,
      harnessCpuMsPerS: (cpu.user + cpu.system) / 1000 / tookS,
    };
  } finally {
    process.off('SIGINT', leave);
    process.off('SIGTERM', leave);
    await cluster.stop({ gently: options.execArguments.length > 0 });
  }
}

function loadOf(collaborators: ConstructorParameters<typeof KafkaLoad>[0], run: RunOptions): Load {
  const { ratePerS, keys } = run;
  switch (run.program) {
    case 'kafka':
      return new KafkaLoad(collaborators, { sendsPerS: ratePerS, keys });
    case 'lin-kv':
      return new LinKvLoad(collaborators, { operationsPerS: ratePerS, keys });
  }
}

function latenciesOf(tookMs: readonly number[]): RunReport['latencyMs'] {
  const sorted = Float64Array.from(tookMs).sort();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
