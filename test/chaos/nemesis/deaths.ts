/**
 * Processes that are killed. They stay away for longer than the others need to find out and to go on, so that what
 * happens in between can be measured.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { replicaCount } from '../../../src/roles/index.js';
import type { ArenaNode } from '../arena/types.js';
import { monotonicMs } from '../records.js';
import type { Attempt } from './attempt.js';
import { startAgain } from './start-again.js';
import type { Fault } from './types.js';
import type { Wanted } from './victims.js';

const deadMinMs = 4000;
const deadMaxMs = 6000;
const successorTimeoutMs = 15_000;
const lookEveryMs = 20;

export const deaths: readonly Fault[] = [
  {
    name: 'kill the Master',
    kind: 'death',
    needs: ['master', 'silence'],
    missing: () => false,
    run: (attempt) => killed(attempt, 'master'),
  },
  {
    name: 'kill a Replica',
    kind: 'death',
    needs: ['silence'],
    missing: ({ nodes }) => nodes.length < 2 && 'a node alone has no Replica',
    run: (attempt) => killed(attempt, 'replica'),
  },
  {
    name: 'kill a Worker',
    kind: 'death',
    needs: ['silence'],
    missing: ({ nodes: { length } }) =>
      length <= 1 + replicaCount(length) && `${length} nodes are Master and Replicas`,
    run: (attempt) => killed(attempt, 'worker'),
  },
  {
    name: 'kill the Master, and the next one',
    kind: 'death',
    needs: ['master', 'silence'],
    missing: ({ nodes }) => nodes.length < 3 && 'of two nodes none would be left',
    run: twoMastersKilled,
  },
];

async function killed(attempt: Attempt, wanted: Wanted): Promise<void> {
  const node = attempt.take(wanted);
  attempt.begins();
  try {
    await attempt.kill(node);
    await attempt.lasts(deadMinMs, deadMaxMs);
  } finally {
    await startAgain(attempt, node);
  }
}

async function twoMastersKilled(attempt: Attempt): Promise<void> {
  const master = attempt.take('master');
  const dead = [master];
  attempt.begins();
  try {
    await attempt.kill(master);
    const next = await successor(attempt);
    if (next !== null) {
      dead.push(next);
      await attempt.kill(next);
    }
    await attempt.lasts(deadMinMs, deadMaxMs);
  } finally {
    await Promise.all(dead.map((node) => startAgain(attempt, node)));
  }
}

/** Who is Master instead; null where another fault has that one, or nobody was in time, which is odd. */
async function successor(attempt: Attempt): Promise<ArenaNode | null> {
  const { master: before } = attempt.victims.roles;
  const beganMs = monotonicMs();
  for (;;) {
    const { master } = await attempt.arena.roles();
    const tookMs = Math.round(monotonicMs() - beganMs);
    if (master !== null && master !== before) {
      attempt.note(`node ${master} was the Master after ${tookMs} ms`);
      if (!attempt.victims.isTaken(master)) return attempt.takeNode(master);
      attempt.note('and was left alive, for another fault has it');
      return null;
    }
    if (tookMs > successorTimeoutMs) {
      attempt.odd(`nobody was the Master ${tookMs} ms after the death of the one before`);
      return null;
    }
    await delay(lookEveryMs);
  }
}
