/** Which task each token is of, and the activities' tasks that no worker has taken. */
import type { StoredToken } from './stored.js';

export class Tokens {
  readonly #tokens = new Map<string, StoredToken>();
  readonly #ofExecution = new Map<string, Set<string>>();
  /** Of each activity: the tokens of its tasks that wait for a worker, the oldest first. */
  readonly #waiting = new Map<string, Set<string>>();

  get(token: string): StoredToken | undefined {
    return this.#tokens.get(token);
  }

  /** In the order in which they were opened. */
  all(): Iterable<StoredToken> {
    return this.#tokens.values();
  }

  *of(arn: string): Iterable<StoredToken> {
    for (const token of this.#ofExecution.get(arn) ?? []) {
      const stored = this.#tokens.get(token);
      if (stored !== undefined) yield stored;
    }
  }

  hasWaiting(activityArn: string): boolean {
    return this.#waiting.has(activityArn);
  }

  /** Also of an image: in the order of the image. */
  put(stored: StoredToken): void {
    const { token, arn, activity, isOpen } = stored;
    this.#tokens.set(token, stored);
    const own = this.#ofExecution.get(arn);
    if (own === undefined) this.#ofExecution.set(arn, new Set([token]));
    else own.add(token);
    if (activity === null) return;
    if (isOpen && !activity.isTaken) this.#wait(activity.arn, token);
    else this.#waitNoMore(activity.arn, token);
  }

  /** The oldest task of the activity, which is its taker's from now on. */
  take(activityArn: string, wallMs: number): StoredToken | undefined {
    const token: string | undefined = this.#waiting.get(activityArn)?.values().next().value;
    const stored = token === undefined ? undefined : this.#tokens.get(token);
    if (stored?.activity === undefined || stored.activity === null) return undefined;
    this.put(
      tokenWith(stored, {
        heartbeatAtMs: wallMs,
        activity: { arn: activityArn, isTaken: true, input: '' },
      }),
    );
    return stored;
  }

  close(token: string): void {
    const stored = this.#tokens.get(token);
    if (stored === undefined || !stored.isOpen) return;
    const { activity } = stored;
    const rest = activity && { arn: activity.arn, isTaken: activity.isTaken, input: '' };
    this.put(tokenWith(stored, { isOpen: false, activity: rest }));
  }

  closeAllOf(arn: string): void {
    for (const { token } of [...this.of(arn)]) this.close(token);
  }

  forget(arn: string): void {
    this.closeAllOf(arn);
    for (const token of this.#ofExecution.get(arn) ?? []) this.#tokens.delete(token);
    this.#ofExecution.delete(arn);
  }

  #wait(activityArn: string, token: string): void {
    const line = this.#waiting.get(activityArn);
    if (line === undefined) this.#waiting.set(activityArn, new Set([token]));
    else line.add(token);
  }

  #waitNoMore(activityArn: string, token: string): void {
    const line = this.#waiting.get(activityArn);
    line?.delete(token);
    if (line?.size === 0) this.#waiting.delete(activityArn);
  }
}

/** Tokens are many: all have the same fields in the same order, as executions do (`resting.ts`). */
export function tokenWith(
  before: StoredToken,
  changes: Partial<Pick<StoredToken, 'isOpen' | 'heartbeatAtMs' | 'activity'>>,
): StoredToken {
  const { token, arn, task } = before;
  const { isOpen = before.isOpen, heartbeatAtMs = before.heartbeatAtMs } = changes;
  const { activity = before.activity } = changes;
  return { token, arn, task, isOpen, heartbeatAtMs, activity };
}
