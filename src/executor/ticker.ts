/** Calls back again and again, in intervals that change while it goes on. */
import { type Clock, TurnEnd } from '../lib/index.js';

export class Ticker {
  #everyMs = 0;
  #cancel: (() => void) | null = null;
  readonly #looks: TurnEnd<number>;

  constructor(
    private readonly clock: Clock,
    private readonly tick: () => void,
    /** At the end of the same turn, when what had come by then, at `heardMs`, was read. */
    look: (heardMs: number) => void,
  ) {
    this.#looks = new TurnEnd(look);
  }

  get isOn(): boolean {
    return this.#cancel !== null;
  }

  /** From now on so often, whatever it was. */
  every(everyMs: number): void {
    if (this.isOn && this.#everyMs === everyMs) return;
    this.stop();
    this.#everyMs = everyMs;
    this.#cancel = this.clock.every(everyMs, this.#call);
  }

  /** From now on so often, or as often as it is. */
  atLeastEvery(everyMs: number): void {
    if (!this.isOn || this.#everyMs > everyMs) this.every(everyMs);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  readonly #call = (): void => {
    this.#looks.add(this.clock.nowMs());
    this.tick();
  };
}
