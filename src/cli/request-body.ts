/**
 * A client's body on its way to a node. It begins to flow only when the upstream connection asks for it,
 * and destroying it leaves the client's connection alone: so a refused node costs nothing of the body,
 * and an answer can still be written. Where what has flowed is kept, the next node can be sent all of it.
 */
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/** What has been read of one client's body, up to a limit; beyond it nothing is kept. */
export class KeptBody {
  #pieces: Buffer[] | null = [];
  #bytes = 0;

  constructor(private readonly bytesMax: number) {}

  /** Null where there was too much. */
  get pieces(): readonly Buffer[] | null {
    return this.#pieces;
  }

  add(piece: Buffer): void {
    this.#bytes += piece.length;
    if (this.#bytes > this.bytesMax) this.#pieces = null;
    else this.#pieces?.push(piece);
  }
}

export class RequestBody extends Readable {
  /** True once the first byte was asked for: from then on only what is kept can be replayed. */
  taken = false;

  constructor(
    private readonly request: IncomingMessage,
    private readonly kept: KeptBody | null = null,
  ) {
    super();
  }

  override _read(): void {
    if (!this.taken) {
      this.taken = true;
      for (const piece of this.kept?.pieces ?? []) this.push(piece);
      if (this.request.readableEnded) {
        this.push(null);
        return;
      }
      this.request.on('data', this.#onData);
      this.request.once('end', this.#onEnd);
      this.request.once('close', this.#onClose);
    }
    this.request.resume();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // what comes meanwhile is the next one's
    this.request.pause();
    this.request.off('data', this.#onData);
    this.request.off('end', this.#onEnd);
    this.request.off('close', this.#onClose);
    done(error);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.kept?.add(chunk);
    if (!this.push(chunk)) this.request.pause();
  };

  readonly #onEnd = (): void => {
    this.push(null);
  };

  readonly #onClose = (): void => {
    if (!this.request.complete) this.destroy(new Error('the client went away'));
  };
}
