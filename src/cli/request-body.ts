/**
 * A client's body on its way to a node. It begins to flow only when the upstream connection asks for it,
 * and destroying it leaves the client's connection alone: so a refused node costs nothing of the body,
 * and an answer can still be written.
 */
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

export class RequestBody extends Readable {
  /** True once the first byte was asked for: from then on it cannot be replayed. */
  taken = false;

  constructor(private readonly request: IncomingMessage) {
    super();
  }

  override _read(): void {
    if (!this.taken) {
      this.taken = true;
      this.request.on('data', this.#onData);
      this.request.once('end', this.#onEnd);
      this.request.once('close', this.#onClose);
    }
    this.request.resume();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.request.off('data', this.#onData);
    this.request.off('end', this.#onEnd);
    this.request.off('close', this.#onClose);
    done(error);
  }

  readonly #onData = (chunk: Buffer): void => {
    if (!this.push(chunk)) this.request.pause();
  };

  readonly #onEnd = (): void => {
    this.push(null);
  };

  readonly #onClose = (): void => {
    if (!this.request.complete) this.destroy(new Error('the client went away'));
  };
}
