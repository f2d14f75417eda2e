/**
 * The promise of two threads, put to the test: the Master's data thread is blocked, or has more to do than
 * it can, and its control thread must answer the other nodes as if nothing were. Nobody may suspect anybody.
 */
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { quantile } from '../harness/quantiles.js';
import type { AskerReport } from './asker.js';
import { cpuUse, foreignSince } from './foreign.js';
import { Helper } from './helper.js';
import type { LoadReport } from './load.js';
import { type NodeProcess, secretFile } from './node-process.js';
import { withNodes } from './nodes.js';
import { difference, gossipCounts, look } from './onlookers.js';
import { spread } from './spread.js';

const strainMs = 10_000;
const replyMsMax = 50;
/** Beside more work of others, in percent of a core, a bound that does not hold says little. */
const foreignPercentMax = 20;
const connections = 256;
const warmUpMs = 4000;
/** How long afterwards it may take until the node's counters are all told to its data thread. */
const restMs = 3000;
const echo = 'exports.handler = async (event) => event;';
const burn = `exports.handler = async ({ untilMs }) => { while (Date.now() < untilMs); };`;

/** One way to keep a data thread from its work. */
interface Strain {
  readonly title: string;
  /** Of the nodes' configuration. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Whether the bounds are promised for it. */
  readonly promised: boolean;
  /** Gets it going; the returned function lasts as long as it does. */
  begin(victim: NodeProcess): Promise<() => Promise<string>>;
}

const blocked: Strain = {
  title: 'blocked',
  settings: {},
  promised: true,
  begin: async (victim) => async () => {
    await victim.block(strainMs);
    return 'stood still';
  },
};

/** With so few sandboxes that all are there when it is measured. */
const saturated: Strain = {
  title: 'saturated',
  settings: { sandboxesMax: 16 },
  promised: true,
  begin: (victim) => saturate(victim, warmUpMs),
};

/** The same while sandboxes are being started, one after another, all the time. */
const starting: Strain = {
  title: 'saturated and starting sandboxes',
  settings: { sandboxesMax: 200 },
  promised: false,
  begin: (victim) => saturate(victim, 0),
};

const strains = { blocked, saturated, starting };
export type StrainName = keyof typeof strains;
export const strainNames = Object.keys(strains) as readonly StrainName[];

async function saturate(victim: NodeProcess, warmUpMs: number) {
  await victim.deploy('echo', echo);
  await victim.deploy('burn', burn);
  const event = JSON.stringify({ untilMs: Date.now() + warmUpMs + strainMs + restMs });
  const burners = Array.from({ length: 2 * cpus().length }, () =>
    fetch(victim.invocation('burn'), { method: 'POST', body: event }),
  );
  const urls = [victim.invocation('echo'), `${victim.url}/_hearth/health`];
  const load = await Helper.start<LoadReport>('./load.js', [String(connections), ...urls]);
  await delay(warmUpMs);
  return async () => {
    load.reset();
    await delay(strainMs);
    const { replyMs, durationMs, failures } = await load.end();
    const [ran = 0, other = 0] = urls.map((url) => replyMs[url]?.length ?? 0);
    const perS = (count: number): string => `${Math.round((count / durationMs) * 1000)}/s`;
    const codes = await Promise.all(burners.map(async (answer) => (await answer).status));
    const burnt = codes.filter((code) => code === 200).length;
    return (
      `${connections} connections, ${perS(ran)} invocations, ${perS(other)} other requests, ` +
      `${failures} refused, ${burnt} functions that never yield`
    );
  };
}

/** Prints what came of each strain, in so many runs; false where a bound did not hold. */
export async function printStrain(names: readonly StrainName[], runs: number): Promise<boolean> {
  let held = true;
  for (const strain of names.map((name) => strains[name])) {
    console.log(`\nThe Master's data thread ${strain.title} for ${strainMs / 1000} s, of 3 nodes`);
    for (let run = 0; run < runs; run++) {
      const ok = await withNodes(3, strain.settings, (nodes, directory) =>
        once(strain, nodes, directory),
      );
      held &&= ok || !strain.promised;
    }
  }
  return held;
}

async function once(
  strain: Strain,
  nodes: readonly NodeProcess[],
  directory: string,
): Promise<boolean> {
  const [victim, ...others] = nodes;
  if (victim === undefined) return false;
  const { self, master } = await victim.page();
  if (self !== master) throw new Error('the first node is not the Master');
  const { clusterId } = JSON.parse(await readFile(join(victim.data, 'node.json'), 'utf8'));
  const asking = [victim.cluster, secretFile(directory), String(clusterId)];
  const last = await strain.begin(victim);
  const before = await gossipCounts(others);
  const ownBefore = await gossipCounts([victim]);
  const asker = await Helper.start<AskerReport>('./asker.js', asking);
  const looking = new AbortController();
  const seen = look(others, looking.signal);
  const threadBefore = await victim.dataThreadS();
  const foreign = cpuUse();
  const startMs = Date.now();
  const what = await last();
  const lastedS = (Date.now() - startMs) / 1000;
  const threadAfter = await victim.dataThreadS();
  const foreignShare = Math.round((foreignSince(foreign) / lastedS) * 100);
  const report = await asker.end();
  looking.abort();
  const sightings = await seen;
  await delay(restMs);
  const counts = difference(await gossipCounts(others), before);
  const own = difference(await gossipCounts([victim]), ownBefore);

  const share = (name: 'ran' | 'waited'): string =>
    `${Math.round(((threadAfter[name] - threadBefore[name]) / lastedS) * 100)} %`;
  const { replyMs, lateMs, failures, led } = report;
  const leads = led > 0 ? ', it leads the log and asks a majority first' : '';
  const list = (all: Readonly<Record<string, number>>): string =>
    Object.entries(all)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  console.log(`  it ${what}`);
  console.log(
    `  data thread    ran ${share('ran')} of the time, waited for a CPU ${share('waited')}`,
  );
  console.log(
    `  gRPC replies   ${spread(replyMs)} (${replyMs.length}, failed ${failures.length}${leads})`,
  );
  const reasons = new Set(failures);
  if (reasons.size > 0) console.log(`    ${[...reasons].join('; ')}`);
  console.log(`    the asking process itself was late by ${spread(lateMs)}`);
  console.log(`  gossip, others ${list(counts)}`);
  console.log(`  gossip, own    ${list(own)}`);
  const { looks, missed, notAlive, degraded } = sightings;
  console.log(
    `  others' pages  ${looks} looked at, ${missed} missed, ${notAlive} with a member not alive, ${degraded} degraded`,
  );
  console.log(`  other work on this machine: ${foreignShare} % of a core`);
  const ok =
    quantile(replyMs, 0.99) < replyMsMax &&
    failures.length === 0 &&
    notAlive === 0 &&
    looks > 0 &&
    counts.suspected === 0 &&
    own.suspected === 0;
  const busy = foreignShare > foreignPercentMax ? ' (beside other work: run it again)' : '';
  const failed = (strain.promised ? 'FAIL' : 'not held, and not promised') + busy;
  console.log(
    ok ? '  pass' : `  ${failed}: p99 below ${replyMsMax} ms, no call failed, nobody suspected`,
  );
  return ok;
}
