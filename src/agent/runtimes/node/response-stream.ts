/**
 * A streamed answer as a Writable: what is written becomes `chunk` frames, never more than the node has
 * allowed, so that a function that writes faster than its caller reads is made to wait. `begin` goes with
 * the first byte: an error before it is an ordinary error.
 */
import { Writable } from 'node:stream';
import { type FrameSink, frameType, streamChunkBytesMax, writeFrame } from '../../../wire/index.js';
import { RuntimeError } from './function-error.js';

export const defaultContentType = 'application/octet-stream';

type Done = (error?: Error | null) => void;
type Text = Parameters<Writable['write']>[1] | Done;

export class ResponseStream extends Writable {
  /** Called before the first write with what writes; `HttpResponseStream.from` sets it, as on AWS. */
  _onBeforeFirstWrite: ((write: (chunk: unknown) => boolean) => void) | undefined;
  #contentType = defaultContentType;
  #begun = false;
  #written = false;
  /** Written, and not yet sent for want of credit. */
  #rest: Uint8Array | null = null;
  #done: Done | null = null;

  /** `allowedBytes`: what may be sent before the first credit. */
  constructor(
    private readonly sink: FrameSink,
    private readonly number: number,
    private allowedBytes: number,
    highWaterMark?: number,
  ) {
    super({ ...(highWaterMark === undefined ? {} : { highWaterMark }), decodeStrings: true });
    // What a function does not listen for is reported as its error, and must not end the process.
    this.on('error', () => undefined);
  }

  /** True as soon as the caller may have seen a part of the answer. */
  get begun(): boolean {
    return this.#begun;
  }

  setContentType(contentType: string): void {
    if (this.#written) {
      throw new RuntimeError(
        'Runtime.InvalidStreamingOperation',
        'Cannot set content-type, too late.',
      );
    }
    this.#contentType = String(contentType);
  }

  /** Takes, beside text and bytes, any value as its JSON. */
  override write(chunk: unknown, encoding?: Text, done?: Done): boolean {
    const data =
      typeof chunk === 'string' || chunk instanceof Uint8Array ? chunk : JSON.stringify(chunk);
    if (!this.#written) {
      this.#written = true;
      this._onBeforeFirstWrite?.((first) => super.write(first));
    }
    if (typeof encoding === 'function') return super.write(data, encoding);
    return super.write(data, encoding as BufferEncoding, done);
  }

  /** The node has taken so much more. */
  credit(bytes: number): void {
    this.allowedBytes += bytes;
    const rest = this.#rest;
    const done = this.#done;
    if (rest === null || done === null) return;
    this.#rest = null;
    this.#done = null;
    this.#send(rest, done);
  }

  /** Says that the answer has begun, once; for one that ends without a byte. */
  begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    writeFrame(this.sink, frameType.begin, this.number, Buffer.from(this.#contentType));
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: Done): void {
    this.#send(chunk, done);
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#rest = null;
    this.#done = null;
    done(error);
  }

  #send(data: Uint8Array, done: Done): void {
    let at = 0;
    while (at < data.length) {
      const length = Math.min(data.length - at, this.allowedBytes, streamChunkBytesMax);
      if (length === 0) {
        this.#rest = data.subarray(at);
        this.#done = done;
        return;
      }
      this.begin();
      this.allowedBytes -= length;
      writeFrame(this.sink, frameType.chunk, this.number, data.subarray(at, at + length));
      at += length;
    }
    done();
  }
}
