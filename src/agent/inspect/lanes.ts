/**
 * Some at a time, the others in the order in which they came, and none of them for ever: what takes long holds up
 * a lane, and not whoever uploads something.
 */
import type { Clock } from '../../lib/index.js';

export class Lanes {
  readonly #waiting = new Set<(isTurn: boolean) => void>();
  #free: number;

  constructor(
    private readonly clock: Clock,
    lanes: number,
    private readonly waitMaxMs: number,
  ) {
    this.#free = lanes;
  }

  /** Null where its turn has not come in time. */
  async run<Result>(operation: () => Promise<Result>): Promise<Result | null> {
    if (this.#free > 0) this.#free--;
    else if (!(await this.#turn())) return null;
    try {
      return await operation();
    } finally {
      const [next] = this.#waiting;
      if (next === undefined) this.#free++;
      else next(true);
    }
  }

  /** Resolves with true once another has left its lane to this one. */
  #turn(): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (isTurn: boolean): void => {
        cancel();
        this.#waiting.delete(settle);
        resolve(isTurn);
      };
      const cancel = this.clock.after(this.waitMaxMs, () => settle(false));
      this.#waiting.add(settle);
    });
  }
}
