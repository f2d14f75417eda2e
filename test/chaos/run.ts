/** One run: a cluster is built, put under load and attacked, then left alone and asked what it knows. */
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../../src/lib/index.js';
import { openArena } from './arena/arena.js';
import type { Arena } from './arena/types.js';
import { censusOf } from './churn/census.js';
import { openLoad } from './load/load.js';
import { balloonSettings } from './nemesis/balloon.js';
import { faults as allFaults } from './nemesis/faults.js';
import { plan } from './nemesis/plan.js';
import { perform } from './nemesis/step.js';
import type { Fault, PlannedStep } from './nemesis/types.js';
import { type FaultRecord, monotonicMs, type RunRecord } from './records.js';

export interface RunOptions {
  readonly seed: number;
  readonly minutes: number;
  readonly nodes: number;
  /** Requests a second. */
  readonly rate: number;
  readonly sandbox: string;
  /** Names of faults; none for all. */
  readonly only: readonly string[];
  /** Where what the nodes have printed is kept. */
  readonly logs: string;
}

/** A line of progress. */
type Say = (line: string) => void;

/** How long the load runs alone before the first fault, and after the last one. */
const calmMs = 6000;

/** Rejects where a run cannot be made; whatever the cluster does wrong is in the record. */
export async function run(options: RunOptions, say: Say): Promise<RunRecord> {
  say(`starting ${options.nodes} nodes and two balancers ...`);
  const { nodes, sandbox } = options;
  const arena = await openArena({ nodes, sandbox, config: balloonSettings() });
  const keepLogs = () => Promise.all(arena.nodes.map((node) => node.keepLog(options.logs)));
  try {
    const record = await underLoad(arena, options, say);
    await keepLogs();
    await arena.close();
    return record;
  } catch (error) {
    // what comes of it must not hide it
    await keepLogs().catch(() => {});
    await arena.close().catch(() => {});
    throw error;
  }
}

async function underLoad(arena: Arena, options: RunOptions, say: Say): Promise<RunRecord> {
  const { seed, minutes, nodes, rate, sandbox, only } = options;
  const load = openLoad({ arena, seed, rate });
  try {
    say('deploying functions ...');
    await load.prepare();
    const before = await censusOf(arena);
    await load.begin();
    const beganMs = monotonicMs();
    const tell: Say = (line) => say(`${minutesAndSeconds(monotonicMs() - beganMs)}  ${line}`);
    tell(`${rate} requests a second`);
    await delay(calmMs);
    const { able, skipped } = sorted(arena, options);
    for (const line of skipped) tell(`skipped: ${line}`);
    const faults = await attackAll(arena, able, options, tell);
    const done = new Set(faults.map(({ name }) => name));
    const late = able.filter(({ name }) => !done.has(name));
    skipped.push(...late.map(({ name }) => `${name}: the time was over`));
    await delay(calmMs);
    tell('no more faults; waiting until all is done, and asking every node what it knows ...');
    const seen = await load.end();
    const after = await censusOf(arena);
    return {
      seed,
      minutes,
      nodes,
      rate,
      sandbox,
      only,
      skipped,
      load: seen,
      faults,
      before,
      after,
    };
  } finally {
    await load.close();
  }
}

async function attackAll(
  arena: Arena,
  able: readonly Fault[],
  { seed, minutes }: RunOptions,
  tell: Say,
): Promise<FaultRecord[]> {
  const random = seededRandom(seed);
  const records: FaultRecord[] = [];
  for (const step of plan(able, { seed, minutes })) {
    const done = await perform(arena, step, random);
    records.push(...done);
    tell(lineOf(step, done));
  }
  return records;
}

function sorted(
  arena: Arena,
  { only }: RunOptions,
): { readonly able: readonly Fault[]; readonly skipped: string[] } {
  const unknown = only.filter((name) => allFaults.every((fault) => fault.name !== name));
  if (unknown.length > 0)
    throw new Error(`there is no fault "${unknown.join('", "')}"; see --list`);
  const wanted = allFaults.filter(({ name }) => only.length === 0 || only.includes(name));
  const able = wanted.filter((fault) => fault.missing(arena) === false);
  const skipped = wanted.flatMap((fault) => {
    const reason = fault.missing(arena);
    return reason === false ? [] : [`${fault.name}: ${reason}`];
  });
  return { able, skipped };
}

function lineOf({ faults }: PlannedStep, done: readonly FaultRecord[]): string {
  const what = faults.map(({ name }) => name).join(' + ');
  const hit = [...new Set(done.flatMap(({ nodes }) => nodes))].sort((a, b) => a - b);
  const [{ mendedMs, agreedMs } = { mendedMs: 0, agreedMs: null }] = done;
  const agreed =
    agreedMs === null ? 'no agreement since' : `agreed after ${Math.round(agreedMs - mendedMs)} ms`;
  const odd = done.flatMap(({ oddities }) => oddities).map((oddity) => `\n       ${oddity}`);
  return `${what} (node ${hit.join(', ')}): ${agreed}${odd.join('')}`;
}

function minutesAndSeconds(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
