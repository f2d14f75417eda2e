/**
 * A streamed answer on its way out of a sandbox: handed to who asked as it comes, or gathered where
 * nobody takes it in pieces. The sandbox may be one window ahead of what was taken; more is a breach.
 */
import { PieceQueue } from '../lib/index.js';
import { limits } from '../types/index.js';
import { streamChunkBytesMax } from '../wire/index.js';
import type { ResponseStream } from './driver.js';
import { answerTooLarge } from './function-errors.js';

export interface StreamedAnswer {
  readonly payload: Uint8Array;
  readonly functionError: boolean;
}

export class AnswerStream {
  #bytes = 0;
  /** What the sandbox may still send. */
  #allowed = limits.streamWindowBytes;
  /** Taken, and not yet given back to the sandbox as credit. */
  #taken = 0;
  readonly #parts = new PieceQueue();

  constructor(
    private readonly target: ResponseStream | null,
    private readonly grant: (bytes: number) => void,
    contentType: string,
  ) {
    target?.begin(contentType, this.#take);
  }

  /** Takes a piece, or says why it is a breach of the protocol. */
  chunk(payload: Uint8Array): string | null {
    const { length } = payload;
    if (length === 0 || length > streamChunkBytesMax) return `a piece of ${length} bytes`;
    if (length > this.#allowed) return 'more of a streamed answer than was asked for';
    this.#allowed -= length;
    this.#bytes += length;
    // what is too long is read to its end and thrown away: the function works, and so may its next answer
    if (this.target !== null) {
      if (this.#bytes <= limits.streamedAnswerBytesMax) this.target.write(payload);
      else this.#take(length);
      return null;
    }
    if (this.#bytes <= limits.invokeAnswerBytesMax) this.#parts.push(Buffer.from(payload));
    else this.#parts.clear();
    this.#take(length);
    return null;
  }

  /** The answer is whole, or breaks off with the error object that `payload` holds. */
  end(payload: Uint8Array): StreamedAnswer {
    if (payload.length > limits.invokeAnswerBytesMax) {
      return { payload: answerTooLarge().payload, functionError: true };
    }
    if (payload.length > 0) return { payload, functionError: true };
    const { invokeAnswerBytesMax, streamedAnswerBytesMax } = limits;
    const bytesMax = this.target === null ? invokeAnswerBytesMax : streamedAnswerBytesMax;
    if (this.#bytes > bytesMax) {
      return { payload: answerTooLarge(bytesMax).payload, functionError: true };
    }
    if (this.target !== null) return { payload, functionError: false };
    return { payload: this.#parts.takeAll(), functionError: false };
  }

  readonly #take = (bytes: number): void => {
    this.#taken += bytes;
    if (this.#taken < limits.streamWindowBytes / 2) return;
    const credit = this.#taken;
    this.#taken = 0;
    this.#allowed += credit;
    this.grant(credit);
  };
}
