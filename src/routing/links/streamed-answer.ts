/**
 * A streamed answer on a link: the body of the stream is pieces with their lengths before them, then a zero and
 * what an answer in one piece would have been (`src/wire/link-protocol.ts`). The window of the stream makes the
 * function wait for who reads on the other side.
 */
import { type AnswerSink, limits, type StreamHead } from '../../types/index.js';
import { encodeAnswerHead, FrameError, linkFrameBytesMax } from '../../wire/index.js';
import type { LinkStream } from './stream.js';

const lengthBytes = 4;
const endBytesMax = limits.invokeAnswerBytesMax + linkFrameBytesMax;
const nothing = new Uint8Array(0);

/** The side that runs the function. */
export class StreamedAnswerWriter implements AnswerSink {
  /** Written, and not yet on its way. */
  #waiting = 0;
  #taken: ((bytes: number) => void) | null = null;

  constructor(private readonly stream: LinkStream) {}

  get begun(): boolean {
    return this.#taken !== null;
  }

  begin({ start, executedVersion, contentType }: StreamHead, taken: (bytes: number) => void): void {
    this.#taken = taken;
    const head = encodeAnswerHead({ kind: 'streams', start, executedVersion, contentType });
    this.stream.begin(head, nothing, true);
  }

  write(piece: Uint8Array): void {
    this.#waiting += piece.length;
    // who has gone is written to no more, and the function is not made to wait for it
    if (this.stream.over || this.stream.write(withLength(piece))) this.sent();
  }

  /** `head` and `payload` of what an answer in one piece would have been. */
  end(head: Uint8Array, payload: Uint8Array): void {
    this.stream.write(withLength(nothing));
    this.stream.write(head);
    this.stream.end(payload);
  }

  /** Nothing waits any more. */
  sent(): void {
    const bytes = this.#waiting;
    this.#waiting = 0;
    if (bytes > 0) this.#taken?.(bytes);
  }
}

/** The side that asked. */
export class StreamedAnswerReader {
  readonly #length = Buffer.alloc(lengthBytes);
  #lengthFilled = 0;
  /** Of the piece that is being read. */
  #left = 0;
  /** What stands behind the zero, once that has come. */
  #end: Buffer[] | null = null;
  #endBytes = 0;

  /** `taken`: bytes that are no part of any piece have been read. */
  constructor(
    private readonly sink: AnswerSink,
    private readonly taken: (bytes: number) => void,
  ) {}

  /** Returns what the answer ends with, with the last data. Throws FrameError. */
  push(data: Buffer, ended: boolean): Buffer | null {
    let at = 0;
    while (at < data.length) {
      if (this.#end !== null) at = this.#fillEnd(this.#end, data, at);
      else if (this.#left > 0) at = this.#pass(data, at);
      else at = this.#fillLength(data, at);
    }
    if (!ended) return null;
    if (this.#end === null) throw new FrameError('a streamed answer without its end');
    return Buffer.concat(this.#end);
  }

  #pass(data: Buffer, at: number): number {
    const to = Math.min(data.length, at + this.#left);
    this.#left -= to - at;
    this.sink.write(data.subarray(at, to));
    return to;
  }

  #fillLength(data: Buffer, at: number): number {
    const to = Math.min(data.length, at + lengthBytes - this.#lengthFilled);
    data.copy(this.#length, this.#lengthFilled, at, to);
    this.#lengthFilled += to - at;
    this.taken(to - at);
    if (this.#lengthFilled < lengthBytes) return to;
    this.#lengthFilled = 0;
    this.#left = this.#length.readUInt32BE(0);
    if (this.#left === 0) this.#end = [];
    return to;
  }

  #fillEnd(end: Buffer[], data: Buffer, at: number): number {
    const rest = data.subarray(at);
    this.#endBytes += rest.length;
    if (this.#endBytes > endBytesMax)
      throw new FrameError('a streamed answer with too long an end');
    end.push(rest);
    this.taken(rest.length);
    return data.length;
  }
}

function withLength(piece: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(lengthBytes + piece.length);
  framed.writeUInt32BE(piece.length, 0);
  framed.set(piece, lengthBytes);
  return framed;
}
