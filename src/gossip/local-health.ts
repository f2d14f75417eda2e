/**
 * How far this node trusts itself: 0 is healthy, up to 7. Who misses acks *and* the nacks of its helpers
 * is probably slow itself, so it probes less often, waits longer, and accuses less.
 * Source: Lifeguard, section 3.1 (local health aware probe).
 */
import { parameters } from './parameters.js';

export class LocalHealth {
  #score = 0;

  /** What intervals and timeouts are multiplied with: 1 to 8. */
  get multiplier(): number {
    return this.#score + 1;
  }

  probeSucceeded(): void {
    this.#add(-1);
  }

  /** `nacks` of the `helpers` asked said that they are there: silence of the rest is our own doing. */
  probeFailed(helpers: number, nacks: number): void {
    this.#add(helpers === 0 ? 1 : helpers - nacks);
  }

  /** Others believed us gone: we were slow. */
  refuted(): void {
    this.#add(1);
  }

  #add(change: number): void {
    this.#score = Math.min(parameters.healthMax - 1, Math.max(0, this.#score + change));
  }
}
