/** Which retrier or catcher answers to an error, and when the next try is: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
import type { Catcher, Retrier } from '../language/index.js';

/** Never retried and never caught, by any name. */
export function isFatal(error: string): boolean {
  return error === 'States.Runtime';
}

/** `delaySeconds` null: this retrier answers to the error, but has no tries left. */
export interface RetryDecision {
  readonly retrier: number;
  readonly delaySeconds: number | null;
}

/** `tries`: how often each retrier was used; `random` between 0 and 1. Null where none answers to the error. */
export function decideRetry(
  retriers: readonly Retrier[] | undefined,
  tries: readonly number[],
  error: string,
  random: () => number,
): RetryDecision | null {
  if (!retriers || isFatal(error)) return null;
  const index = retriers.findIndex((retrier) => answersTo(retrier.ErrorEquals, error));
  const retrier = retriers[index];
  if (!retrier) return null;
  const used = tries[index] ?? 0;
  if (used >= (retrier.MaxAttempts ?? 3)) return { retrier: index, delaySeconds: null };
  const full = backoffSeconds(retrier, used);
  return {
    retrier: index,
    delaySeconds: retrier.JitterStrategy === 'FULL' ? full * random() : full,
  };
}

/** Before jitter. */
export function backoffSeconds(retrier: Retrier, used: number): number {
  const grown = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** used;
  return Math.min(grown, retrier.MaxDelaySeconds ?? Number.MAX_SAFE_INTEGER);
}

/** The number of the first that answers; -1 where none does. */
export function findCatcher(catchers: readonly Catcher[] | undefined, error: string): number {
  if (!catchers || isFatal(error)) return -1;
  return catchers.findIndex((catcher) => answersTo(catcher.ErrorEquals, error));
}

export function answersTo(names: readonly string[], error: string): boolean {
  return names.some((name) => {
    if (name === error || name === 'States.ALL') return true;
    if (name === 'States.TaskFailed') return error !== 'States.Timeout';
    return name === 'States.Timeout' && error === 'States.HeartbeatTimeout';
  });
}
