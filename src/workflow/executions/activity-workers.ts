/** Workers that wait at this node for tasks of activities: as many are woken as there are tasks, the longest waiting first. */
import type { Clock } from '../../lib/index.js';
import { type Cancelled, HearthError } from '../../types/index.js';
import type { ExecutionResult } from './command.js';
import type { ActivityTask } from './types.js';

export interface ActivityWorkersDeps {
  readonly clock: Clock;
  readonly hasWaiting: (activityArn: string) => boolean;
  /** Throws HearthError. */
  readonly take: (activityArn: string, workerName: string | null) => Promise<ExecutionResult>;
}

/** Of one activity at one node (AWS: 1,000 pollers of an activity). */
const workersMax = 1000;

export class ActivityWorkers {
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(private readonly deps: ActivityWorkersDeps) {}

  /** Executions have changed: there may be tasks. */
  look(): void {
    for (const activityArn of this.#waiting.keys()) this.#wakeOne(activityArn);
  }

  async take(
    activityArn: string,
    workerName: string | null,
    waitMs: number,
    signal?: Cancelled,
  ): Promise<ActivityTask | null> {
    const { clock, hasWaiting, take } = this.deps;
    if ((this.#waiting.get(activityArn)?.size ?? 0) >= workersMax) {
      throw new HearthError(
        'activity-worker-limit-exceeded',
        `Activity Worker Limit Exceeded: '${workersMax} workers wait for tasks of ${activityArn} already'`,
      );
    }
    const untilMs = clock.nowMs() + waitMs;
    for (;;) {
      if (signal?.aborted === true) return null;
      if (hasWaiting(activityArn)) {
        const result = await take(activityArn, workerName);
        if (result.kind === 'activity-task') {
          this.#wakeOne(activityArn);
          return { taskToken: result.taskToken, input: result.input };
        }
      }
      const leftMs = untilMs - clock.nowMs();
      if (leftMs <= 0) return null;
      if (!hasWaiting(activityArn)) await this.#wait(activityArn, leftMs, signal);
    }
  }

  #wakeOne(activityArn: string): void {
    if (!this.deps.hasWaiting(activityArn)) return;
    const first = this.#waiting.get(activityArn)?.values().next().value;
    first?.();
  }

  #wait(activityArn: string, waitMs: number, signal?: Cancelled): Promise<void> {
    return new Promise((resolve) => {
      const workers = this.#waiting.get(activityArn) ?? new Set();
      this.#waiting.set(activityArn, workers);
      const wake = (): void => {
        cancel();
        signal?.removeEventListener('abort', wake);
        workers.delete(wake);
        if (workers.size === 0) this.#waiting.delete(activityArn);
        resolve();
      };
      const cancel = this.deps.clock.after(waitMs, wake);
      signal?.addEventListener('abort', wake);
      workers.add(wake);
    });
  }
}
