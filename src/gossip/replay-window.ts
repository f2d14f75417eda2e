/**
 * Which counters of one sender have been seen: the last 1024, as bits, so that packets may overtake each
 * other and none is taken twice. What is older than that counts as seen.
 *
 * The bits lie in a ring of words, one word more than the window needs: going forward clears whole words,
 * never single bits. Source: RFC 6479.
 */

export const windowCounters = 1024;

const bitsPerWord = 32;
const words = windowCounters / bitsPerWord + 1;

export class ReplayWindow {
  readonly #ring = new Uint32Array(words);
  #highest: number;

  /** A window in which only `counter` has been seen. */
  constructor(counter: number) {
    this.#highest = counter;
    this.#set(counter);
  }

  /** True where `counter` was added before, or is too old to tell. */
  has(counter: number): boolean {
    if (counter > this.#highest) return false;
    if (counter <= this.#highest - windowCounters) return true;
    return ((this.#ring[slot(counter)] ?? 0) & bit(counter)) !== 0;
  }

  /** Counts `counter`, which `has` did not know, as seen. */
  add(counter: number): void {
    if (counter > this.#highest) {
      const from = word(this.#highest) + 1;
      const steps = Math.min(words, word(counter) - from + 1);
      for (let step = 0; step < steps; step++) this.#ring[(from + step) % words] = 0;
      this.#highest = counter;
    }
    this.#set(counter);
  }

  #set(counter: number): void {
    this.#ring[slot(counter)] = (this.#ring[slot(counter)] ?? 0) | bit(counter);
  }
}

function word(counter: number): number {
  return Math.floor(counter / bitsPerWord);
}

function slot(counter: number): number {
  return word(counter) % words;
}

function bit(counter: number): number {
  return 1 << (counter % bitsPerWord);
}
