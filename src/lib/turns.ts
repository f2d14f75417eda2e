/** Gives other work of this thread its turn in the middle of something long. */
import type { Clock } from './clock.js';

/** Resolves once everything that waits for this thread now has had its turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Turns of many who could each go on forever: together they have `allowanceMs` of a turn of the event loop, and of those
 * that wait for more one goes on in each. After one that took far longer, everything else has as long for itself.
 */
export class SharedTurns {
  readonly #waiting = new Set<() => void>();
  /** When those of this turn began to use what they have. */
  #sinceMs: number | null = null;

  constructor(
    private readonly clock: Pick<Clock, 'nowMs' | 'after'>,
    private readonly allowanceMs: number,
    private readonly turn: () => Promise<void> = nextTurn,
  ) {}

  /** Whether whoever works now should leave the rest for another turn. */
  readonly isOver = (): boolean => {
    const nowMs = this.clock.nowMs();
    if (this.#sinceMs !== null) return nowMs - this.#sinceMs > this.allowanceMs;
    this.#sinceMs = nowMs;
    void this.turn().then(() => {
      this.#sinceMs = null;
    });
    return false;
  };

  /** Resolves when it is the caller's turn again. */
  readonly next = (): Promise<void> =>
    new Promise((resolve) => {
      this.#waiting.add(resolve);
      if (this.#waiting.size === 1) void this.#letOn();
    });

  async #letOn(): Promise<void> {
    for (;;) {
      await this.turn();
      const [first] = this.#waiting;
      if (first === undefined) return;
      const beganMs = this.clock.nowMs();
      this.#sinceMs = beganMs;
      first();
      await this.turn();
      this.#sinceMs = null;
      const tookMs = this.clock.nowMs() - beganMs;
      if (tookMs > longTurns * this.allowanceMs) {
        await new Promise<void>((resolve) => this.clock.after(tookMs, resolve));
      }
      this.#waiting.delete(first);
      if (this.#waiting.size === 0) return;
    }
  }
}

/** Allowances that are no mere imprecision of it. */
const longTurns = 5;

/** A turn in which nothing was to be done takes less. */
const idleTurnMs = 0.2;
const turnsMax = 1000;

/**
 * Calls back in the first turn that found nothing to do and in which `arrived`, a counter, has not moved, so that hardly
 * anything can wait; under a load that leaves no such turn, after a thousand.
 */
export function inIdleTurn(
  clock: Pick<Clock, 'nowMs'>,
  arrived: () => number,
  callback: () => void,
): void {
  let turns = 0;
  let lastMs = clock.nowMs();
  let last = arrived();
  const turn = (): void => {
    const nowMs = clock.nowMs();
    const present = arrived();
    const wasIdle = turns > 0 && nowMs - lastMs < idleTurnMs && present === last;
    if (wasIdle || ++turns === turnsMax) {
      callback();
      return;
    }
    lastMs = nowMs;
    last = present;
    setImmediate(turn);
  };
  setImmediate(turn);
}

/** The parts, each made when it is asked for and not before others have had their turn. */
export async function* inTurns<Part>(
  parts: Iterable<Part>,
  turn: () => Promise<void>,
): AsyncIterable<Part> {
  for (const part of parts) {
    yield part;
    await turn();
  }
}
