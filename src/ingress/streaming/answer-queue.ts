/**
 * A streamed answer between the function and the client: what was written and not yet read, a window of it at most.
 * Who reads makes the function wait; where nobody reads any more, it is not made to wait, and what it still writes
 * is dropped, as on AWS.
 */
import { PieceQueue } from '../../lib/index.js';
import type { AnswerSink, Cancelled, StreamHead } from '../../types/index.js';

/** What is handed on at a time. */
const pieceBytesMax = 64 * 1024;

export class AnswerQueue implements AnswerSink {
  /** Null until the function has begun to stream. */
  head: StreamHead | null = null;
  /** Resolves when it has begun. */
  readonly begun: Promise<void>;
  #tellBegun: () => void = () => undefined;
  readonly #pieces = new PieceQueue();
  #heldBytes = 0;
  #ended = false;
  #dropped = false;
  #taken: (bytes: number) => void = () => undefined;
  /** Ends the reader's wait. */
  #wake: (() => void) | null = null;

  /** Where `signal` is aborted nobody reads any more. */
  constructor(signal?: Cancelled) {
    this.begun = new Promise((resolve) => {
      this.#tellBegun = resolve;
    });
    if (signal?.aborted === true) this.drop();
    else signal?.addEventListener('abort', () => this.drop());
  }

  begin(head: StreamHead, taken: (bytes: number) => void): void {
    this.head = head;
    this.#taken = taken;
    this.#tellBegun();
  }

  write(piece: Uint8Array): void {
    if (this.#dropped) {
      this.#taken(piece.length);
      return;
    }
    this.#pieces.push(piece);
    this.#heldBytes += piece.length;
    this.#wake?.();
  }

  /** Nothing more is written. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** Nobody reads any more. */
  drop(): void {
    if (this.#dropped) return;
    this.#dropped = true;
    const bytes = this.#heldBytes;
    this.#heldBytes = 0;
    this.#pieces.clear();
    if (bytes > 0) this.#taken(bytes);
    this.#wake?.();
  }

  /** To be read once: the pieces as they come, until the last. Throws where they were dropped before. */
  async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        // what was dropped must not look whole to a client that is half there
        if (this.#dropped) throw new Error('the client has gone before the answer ended');
        const piece = this.#pieces.take(pieceBytesMax);
        if (piece !== undefined) {
          yield piece;
          this.#passed(piece.length);
        } else if (this.#ended) return;
        else await this.#more();
      }
    } finally {
      this.drop();
    }
  }

  /** The reader has come back for the next, so the last is on its way. */
  #passed(bytes: number): void {
    if (this.#dropped) return;
    this.#heldBytes -= bytes;
    this.#taken(bytes);
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = null;
        resolve();
      };
    });
  }
}
