/** Real nodes under light load: what the Master does, what nodes send, how long lookups take. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  type HearthMember,
  type HearthNodes,
  type Place,
  progress,
  startHearth,
} from '../harness/index.js';
import { growth, type Metrics, parseMetrics, sum } from '../routing/metrics.js';
import type { Found } from './found.js';
import { idleMs, LightLoad } from './light-load.js';
import { type ThreadTimes, threadTimes, usedBetween } from './threads.js';

/** For the first sandboxes, and for their comings and goings to be the usual ones. */
const settleMs = 20_000;
/** Of IP and UDP. */
const datagramHeaderBytes = 28;

export interface Windows {
  readonly count: number;
  readonly lastMs: number;
}

interface Reading {
  readonly atMs: number;
  readonly times: ThreadTimes;
  readonly master: Metrics;
  readonly all: readonly Metrics[];
  /** Those that ask others: the Workers, or all where there are none, which look into their own tables. */
  readonly asking: readonly Metrics[];
}

interface Cast {
  readonly master: HearthMember;
  readonly asking: readonly HearthMember[];
}

export async function measureReal(place: Place, size: number, windows: Windows): Promise<Found> {
  progress(`${size} real ${size === 1 ? 'node' : 'nodes'}: starting`);
  const nodes = await startHearth(place, {
    nodes: size,
    args: ['--sandbox', 'process'],
    settings: {
      logLevel: 'warn',
      stemCellsMax: 0,
      sandboxIdleMs: idleMs,
      // functions stay where they are: nothing is made warm ahead
      spreadForwardsPerS: 1_000_000,
    },
  });
  const load = new LightLoad(nodes);
  const endLoad = place.cleanup.add(() => load.stop());
  try {
    progress(`${size} real ${size === 1 ? 'node' : 'nodes'}: under light load`);
    await load.deploy();
    load.start();
    await delay(settleMs);
    // where the load was too much at first, nodes may take each other for dead
    await nodes.settled();
    const cast = await castOf(nodes);
    const readings = [await read(nodes, cast)];
    for (let window = 0; window < windows.count; window++) {
      await delay(windows.lastMs);
      readings.push(await read(nodes, cast));
    }
    return foundBy(cast, readings);
  } finally {
    await endLoad();
    await nodes.stop();
  }
}

async function castOf(nodes: HearthNodes): Promise<Cast> {
  const page = JSON.parse(await nodes.page('/_hearth/cluster')) as {
    nodes: { role: string; http: string }[];
  };
  const withRole = (role: string): HearthMember[] => {
    const origins = page.nodes.filter((node) => node.role === role).map(({ http }) => http);
    return nodes.members.filter(({ origin }) => origins.includes(origin.replace('http://', '')));
  };
  const [master] = withRole('master');
  if (master === undefined) throw new Error('there is no Master');
  const workers = withRole('worker');
  return { master, asking: workers.length > 0 ? workers : nodes.members };
}

async function read(nodes: HearthNodes, { master, asking }: Cast): Promise<Reading> {
  const times = await threadTimes(master.pid);
  const atMs = performance.now();
  const pages = await Promise.all(
    nodes.members.map(async (member): Promise<[HearthMember, Metrics]> => {
      return [member, parseMetrics(await nodes.page('/_hearth/metrics', member))];
    }),
  );
  const byMember = new Map(pages);
  const of = (member: HearthMember): Metrics => byMember.get(member) ?? new Map();
  return {
    atMs,
    times,
    master: of(master),
    all: pages.map(([, page]) => page),
    asking: asking.map(of),
  };
}

function foundBy({ master }: Cast, readings: readonly Reading[]): Found {
  const windows = readings.slice(1).map((after, index) => {
    return between(master.pid, readings[index] as Reading, after);
  });
  const [first, last] = [readings[0], readings.at(-1)] as [Reading, Reading];
  const { all, asking } = first;
  const lookups = growth(asking, last.asking, 'hearth_routing_lookup_seconds_bucket');
  return {
    nodes: all.length,
    masterCores: windows.map(({ processCores }) => processCores),
    controlCores: windows.map(({ controlCores }) => controlCores),
    messagesPerChange: windows.map(({ messagesPerChange }) => messagesPerChange),
    changesPerS: windows.map(({ changesPerS }) => changesPerS),
    bytesPerS: windows.map(({ bytesPerS }) => bytesPerS),
    gossipBytesPerS: windows.map(({ gossipBytesPerS }) => gossipBytesPerS),
    lookupMs: [quantileMs(lookups, 0.5)],
    lookupP99Ms: [quantileMs(lookups, 0.99)],
  };
}

function between(pid: number, before: Reading, after: Reading) {
  const seconds = (after.atMs - before.atMs) / 1000;
  const { processS, controlS } = usedBetween(pid, before.times, after.times);
  const changes =
    sum([after.master], 'hearth_table_offset') - sum([before.master], 'hearth_table_offset');
  const ofMaster = growth([before.master], [after.master], 'hearth_table_messages_total');
  const sent = (name: string): number => {
    return growth(before.all, after.all, name).get('sent') ?? 0;
  };
  const gossipBytes =
    sent('hearth_gossip_bytes_total') + datagramHeaderBytes * sent('hearth_gossip_packets_total');
  const tableBytes = sent('hearth_table_bytes_total');
  const perNode = (bytes: number): number => bytes / after.all.length / seconds;
  return {
    processCores: processS / seconds,
    controlCores: controlS / seconds,
    messagesPerChange: ((ofMaster.get('sent') ?? 0) + (ofMaster.get('received') ?? 0)) / changes,
    changesPerS: changes / seconds,
    bytesPerS: perNode(gossipBytes + tableBytes),
    gossipBytesPerS: perNode(gossipBytes),
  };
}

/** From counts at or below each bound in seconds; evenly spread within a bucket. NaN where there are none. */
function quantileMs(counts: ReadonlyMap<string, number>, share: number): number {
  const buckets = [...counts]
    .map(([bound, count]) => ({
      boundMs: bound === '+Inf' ? Infinity : Number(bound) * 1000,
      count,
    }))
    .sort((one, other) => one.boundMs - other.boundMs);
  const wanted = share * (buckets.at(-1)?.count ?? Number.NaN);
  let lower = { boundMs: 0, count: 0 };
  for (const upper of buckets) {
    if (upper.count >= wanted) {
      const part = (wanted - lower.count) / (upper.count - lower.count);
      const widthMs = Number.isFinite(upper.boundMs) ? upper.boundMs - lower.boundMs : 0;
      return lower.boundMs + part * widthMs;
    }
    lower = upper;
  }
  return Number.NaN;
}
