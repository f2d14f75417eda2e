/** A node that was killed or stopped is started again, and has to come back. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ArenaNode } from '../arena/types.js';
import { monotonicMs } from '../records.js';
import type { Attempt } from './attempt.js';

const startTimeoutMs = 40_000;

/** Rejects where it does not start twice in a row: then the arena is no cluster any more. */
export async function startAgain(attempt: Attempt, node: ArenaNode): Promise<void> {
  const beganMs = monotonicMs();
  for (const isLast of [false, true]) {
    const failure = await failureOf(node);
    if (failure === null) {
      const tookS = ((monotonicMs() - beganMs) / 1000).toFixed(1);
      attempt.note(`node ${node.number} took requests again after ${tookS} s`);
      return;
    }
    attempt.odd(`node ${node.number} did not start again: ${failure}`);
    if (node.runs) await node.kill();
    if (isLast) throw new Error(`node ${node.number} does not start any more`);
  }
}

/** Null once it takes requests. */
async function failureOf(node: ArenaNode): Promise<string | null> {
  const late = new AbortController();
  const { signal } = late;
  const deadline = delay(startTimeoutMs, 'late', { signal }).catch(() => null);
  const started = node.start().then(
    () => null,
    (error: unknown) => String(error),
  );
  const failure = await Promise.race([started, deadline]);
  late.abort();
  return failure === 'late' ? `not in ${startTimeoutMs} ms\n${node.log}` : failure;
}
