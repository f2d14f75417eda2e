/**
 * How much one template, path or Choice state may look at, altogether: it is read on the thread that serves everybody, which
 * nothing that a user sends may hold for long. Counted and not timed, so that the same is always refused.
 */
import { StateError } from '../failure.js';

/** Values that a path walks over, some 0.1 us each: 50 ms. What functions do is counted in as many of these as it takes. */
const valuesMax = 500_000;

export class Effort {
  #left = valuesMax;

  /** Throws StateError where it is too much. */
  spend(values: number): void {
    this.#left -= values;
    if (this.#left < 0) {
      throw new StateError('States.Runtime', 'The state looks at too many values.');
    }
  }

  /** Of a text that is read once. */
  spendText(text: string): void {
    this.spend(text.length / charactersPerValue);
  }

  /** Of one in which another is searched for: that of a character is found faster than that of a word. */
  spendSearch(text: string, wanted: string): void {
    this.spend((text.length / charactersPerValue) * Math.min(wanted.length, searchFactorMax));
  }
}

const charactersPerValue = 100;
const searchFactorMax = 16;
