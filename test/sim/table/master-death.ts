/**
 * One fixed scenario, over and over: five nodes amid changes, and the Master dies just before the n-th event
 * of a window, with every n. As a zombie it lives on, unseen by the others, and goes on reigning alone.
 */
import { strict as assert } from 'node:assert';
import { convergedMsMax, lossyConvergedMsMax } from './bounds.js';
import { keyOf, TableCluster } from './cluster.js';
import { calmLink } from './link.js';
import type { TableNode } from './node.js';
import { Workload } from './workload.js';

export interface DeathOptions {
  readonly seed: number;
  /** Before which event of the window the Master dies. */
  readonly at: number;
  readonly zombie: boolean;
  readonly loss: number;
}

export interface Death {
  /** False where the window was over before. */
  readonly struck: boolean;
  readonly convergedMs: number;
}

const size = 7;
const warmUpMs = 350;
export const windowMs = 120;
/** After its view has changed, a new Master has collected what was missing. */
const collectedMsMax = 200;

export function masterDeath({ seed, at, zombie, loss }: DeathOptions): Death {
  const cluster = new TableCluster(seed, { link: { ...calmLink, loss } });
  const [master, heir] = cluster.started(size) as [TableNode, TableNode];
  const workload = new Workload(cluster, 10, 6);
  workload.start();
  cluster.run(warmUpMs);
  const from = cluster.events;
  let struck = false;
  cluster.onEvent = () => {
    if (struck || cluster.events - from < at) return;
    struck = true;
    bury(cluster, master, zombie);
  };
  const number = heir.core.position?.epoch.number ?? 0;
  let reigns = false;
  let held = new Set<string>();
  cluster.onStepped = (node) => {
    if (!struck || reigns || node !== heir) return;
    reigns = heir.core.role === 'master';
    if (reigns) succeeds(cluster, heir, held, loss === 0);
    else held = shown(heir);
  };
  cluster.run(windowMs + 60);
  if (!struck) return { struck, convergedMs: 0 };
  workload.stop();
  cluster.untilViewsAgree();
  const boundMs = loss > 0 ? lossyConvergedMsMax : convergedMsMax(cluster);
  const convergedMs = cluster.untilConverged(boundMs);
  const epoch = heir.core.position?.epoch;
  assert(reigns && epoch?.master === heir.id && epoch.number > number, 'a new epoch');
  if (zombie) refusesTheZombie(cluster, master);
  return { struck, convergedMs };
}

/** The others take it for dead; it goes on, with what it knew and with what they do not hear. */
function bury(cluster: TableCluster, master: TableNode, zombie: boolean): void {
  const fact = cluster.oracle.facts.get(master.id);
  assert(fact !== undefined);
  if (!zombie) cluster.kill(master);
  cluster.oracle.announce({ ...fact, status: 'dead' }, (observer) => observer !== master);
}

/** Serves what it held at once, and within 200 ms what the others had to tell when it took over. */
function succeeds(
  cluster: TableCluster,
  heir: TableNode,
  held: ReadonlySet<string>,
  inTime: boolean,
): void {
  const serves = shown(heir);
  const alive = new Map(
    [...heir.view].map(([id, { status }]) => [id as string, status !== 'dead']),
  );
  for (const claim of held) {
    const author = claim.slice(0, claim.indexOf(' '));
    // of itself it says what is true now
    if (author === heir.id || alive.get(author) !== true) continue;
    assert(serves.has(claim), `the new Master has lost ${claim}`);
  }
  if (!inTime) return;
  const told = [...heir.view.keys()].flatMap((id) => {
    const node = cluster.nodes.get(id);
    if (node === undefined || !alive.get(id)) return [];
    return [...node.warm()].map((claim) => ({
      node,
      claim,
      text: `${id} ${claim.key} ${claim.sequence}`,
    }));
  });
  cluster.plan(collectedMsMax, () => {
    const collected = shown(heir);
    for (const { node, claim, text } of told) {
      // what has changed since is another matter
      if (node.latest.get(claim.key) === claim) assert(collected.has(text), `lacks ${text}`);
    }
  });
}

function shown({ core }: TableNode): Set<string> {
  return new Set(
    [...core.visibleClaims()].map(({ node, key, sequence }) => `${node} ${key} ${sequence}`),
  );
}

/** What it goes on to say reaches the others, and changes nothing. */
function refusesTheZombie(cluster: TableCluster, zombie: TableNode): void {
  for (let number = 0; number < 5; number++) {
    cluster.claim(zombie, { key: keyOf(100 + number), state: 'warm', load: 1 });
    cluster.run(150);
  }
  assert.equal(cluster.disagreement(), null);
}
