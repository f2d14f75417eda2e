/**
 * Processes that stand still: for a moment, shorter than anybody is suspected for, as when a host is busy; and for
 * seconds, after which the others have gone on and the node wakes up in a world that is not its own.
 */
import { monotonicMs } from '../records.js';
import type { Attempt } from './attempt.js';
import { takenForDead } from './standing.js';
import type { Fault } from './types.js';
import type { Wanted } from './victims.js';

const momentMs = [200, 800] as const;
const longMs = [6000, 9000] as const;

export const pauses: readonly Fault[] = [
  {
    name: 'stop the Master for a moment',
    kind: 'pause',
    needs: ['master'],
    missing: () => false,
    run: (attempt) => paused(attempt, 'master', momentMs),
  },
  {
    name: 'stop a node for a moment',
    kind: 'pause',
    needs: [],
    missing: () => false,
    run: (attempt) => paused(attempt, 'any', momentMs),
  },
  {
    name: 'stop the Master for long',
    kind: 'pause',
    needs: ['master', 'silence'],
    missing: () => false,
    run: (attempt) => paused(attempt, 'master', longMs),
  },
  {
    name: 'stop a node for long',
    kind: 'pause',
    needs: ['silence'],
    missing: () => false,
    run: (attempt) => paused(attempt, 'any', longMs),
  },
];

async function paused(
  attempt: Attempt,
  wanted: Wanted,
  [minMs, maxMs]: readonly [number, number],
): Promise<void> {
  const node = attempt.take(wanted);
  const over = new AbortController();
  const dead = takenForDead(attempt.arena, node, over.signal);
  attempt.begins();
  const beganMs = monotonicMs();
  node.pause();
  try {
    await attempt.lasts(minMs, maxMs);
  } finally {
    node.resume();
    over.abort();
  }
  const stoodMs = Math.round(monotonicMs() - beganMs);
  const deadMs = await dead;
  const seen =
    deadMs === null
      ? 'nobody had it dead'
      : `dead to others after ${Math.round(deadMs - beganMs)} ms`;
  attempt.note(`node ${node.number} stood still for ${stoodMs} ms; ${seen}`);
}
