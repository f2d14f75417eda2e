/** Calls back again and again, in intervals that change while it goes on. */
import type { Clock } from '../lib/index.js';

export class Ticker {
  #everyMs = 0;
  #cancel: (() => void) | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly tick: () => void,
  ) {}

  get isOn(): boolean {
    return this.#cancel !== null;
  }

  /** From now on so often, whatever it was. */
  every(everyMs: number): void {
    if (this.isOn && this.#everyMs === everyMs) return;
    this.stop();
    this.#everyMs = everyMs;
    this.#cancel = this.clock.every(everyMs, this.tick);
  }

  /** From now on so often, or as often as it is. */
  atLeastEvery(everyMs: number): void {
    if (!this.isOn || this.#everyMs > everyMs) this.every(everyMs);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
