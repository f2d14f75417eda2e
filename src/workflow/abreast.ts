/**
 * Whether this node knows lately enough what the log holds. Whoever has heard nothing of it for a while, after a standstill
 * say, asks before it begins what the outside sees: the news that others have gone on may lie unread.
 */
import type { Clock } from '../lib/index.js';

/** What was committed so long ago a node may not know yet: less than it takes until others adopt its executions. */
export const newsAgeMsMax = 500;
const askEveryMs = 200;

export interface Asking {
  /** Waits until this node knows all that was acknowledged; false where no majority confirms that in time. */
  readonly catchUp: () => Promise<boolean>;
  readonly clock: Clock;
}

/** An answer that was waited for too long says what held before that. */
export async function isAbreast({ catchUp, clock }: Asking): Promise<boolean> {
  const askedMs = clock.nowMs();
  const isConfirmed = await catchUp().catch(() => false);
  return isConfirmed && clock.nowMs() - askedMs <= newsAgeMsMax;
}

/** Resolves when this node is, or has stopped. */
export async function abreast(asking: Asking, isStopped: () => boolean): Promise<void> {
  while (!isStopped() && !(await isAbreast(asking))) {
    await new Promise<void>((resolve) => asking.clock.after(askEveryMs, resolve));
  }
}
