/**
 * So many at a time. The Docker daemon does not get faster by being asked more at once: what comes on top
 * waits here, first come first served, and what finds the queue full is refused at once.
 */
export class CallSlots {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(
    slots: number,
    private readonly waitingMax: number,
  ) {
    this.#free = slots;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Runs it in a slot of its own. Rejects with `full()` where too many wait, and with the signal's reason
   * where that comes before the turn.
   */
  async run<Result>(
    operation: () => Promise<Result>,
    signal: AbortSignal,
    full: () => Error,
  ): Promise<Result> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else if (this.#waiting.size >= this.waitingMax) throw full();
    else await this.#turn(signal);
    try {
      return await operation();
    } finally {
      this.#next();
    }
  }

  /** Resolves with a slot that another has left. */
  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = (): void => {
        this.#waiting.delete(enter);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.add(enter);
    });
  }

  #next(): void {
    const [first] = this.#waiting;
    if (first === undefined) {
      this.#free++;
      return;
    }
    this.#waiting.delete(first);
    first();
  }
}
