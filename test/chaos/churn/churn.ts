/**
 * An hour-equivalent of churn: the nodes are counted once they are warm, after one half, and after the other.
 * What has been leaked stays, what is only under way goes: each figure is the least of several readings.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { monotonicMs } from '../records.js';
import { holdingsOf, type NodeHoldings } from './census.js';
import { deployAll } from './functions.js';
import { type Quotas, quotasOf } from './hour.js';
import { heldBytes, writeSnapshots } from './memory.js';
import { churn } from './parts.js';
import { Scene } from './scene.js';

export interface ChurnOptions {
  readonly nodes: number;
  /** Of an hour. */
  readonly share: number;
  /** How long is counted each time: what comes and goes has to have gone once. */
  readonly countMs: number;
  /** Where snapshots of all heaps are written at each count; null for none. */
  readonly snapshots: string | null;
  readonly say: (text: string) => void;
  /** Ends everything early; the run then rejects. */
  readonly signal: AbortSignal;
}

export interface Holdings extends NodeHoldings {
  /** What objects of JavaScript hold, all threads together. */
  readonly heldBytes: number;
}

export interface ChurnRecord {
  readonly share: number;
  readonly tookMs: number;
  readonly quotas: Quotas;
  readonly sandboxesMade: number;
  readonly good: number;
  /** Other answers by what they said. */
  readonly other: Readonly<Record<string, number>>;
  /** The node that was restarted. */
  readonly restless: number;
  readonly before: readonly Holdings[];
  readonly half: readonly Holdings[];
  readonly after: readonly Holdings[];
  /** Of nodes that had ended, in words. */
  readonly remains: readonly string[];
}

/**
 * Lives are short, so that what an hour sees end ends within minutes; stores that are bounded by
 * the disk are as small as they can be, so that they are full early.
 */
const config = {
  sandbox: 'auto',
  sandboxIdleMs: 300,
  sandboxLingerMs: 50,
  // one of each kind, whatever is asked for
  stemCellsMax: 2,
  asyncRetryBaseMs: 50,
  recordDiskMb: 1,
  logDiskMb: 8,
  logLevel: 'warn',
};
const warmUpShare = 0.2;
const readEveryMs = 250;
const memoryReadings = 3;

export async function runChurn(options: ChurnOptions): Promise<ChurnRecord> {
  const scene = await Scene.open(options.nodes, config);
  try {
    return await Promise.race([churned(scene, options), aborted(options.signal)]);
  } finally {
    await scene.end();
  }
}

async function churned(scene: Scene, options: ChurnOptions): Promise<ChurnRecord> {
  const { share, say } = options;
  const beganMs = monotonicMs();
  say('warming up');
  await deployAll(scene);
  say(await churn(scene, quotasOf(share * warmUpShare)));
  const before = await count(scene, options);
  const quotas = quotasOf(share / 2);
  scene.forgetAnswers();
  say('the first half');
  say(await churn(scene, quotas));
  const half = await count(scene, options);
  say('the second half');
  say(await churn(scene, quotas));
  const after = await count(scene, options);
  say('stopping');
  const { sandboxesMade, answers, restless } = scene;
  return {
    share,
    quotas: quotasOf(share),
    sandboxesMade,
    good: answers.good,
    other: Object.fromEntries(answers.other),
    restless,
    before,
    half,
    after,
    remains: await scene.end(),
    tookMs: monotonicMs() - beganMs,
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

async function count(scene: Scene, { countMs, snapshots }: ChurnOptions): Promise<Holdings[]> {
  await scene.hangUp();
  await scene.quiet();
  const { numbers } = scene.nodes;
  const seen: NodeHoldings[][] = [];
  for (let waitedMs = 0; waitedMs < countMs; waitedMs += readEveryMs) {
    await delay(readEveryMs);
    seen.push(await Promise.all(numbers.map((node) => holdingsOf(scene.places(node)))));
  }
  return Promise.all(
    numbers.map(async (node, index) => {
      const { temporary } = scene.places(node);
      const held: number[] = [];
      for (let reading = 0; reading < memoryReadings; reading++) {
        held.push(await heldBytes(temporary ?? ''));
      }
      if (snapshots !== null) await writeSnapshots(temporary ?? '', snapshots);
      const each = seen.flatMap((nodes) => nodes[index] ?? []);
      return { ...leastOf(each), heldBytes: Math.min(...held) };
    }),
  );
}

function leastOf(each: readonly NodeHoldings[]): NodeHoldings {
  const [first] = each;
  const last = each.at(-1);
  if (first === undefined || last === undefined) throw new Error('nothing was counted');
  const least = (figure: (one: NodeHoldings) => number): number => Math.min(...each.map(figure));
  return {
    node: first.node,
    residentBytes: least((one) => one.residentBytes),
    descriptors: least((one) => one.descriptors),
    sockets: least((one) => one.sockets),
    processes: least((one) => one.processes),
    cgroups: least((one) => one.cgroups),
    mounts: least((one) => one.mounts),
    // of files the last: what is written behind the answers has been written by then
    files: last.files,
    fileBytes: last.fileBytes,
    filesOf: last.filesOf,
  };
}
