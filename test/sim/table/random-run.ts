/** One random run under one seed: churn and harm, and what must hold after it. */
import { strict as assert } from 'node:assert';
import { seededRandom } from '../../../src/lib/index.js';
import { convergedMsMax, lossyConvergedMsMax, recoveredMsMax } from './bounds.js';
import { keyOf, TableCluster } from './cluster.js';
import { calmLink } from './link.js';
import { Nemesis, slowestMsMax } from './nemesis.js';
import { Workload } from './workload.js';

export interface RunResult {
  readonly trace: string;
  /** After everything was mended; after a death of the Master and nothing else; with loss. */
  readonly recoveredMs: number;
  readonly convergedMs: number;
  readonly lossyConvergedMs: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** So small that windows fill, history is cut, and snapshots and reports come in parts or whole. */
const narrow = { batchBytesMax: 300, windowClaimsMax: 8, historyClaimsMax: 12, tombstonesMax: 2 };

/** Throws an error that tells what was done, where an invariant breaks or the tables do not converge. */
export function randomRun(seed: number): RunResult {
  const random = seededRandom(seed);
  const size = 1 + random.below(12);
  const functions = 1 + random.below(20);
  const cluster = new TableCluster(random.below(2 ** 32), {
    parameters: random.next() < 0.5 ? narrow : {},
    viewDelayMsMax: random.next() < 0.5 ? 50 : 5,
  });
  cluster.started(size);
  const workload = new Workload(cluster, functions, 5 + random.next() * 100);
  workload.start();
  cluster.run(random.next() * 1000);
  const nemesis = new Nemesis(cluster, 50 + random.next() * 500, size + 3);
  try {
    cluster.run(3000 + random.next() * 12_000);
    nemesis.mend();
    // what is on its way over the slowest link belongs to the harm
    cluster.run(slowestMsMax);
    cluster.untilViewsAgree();
    workload.stop();
    const recoveredMs = cluster.untilConverged(recoveredMsMax(cluster));
    askEverybody(cluster, functions);
    const convergedMs = masterDies(cluster, workload);
    const lossyConvergedMs = loseMuch(cluster, workload);
    askEverybody(cluster, functions);
    const { trace, checks } = cluster;
    return { trace, recoveredMs, convergedMs, lossyConvergedMs, counts: { ...checks?.counts } };
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const done = nemesis.log.slice(-60).join('\n');
    throw new Error(`${what}\nat ${cluster.nowMs.toFixed(1)} ms, after:\n${done}`, {
      cause: error,
    });
  }
}

/** The oldest dies amid changes, and nothing is lost: the bound without retries holds. */
function masterDies(cluster: TableCluster, workload: Workload): number {
  cluster.link = { ...calmLink, delayMsMax: 10, duplication: 0.1 };
  workload.start();
  cluster.run(300 + cluster.random.next() * 100);
  const master = cluster.master();
  const alive = [...cluster.nodes.values()].filter((node) => node.alive);
  if (master !== undefined && alive.length > 1) {
    cluster.kill(master);
    cluster.change(master, { status: 'dead' });
  }
  cluster.run(cluster.random.next() * 100);
  workload.stop();
  cluster.untilViewsAgree();
  return cluster.untilConverged(convergedMsMax(cluster));
}

/** A tenth of everything is lost all the time. */
function loseMuch(cluster: TableCluster, workload: Workload): number {
  cluster.link = { ...calmLink, delayMsMax: 10, loss: 0.1, duplication: 0.1 };
  workload.start();
  cluster.run(500);
  workload.stop();
  const lossyMs = cluster.untilConverged(lossyConvergedMsMax);
  cluster.link = calmLink;
  cluster.run(50);
  return lossyMs;
}

/** Whoever asks, wherever: the holders are true, and there are some where somebody else holds it. */
function askEverybody(cluster: TableCluster, functions: number): void {
  // whoever was not answered during the harm is asked again by now
  const { lookupMs, distrustMs } = cluster.parameters;
  for (const node of cluster.nodes.values()) if (node.alive) cluster.lookup(node, keyOf(0));
  cluster.run(distrustMs + 3 * lookupMs);
  for (const node of cluster.nodes.values()) if (node.alive) cluster.lookup(node, keyOf(0));
  cluster.run(3 * lookupMs);
  for (const node of cluster.nodes.values()) {
    if (!node.alive || node.core.role === null) continue;
    for (let number = 0; number < functions; number++) {
      const key = keyOf(number);
      const holding = [...cluster.nodes.values()].filter((other) => {
        const fact = cluster.oracle.facts.get(other.id);
        const there = other.alive && other !== node && other.core.role !== null;
        return there && fact?.status === 'alive' && other.latest.get(key)?.state === 'warm';
      });
      cluster.lookup(node, key, (holders) => {
        assert(holders !== null, 'a lookup is answered');
        const named = holders.map(({ node: id }) => id);
        assert.equal(new Set(named).size, Math.min(8, holding.length));
        for (const { node: id, load } of holders) {
          const claim = cluster.nodes.get(id)?.latest.get(key);
          assert.deepEqual([claim?.state, claim?.load], ['warm', load]);
        }
      });
    }
  }
  cluster.run(3 * lookupMs);
}
