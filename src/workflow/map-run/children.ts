/**
 * Runs the children of a map run, so many at a time, until all have ended, too many have failed, or nobody waits any more.
 * What the cluster cannot take on at the moment is started again later; a child that cannot be started at all has failed.
 */
import type { Clock } from '../../lib/index.js';
import { HearthError, limits } from '../../types/index.js';
import type { Executions, ExecutionView, NewExecution } from '../executions/types.js';
import { thresholdExceeded } from './failure.js';

export interface ChildrenDeps {
  readonly executions: Pick<Executions, 'start' | 'startSync' | 'ended' | 'redrive'>;
  readonly clock: Clock;
}

export interface ChildrenAsked {
  readonly total: number;
  child(index: number): NewExecution;
  /** As they are now: 0 is no limit of its own. */
  maxConcurrency(): number;
  isExceeded(failed: number): boolean;
  readonly redriveCount: number;
  readonly signal: AbortSignal;
}

/** Of children that ended: what DescribeExecution says, in the order of the items. */
export type Ended = Pick<
  ExecutionView,
  | 'arn'
  | 'name'
  | 'status'
  | 'input'
  | 'output'
  | 'failure'
  | 'startedAtMs'
  | 'endedAtMs'
  | 'redriveCount'
>;

export type ChildrenRun =
  | { readonly isOver: true; readonly results: readonly Ended[] }
  /** Why not all have ended: a StateError, or the reason of the signal. The rest may still run, or was never started. */
  | {
      readonly isOver: false;
      readonly results: readonly (Ended | undefined)[];
      readonly reason: unknown;
    };

const retryMs = 500;

export function runChildren(deps: ChildrenDeps, asked: ChildrenAsked): Promise<ChildrenRun> {
  return new Promise((resolve) => {
    const { total, signal } = asked;
    const results: (Ended | undefined)[] = new Array(total).fill(undefined);
    let next = 0;
    let running = 0;
    let ended = 0;
    let failed = 0;
    const waits = new AbortController();
    /** Whoever is waited for is let go, and heard a last time. */
    const giveUp = (reason: unknown): void => {
      waits.abort(reason);
      if (running === 0) resolve({ isOver: false, results, reason: waits.signal.reason });
    };
    const take = (index: number, result: Ended): void => {
      running--;
      results[index] = result;
      ended++;
      if (result.status !== 'SUCCEEDED') failed++;
      if (waits.signal.aborted) giveUp(null);
      else if (asked.isExceeded(failed)) giveUp(thresholdExceeded());
      else if (ended === total) resolve({ isOver: true, results: results as Ended[] });
      else pump();
    };
    const lost = (reason: unknown): void => {
      running--;
      giveUp(reason);
    };
    const pump = (): void => {
      const most = Math.min(
        asked.maxConcurrency() || Number.POSITIVE_INFINITY,
        limits.mapRunChildrenMax,
      );
      while (!waits.signal.aborted && next < total && running < most) {
        const index = next++;
        running++;
        runOne(deps, { ...asked, signal: waits.signal }, index).then(
          (result) => take(index, result),
          lost,
        );
      }
    };
    if (signal.aborted) return giveUp(signal.reason);
    signal.addEventListener('abort', () => giveUp(signal.reason), { once: true });
    if (total === 0) resolve({ isOver: true, results: [] });
    pump();
  });
}

async function runOne(deps: ChildrenDeps, asked: ChildrenAsked, index: number): Promise<Ended> {
  const child = asked.child(index);
  for (;;) {
    asked.signal.throwIfAborted();
    try {
      return await runOnce(deps, asked, child);
    } catch (thrown) {
      asked.signal.throwIfAborted();
      if (!(thrown instanceof HearthError)) throw thrown;
      // whoever ran it before had ended it so, and what came of that was not kept
      if (thrown.code === 'workflow-conflict') throw thresholdExceeded();
      if (!laterCodes.has(thrown.code)) return notStarted(child, thrown, deps.clock.wallMs());
    }
    await new Promise<void>((resolve) => deps.clock.after(retryMs, resolve));
  }
}

async function runOnce(
  { executions }: ChildrenDeps,
  { signal, redriveCount }: ChildrenAsked,
  child: NewExecution,
): Promise<Ended> {
  if (child.type === 'EXPRESS') return executions.startSync(child, signal);
  const { arn } = await executions.start(child);
  const view = await executions.ended(arn, signal);
  if (view.status === 'SUCCEEDED' || view.redriveCount >= redriveCount) return view;
  await executions.redrive(arn, `${view.arn}/${redriveCount}`);
  return executions.ended(arn, signal);
}

function notStarted(child: NewExecution, { message }: HearthError, wallMs: number): Ended {
  return {
    arn: '',
    name: child.name,
    status: 'FAILED',
    input: child.input,
    output: null,
    failure: { error: 'States.Runtime', cause: message },
    startedAtMs: wallMs,
    endedAtMs: wallMs,
    redriveCount: 0,
  };
}

/** The cluster's, not the run's: what is said again later may be taken. */
export const laterCodes: ReadonlySet<HearthError['code']> = new Set([
  'no-quorum',
  'too-many-requests',
  'execution-limit-exceeded',
  'draining',
]);
