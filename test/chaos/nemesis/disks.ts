/** Disks that are full, read-only or slow: of one node each. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ArenaNode } from '../arena/types.js';
import { monotonicMs } from '../records.js';
import type { Attempt } from './attempt.js';
import { startAgain } from './start-again.js';
import { Tally } from './tally.js';
import type { Fault } from './types.js';

const fullMinMs = 5500;
const fullMaxMs = 6500;
const readOnlyMs = 4000;
/** A node that cannot start has to say so by then. */
const refuseTimeoutMs = 10_000;
const slowMinMs = 7000;
const slowMaxMs = 9000;
const syncMinMs = 50;
const syncMaxMs = 200;
const healthTimeoutMs = 1000;
const sentenceCharsMax = 300;

export const disks: readonly Fault[] = [
  { name: 'a full disk', kind: 'disk', needs: ['silence'], missing: noDisks, run: full },
  { name: 'a read-only disk', kind: 'disk', needs: ['silence'], missing: noDisks, run: readOnly },
  {
    name: 'a slow disk',
    kind: 'disk',
    needs: [],
    missing: ({ nodes: [node] }) => node?.noClockFaults ?? 'there is no node',
    run: slow,
  },
];

function noDisks({ nodes: [node] }: Parameters<Fault['missing']>[0]): string | false {
  return node?.noDiskFaults ?? 'there is no node';
}

async function full(attempt: Attempt): Promise<void> {
  const node = attempt.take('any');
  const health = new Tally();
  attempt.begins();
  try {
    await node.fillDisk();
    await attempt.lasts(fullMinMs, fullMaxMs);
    await health.of(node.ask('GET', '/_hearth/health', undefined, healthTimeoutMs));
  } finally {
    await node.makeRoom();
  }
  attempt.note(`the health of node ${node.number} with a full disk: ${health}`);
}

/** It runs on as long as it needs to open no file; then it dies, and has to say why it cannot start. */
async function readOnly(attempt: Attempt): Promise<void> {
  const node = attempt.take('any');
  attempt.begins();
  try {
    await node.setReadOnly(true);
    await delay(readOnlyMs);
    await attempt.kill(node);
    await refuses(attempt, node);
  } finally {
    if (node.runs) await node.kill();
    await node.setReadOnly(false);
    await startAgain(attempt, node);
  }
}

async function refuses(attempt: Attempt, node: ArenaNode): Promise<void> {
  const beganMs = monotonicMs();
  const over = new AbortController();
  const { signal } = over;
  const refused = node.start().then(
    () => 'it started',
    () => null,
  );
  const hung = delay(refuseTimeoutMs, 'it said nothing', { signal }).catch(() => null);
  const instead = await Promise.race([refused, hung]);
  over.abort();
  const tookMs = Math.round(monotonicMs() - beganMs);
  const sentence = node.log.trimEnd().split('\n').at(-1)?.slice(0, sentenceCharsMax) ?? '';
  const told = `a start of node ${node.number} on a read-only disk: ${sentence} (${tookMs} ms)`;
  if (instead !== null) attempt.odd(`${told}: ${instead}`);
  else if (!/read-only/i.test(sentence)) attempt.odd(`${told}: that does not say why`);
  else attempt.note(told);
}

async function slow(attempt: Attempt): Promise<void> {
  // one of those whose disk others wait for
  const node = attempt.take(attempt.random.next() < 0.5 ? 'master' : 'replica');
  const delayMs = syncMinMs + attempt.random.below(syncMaxMs - syncMinMs);
  attempt.note(`each sync of node ${node.number} takes ${delayMs} ms longer`);
  attempt.begins();
  try {
    node.slowSync(delayMs);
    await attempt.lasts(slowMinMs, slowMaxMs);
  } finally {
    node.slowSync(0);
  }
}
