/** Committed offsets only rise: what is listed is at least what was acknowledged, and somebody's. */

interface Offsets {
  highestCalled: number;
  highestAcknowledged: number;
}

export class CommittedOffsets {
  readonly #keys = new Map<string, Offsets>();

  called(key: string, offset: number): void {
    const offsets = this.#of(key);
    offsets.highestCalled = Math.max(offsets.highestCalled, offset);
  }

  acknowledged(key: string, offset: number): void {
    const offsets = this.#of(key);
    offsets.highestAcknowledged = Math.max(offsets.highestAcknowledged, offset);
  }

  /** What a list that is asked for now must at least say; -1 where nothing is committed. */
  floor(key: string): number {
    return this.#of(key).highestAcknowledged;
  }

  /** In words what is wrong, or null. `offset` is -1 where the key was not listed. */
  listed(key: string, offset: number, floor: number): string | null {
    if (offset < floor) return `${key} was listed at ${offset} after ${floor} was acknowledged`;
    if (offset > this.#of(key).highestCalled) return `${key} was listed at ${offset}, by nobody`;
    return null;
  }

  #of(key: string): Offsets {
    const known = this.#keys.get(key);
    if (known !== undefined) return known;
    const offsets = { highestCalled: -1, highestAcknowledged: -1 };
    this.#keys.set(key, offsets);
    return offsets;
  }
}
