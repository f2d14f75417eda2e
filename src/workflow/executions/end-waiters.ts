/** Who waits for executions to end. */
import { type Cancelled, HearthError } from '../../types/index.js';
import type { ExecutionView } from './types.js';

type Resolve = (view: ExecutionView) => void;

export class EndWaiters {
  readonly #waiters = new Map<string, Set<Resolve>>();

  /** Those that somebody waits for. */
  arns(): readonly string[] {
    return [...this.#waiters.keys()];
  }

  /** Rejects with `draining` where `signal` ends the wait. */
  wait(arn: string, signal?: Cancelled): Promise<ExecutionView> {
    return new Promise((resolve, reject) => {
      const waiters = this.#waiters.get(arn) ?? new Set();
      this.#waiters.set(arn, waiters);
      const abort = (): void => {
        waiters.delete(done);
        if (waiters.size === 0) this.#waiters.delete(arn);
        reject(new HearthError('draining', `Nobody waits for the end of ${arn} any more.`));
      };
      const done = (view: ExecutionView): void => {
        signal?.removeEventListener('abort', abort);
        resolve(view);
      };
      waiters.add(done);
      if (signal?.aborted === true) abort();
      else signal?.addEventListener('abort', abort);
    });
  }

  ended(arn: string, view: () => ExecutionView): void {
    const waiters = this.#waiters.get(arn);
    if (waiters === undefined) return;
    this.#waiters.delete(arn);
    const known = view();
    for (const done of waiters) done(known);
  }
}
