/**
 * Writing to a stream whose reader may be slow or gone: what would pile up beyond a bound is lost instead.
 * For messages that their protocol repeats.
 */
import type { Writable } from 'node:stream';

export class BoundedWrites {
  #unsentBytes = 0;
  #lost = 0;

  constructor(
    private readonly stream: Pick<Writable, 'write'>,
    private readonly unsentBytesMax: number,
  ) {}

  /** Messages that were not written. */
  get lost(): number {
    return this.#lost;
  }

  write(bytes: Uint8Array): void {
    if (this.#unsentBytes > this.unsentBytesMax) {
      this.#lost++;
      return;
    }
    // streams of gRPC count messages, not bytes
    this.#unsentBytes += bytes.length;
    this.stream.write(bytes, () => {
      this.#unsentBytes -= bytes.length;
    });
  }
}
