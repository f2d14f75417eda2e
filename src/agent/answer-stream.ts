/**
 * A streamed answer on its way out of a sandbox: handed to who asked as it comes, or gathered where
 * nobody takes it in pieces. The sandbox may be one window ahead of what was taken; more is a breach.
 */
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
  readonly #parts: Buffer[] = [];

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
    if (this.#bytes > limits.streamedAnswerBytesMax) return 'a streamed answer without end';
    if (this.target !== null) {
      this.target.write(payload);
      return null;
    }
    // what is too long is read to its end and thrown away: the function works, and so may its next answer
    if (this.#bytes <= limits.invokeAnswerBytesMax) this.#parts.push(Buffer.from(payload));
    else this.#parts.length = 0;
    this.#take(length);
    return null;
  }

  /** The answer is whole, or breaks off with the error object that `payload` holds. */
  end(payload: Uint8Array): StreamedAnswer {
    if (payload.length > limits.invokeAnswerBytesMax) {
      return { payload: answerTooLarge().payload, functionError: true };
    }
    if (payload.length > 0) return { payload, functionError: true };
    if (this.target !== null) return { payload, functionError: false };
    if (this.#bytes > limits.invokeAnswerBytesMax) {
      return { payload: answerTooLarge().payload, functionError: true };
    }
    return { payload: Buffer.concat(this.#parts), functionError: false };
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
