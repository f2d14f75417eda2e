/**
 * Where the search has been: which operations of known outcome were done, which of the open ones were made
 * use of, and the state that was left. A place is known where one was seen with the same operations done,
 * the same state, and no open operation used that is not used now: what could not be done from there
 * cannot be done with fewer open ones at hand.
 *
 * Sets are kept as bits. That of what is done has a hash which changes by one exclusive-or per operation;
 * the bits are compared in full, so that no collision of hashes hides an order.
 */

interface Place {
  readonly done: Int32Array;
  readonly state: string | number;
  /** Sets of open operations used, none of them within another. */
  used: Int32Array[];
}

export class Visited {
  readonly #done: Int32Array;
  readonly #used: Int32Array;
  readonly #places = new Map<number, Place[]>();
  #hash = 0;

  constructor(operations: number) {
    this.#done = new Int32Array(Math.ceil(operations / 32));
    this.#used = new Int32Array(Math.ceil(operations / 32));
  }

  /** Puts an operation of known outcome into the set of what is done, or takes it out. */
  flipDone(operation: number): void {
    flip(this.#done, operation);
    this.#hash ^= scattered(operation);
  }

  /** Puts an open operation into the set of what is used, or takes it out. */
  flipUsed(operation: number): void {
    flip(this.#used, operation);
  }

  /** Remembers that the search is here, with this state; false where that is known. */
  add(state: string | number): boolean {
    const places = this.#places.get(this.#hash) ?? [];
    const place = places.find((known) => known.state === state && same(known.done, this.#done));
    if (place === undefined) {
      places.push({ done: this.#done.slice(), state, used: [this.#used.slice()] });
      this.#places.set(this.#hash, places);
      return true;
    }
    if (place.used.some((known) => within(known, this.#used))) return false;
    place.used = place.used.filter((known) => !within(this.#used, known));
    place.used.push(this.#used.slice());
    return true;
  }
}

function flip(bits: Int32Array, at: number): void {
  bits[at >>> 5] = (bits[at >>> 5] ?? 0) ^ (1 << (at & 31));
}

function same(a: Int32Array, b: Int32Array): boolean {
  return a.every((word, index) => word === b[index]);
}

/** Everything in `a` is in `b`. */
function within(a: Int32Array, b: Int32Array): boolean {
  return a.every((word, index) => (word & ~(b[index] ?? 0)) === 0);
}

/** The finishing step of MurmurHash3: neighbouring numbers get unlike bits. */
function scattered(value: number): number {
  let bits = value + 1;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
