/**
 * Runs the children of a map run, so many at a time, until all have ended or too many have failed. What the cluster
 * cannot take on at the moment is started again later; a child that cannot be started at all has failed.
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

const retryMs = 500;

/** Rejects with StateError, or with the reason of the signal. */
export function runChildren(deps: ChildrenDeps, asked: ChildrenAsked): Promise<readonly Ended[]> {
  return new Promise((resolve, reject) => {
    const { total, signal } = asked;
    const results: Ended[] = new Array(total);
    let next = 0;
    let running = 0;
    let ended = 0;
    let failed = 0;
    let isOver = false;
    const waits = new AbortController();
    const giveUp = (reason: unknown): void => {
      isOver = true;
      reject(reason);
      waits.abort(reason);
    };
    const take = (index: number, result: Ended): void => {
      running--;
      if (isOver) return;
      results[index] = result;
      ended++;
      if (result.status !== 'SUCCEEDED') failed++;
      if (asked.isExceeded(failed)) giveUp(thresholdExceeded());
      else if (ended === total) resolve(results);
      else pump();
    };
    const pump = (): void => {
      const most = Math.min(
        asked.maxConcurrency() || Number.POSITIVE_INFINITY,
        limits.mapRunChildrenMax,
      );
      while (!isOver && next < total && running < most) {
        const index = next++;
        running++;
        runOne(deps, { ...asked, signal: waits.signal }, index).then(
          (result) => take(index, result),
          giveUp,
        );
      }
    };
    if (signal.aborted) return giveUp(signal.reason);
    signal.addEventListener('abort', () => giveUp(signal.reason));
    if (total === 0) resolve([]);
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
      if (!(thrown instanceof HearthError)) throw thrown;
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
