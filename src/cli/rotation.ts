/**
 * Whose turn it is: round robin per request, and a target that failed is left out for a while
 * (passively, like nginx's max_fails and fail_timeout). Pure: time is an argument.
 */
import { strict as assert } from 'node:assert';

export class Rotation {
  readonly #outUntilMs: number[];
  #cursor = 0;

  constructor(
    private readonly count: number,
    /** How long a failed target is left out, milliseconds. */
    private readonly leftOutMs: number,
  ) {
    assert(count > 0, 'a rotation has a target');
    this.#outUntilMs = new Array<number>(count).fill(0);
  }

  /**
   * Indexes in the order in which one request tries them, each exactly once. Those left out come last:
   * better a doubtful target than no answer.
   */
  order(nowMs: number): readonly number[] {
    const circle = Array.from({ length: this.count }, (_, step) => this.#cursor + step).map(
      (position) => position % this.count,
    );
    const good = circle.filter((index) => (this.#outUntilMs[index] ?? 0) <= nowMs);
    const doubtful = circle.filter((index) => (this.#outUntilMs[index] ?? 0) > nowMs);
    const order = [...good, ...doubtful];
    this.#cursor = ((order[0] ?? 0) + 1) % this.count;
    return order;
  }

  failed(index: number, nowMs: number): void {
    this.#outUntilMs[index] = nowMs + this.leftOutMs;
  }

  succeeded(index: number): void {
    this.#outUntilMs[index] = 0;
  }
}
