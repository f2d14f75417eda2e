/**
 * The host's memory as the pools may spend it. A reading says what is available; starts under way have not
 * taken their part of it yet, and sandboxes on their way out have not given theirs back. Below a reserve
 * nothing is started: the kernel would otherwise have to choose whom to kill.
 */
export class MemoryLedger {
  #availableMb = Number.POSITIVE_INFINITY;
  #reserveMb = 0;
  /** Of starts under way. */
  #claimedMb = 0;
  /** Of sandboxes that became ready after the last reading. */
  #settlingMb = 0;
  /** Of sandboxes that are being ended. */
  #freeingMb = 0;
  /** Of those that went after the last reading. */
  #freedMb = 0;

  /** A new reading; Infinity where the host says nothing. */
  read(availableMb: number, reserveMb: number): void {
    this.#availableMb = availableMb;
    this.#reserveMb = reserveMb;
    this.#settlingMb = 0;
    this.#freedMb = 0;
  }

  /** What can be given to new sandboxes, MB. */
  get freeMb(): number {
    return this.#availableMb - this.#reserveMb - this.#claimedMb - this.#settlingMb;
  }

  /** Below the reserve, also when all that is being ended will have gone. */
  get short(): boolean {
    return this.#availableMb + this.#freeingMb + this.#freedMb < this.#reserveMb;
  }

  fits(mb: number): boolean {
    return this.freeMb >= mb;
  }

  /** It will fit when what is being ended has gone. */
  willFit(mb: number): boolean {
    return this.freeMb + this.#freeingMb + this.#freedMb >= mb;
  }

  started(mb: number): void {
    this.#claimedMb += mb;
  }

  startOver(mb: number, ready: boolean): void {
    this.#claimedMb -= mb;
    if (ready) this.#settlingMb += mb;
  }

  ending(mb: number): void {
    this.#freeingMb += mb;
  }

  ended(mb: number): void {
    this.#freeingMb -= mb;
    this.#freedMb += mb;
  }
}
