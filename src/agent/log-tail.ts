/** The last bytes of what a sandbox printed: however much it prints, the memory is bounded. */
const none = Buffer.alloc(0);

export class LogTail {
  /** Room for twice the tail: the kept half moves to the front only once per half that came in. */
  #buffer: Buffer | null = null;
  #filled = 0;

  constructor(private readonly bytesMax: number) {}

  push(chunk: Uint8Array): void {
    this.#buffer ??= Buffer.allocUnsafe(2 * this.bytesMax);
    const kept = chunk.length > this.bytesMax ? chunk.subarray(-this.bytesMax) : chunk;
    if (this.#filled + kept.length > this.#buffer.length) {
      this.#buffer.copyWithin(0, this.#filled - this.bytesMax, this.#filled);
      this.#filled = this.bytesMax;
      if (this.#filled + kept.length > this.#buffer.length) this.#filled = 0;
    }
    this.#buffer.set(kept, this.#filled);
    this.#filled += kept.length;
  }

  /** The tail as a copy of its own, and starts afresh. */
  take(): Uint8Array {
    if (this.#buffer === null || this.#filled === 0) return none;
    const from = Math.max(0, this.#filled - this.bytesMax);
    const tail = Buffer.from(this.#buffer.subarray(from, this.#filled));
    this.#filled = 0;
    return tail;
  }
}
