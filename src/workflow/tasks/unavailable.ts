/** What the cluster cannot do at the moment is tried again for a while: it is the cluster's failure, not the task's. */
import type { Clock } from '../../lib/index.js';
import { type Cancelled, HearthError, limits } from '../../types/index.js';

const retryMs = 500;

/**
 * `work`: may be done twice. `isAbreast`: asked before each further try, whether this node knows that the task is still its
 * own; not knowing counts as a failure. Throws what `work` throws, once the time is over.
 */
export async function whileUnavailable<Result>(
  clock: Clock,
  signal: Cancelled,
  work: () => Promise<Result>,
  isAbreast: () => Promise<boolean> = async () => true,
): Promise<Result> {
  const untilMs = clock.nowMs() + limits.taskUnavailableMs;
  for (;;) {
    try {
      return await work();
    } catch (thrown) {
      do {
        if (!isOfCluster(thrown) || signal.aborted) throw thrown;
        if (clock.nowMs() + retryMs > untilMs) throw thrown;
        await pause(clock, signal);
      } while (!(await isAbreast()));
      if (signal.aborted) throw thrown;
    }
  }
}

function pause(clock: Clock, signal: Cancelled): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(retryMs, resolve);
    signal.addEventListener('abort', () => {
      cancel();
      resolve();
    });
  });
}

function isOfCluster(thrown: unknown): boolean {
  return thrown instanceof HearthError && clusterCodes.has(thrown.code);
}

const clusterCodes: ReadonlySet<HearthError['code']> = new Set([
  'draining',
  'no-quorum',
  'forward-lost',
  'sandbox-unavailable',
  'bundle-missing',
]);
