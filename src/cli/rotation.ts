/**
 * Whose turn it is: round robin per request. A target that failed is left out for a while (as by nginx's max_fails
 * and fail_timeout), one that says that it is not well until it says that it is. Pure: time is an argument.
 */
import { strict as assert } from 'node:assert';

export class Rotation {
  readonly #outUntilMs: number[];
  readonly #unwell = new Set<number>();
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
    const good = circle.filter((index) => this.#isGood(index, nowMs));
    const doubtful = circle.filter((index) => !this.#isGood(index, nowMs));
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

  /** What it says of itself. */
  says(index: number, healthy: boolean): void {
    if (healthy) this.#unwell.delete(index);
    else this.#unwell.add(index);
  }

  #isGood(index: number, nowMs: number): boolean {
    return (this.#outUntilMs[index] ?? 0) <= nowMs && !this.#unwell.has(index);
  }
}
