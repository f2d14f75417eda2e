/**
 * What a container prints, as the daemon sends it: frames of eight bytes of head (1 standard output,
 * 2 standard error, three zeroes, u32 length) and the text, cut anywhere. Source: ContainerAttach in the
 * Docker Engine API.
 */
const headBytes = 8;
const lengthAt = 4;

export class MultiplexedOutput {
  readonly #head = Buffer.alloc(headBytes);
  #headFilled = 0;
  #left = 0;

  constructor(private readonly output: (chunk: Uint8Array) => void) {}

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const end = Math.min(chunk.length, at + this.#left);
        this.#left -= end - at;
        this.output(chunk.subarray(at, end));
        at = end;
        continue;
      }
      const copied = chunk.copy(
        this.#head,
        this.#headFilled,
        at,
        at + headBytes - this.#headFilled,
      );
      at += copied;
      this.#headFilled += copied;
      if (this.#headFilled < headBytes) return;
      this.#headFilled = 0;
      this.#left = this.#head.readUInt32BE(lengthAt);
    }
  }
}
