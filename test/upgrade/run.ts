/** One upgrade under load: everything is warm, a while nothing else happens, a release is dropped, it ends, and a while again. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Rollout, Step } from '../../src/rollout/index.js';
import { StallMeter } from '../chaos/load/load.js';
import { monotonicMs } from '../chaos/records.js';
import { eventually } from '../e2e/cluster-harness.js';
import { alive, Field, laterVersion } from './field.js';
import { allFunctions, deployAll } from './functions.js';
import { Load } from './load.js';
import type { UpgradeRecord } from './records.js';
import { watchRollout } from './watching.js';

export interface RunOptions {
  /** Requests a second. */
  readonly rate: number;
  /** How long the load runs alone at first, and at the end at least. */
  readonly calmMs: number;
  /** It goes on until so many were sent. */
  readonly requestsMin?: number;
  /** Steps at which the Master is killed, where the cluster has got over the death before. */
  readonly kills?: readonly Step[];
  readonly timeoutMs: number;
  /** Files of the release that are other than in this program. */
  readonly patch?: Readonly<Record<string, string>>;
  readonly rollout?: Readonly<Record<string, unknown>>;
  /** Where what nodes have printed is kept. */
  readonly logs?: string;
  say(line: string): void;
}

const rolloutsMax = 6;

/**
 * One upgrade in a field of its own; where Masters are to be killed, as many as it takes until one was at each step.
 * Rejects where it cannot be tried; whatever the cluster does wrong is in the records.
 */
export async function runUpgrades(options: RunOptions): Promise<UpgradeRecord[]> {
  const field = await Field.open(options.rollout === undefined ? {} : { rollout: options.rollout });
  const records: UpgradeRecord[] = [];
  let kills = options.kills ?? [];
  try {
    do {
      const version = laterVersion(records.length + 1);
      const record = await underLoad(field, { ...options, kills, version });
      records.push(record);
      kills = kills.filter((step) => !record.kills.some((kill) => kill.step === step));
      if (record.end === 'none') break;
    } while (kills.length > 0 && records.length < rolloutsMax);
    return records;
  } finally {
    if (options.logs !== undefined) await field.keepLogs(options.logs);
    await field.close();
  }
}

/** One upgrade in a field that is there. */
export async function underLoad(
  field: Field,
  options: RunOptions & { readonly version: string },
): Promise<UpgradeRecord> {
  const { rate, calmMs, version, patch, say } = options;
  await field.make(version, patch);
  await warmed(field);
  const from = alive((await field.cluster()) ?? { ...none })[0]?.release ?? 'none';
  const meter = new StallMeter();
  const seed = (Date.now() % 1_000_000) + 1;
  const load = await Load.begin(field.directory, field.ledger, { url: field.url, rate, seed });
  try {
    const beganMs = monotonicMs();
    say(`${rate} requests a second`);
    await delay(calmMs);
    await field.offer(version);
    const offeredMs = monotonicMs();
    say(`${version} is offered`);
    const { timeoutMs, kills = [] } = options;
    const watched = await watchRollout(field, { version, timeoutMs, kills, say });
    const overMs = monotonicMs();
    if (watched.rollout === null) say(`not over in ${timeoutMs / 1000} s`);
    const restMs = ((options.requestsMin ?? 0) / rate) * 1000 - (overMs - beganMs);
    await delay(Math.max(calmMs, restMs));
    const endedMs = monotonicMs();
    const left = await load.end();
    const page = await field.rollout();
    const stalls = await meter.end();
    const times = { beganMs, offeredMs, overMs, endedMs };
    const { steps, kills: killed, aliveMin, rollout } = watched;
    return {
      ...{ from, to: version, rate, ...times, ...left, stalls, steps, kills: killed, aliveMin },
      end: endOf(rollout),
      reason: rollout?.reason ?? null,
      versions: countVersions(page?.nodes ?? []),
      formatLevel: page?.formatLevel ?? 0,
      comparison: rollout?.comparison ?? null,
      story: rollout?.story.map(({ step, text }) => `${step}: ${text}`) ?? [],
    };
  } finally {
    await load.close();
    await meter.end();
  }
}

const none = { self: '', master: null, quorum: false, nodes: [] };

/** Every node has an idle sandbox of every function. */
async function warmed(field: Field): Promise<void> {
  const there = await field.told<{ Functions: readonly unknown[] }>('/2015-03-31/functions');
  if (there?.Functions.length === 0) await deployAll(field.client(), field.ledger);
  const page = await field.cluster();
  for (const { http } of page === null ? [] : alive(page)) {
    for (const name of allFunctions) {
      await eventually(
        () => fetch(`http://${http}/_hearth/warm/${name}`, { method: 'POST' }),
        ({ ok }) => ok,
      );
    }
  }
}

function endOf(rollout: Rollout | null): UpgradeRecord['end'] {
  if (rollout?.step === 'finalised' || rollout?.step === 'rolled-back') return rollout.step;
  return 'none';
}

function countVersions(nodes: readonly { readonly version: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { version } of nodes) counts[version] = (counts[version] ?? 0) + 1;
  return counts;
}
