/**
 * Length-prefixed frames: the one codec for sandbox sockets and node-to-node links.
 *
 *     u32 payload length | u8 type | u32 stream | payload        (big endian)
 *
 * The reader hands out views into the received chunk wherever a frame lies whole inside it; only a
 * frame that spans chunks is copied, once, into a buffer of its exact size.
 */

export const frameHeaderBytes = 9;

/** The peer does not speak the protocol; the connection must be ended. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

export type FrameHandler = (type: number, stream: number, payload: Uint8Array) => void;

export class FrameReader {
  /** Header bytes that arrived without the rest of their header. */
  readonly #header = Buffer.alloc(frameHeaderBytes);
  #headerFilled = 0;
  /** The payload being collected across chunks, where there is one. */
  #payload: Buffer | null = null;
  #payloadFilled = 0;

  constructor(
    private readonly onFrame: FrameHandler,
    private readonly payloadBytesMax: number,
  ) {}

  /** Takes what the socket gave. Throws FrameError where a frame is longer than the limit. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#payload !== null) {
        at = this.#fillPayload(chunk, at);
      } else if (this.#headerFilled > 0 || chunk.length - at < frameHeaderBytes) {
        at = this.#fillHeader(chunk, at);
      } else {
        at = this.#readWhole(chunk, at);
      }
    }
  }

  /** The common case: a header, and often its payload, lie in the chunk. */
  #readWhole(chunk: Buffer, at: number): number {
    const length = this.#checkedLength(chunk.readUInt32BE(at));
    const payloadAt = at + frameHeaderBytes;
    if (payloadAt + length <= chunk.length) {
      const payload = chunk.subarray(payloadAt, payloadAt + length);
      this.onFrame(chunk.readUInt8(at + 4), chunk.readUInt32BE(at + 5), payload);
      return payloadAt + length;
    }
    chunk.copy(this.#header, 0, at, payloadAt);
    this.#headerFilled = frameHeaderBytes;
    this.#beginPayload(length);
    return payloadAt;
  }

  #fillHeader(chunk: Buffer, at: number): number {
    const taken = Math.min(frameHeaderBytes - this.#headerFilled, chunk.length - at);
    chunk.copy(this.#header, this.#headerFilled, at, at + taken);
    this.#headerFilled += taken;
    if (this.#headerFilled === frameHeaderBytes) {
      this.#beginPayload(this.#checkedLength(this.#header.readUInt32BE(0)));
    }
    return at + taken;
  }

  #fillPayload(chunk: Buffer, at: number): number {
    const payload = this.#payload as Buffer;
    const taken = Math.min(payload.length - this.#payloadFilled, chunk.length - at);
    chunk.copy(payload, this.#payloadFilled, at, at + taken);
    this.#payloadFilled += taken;
    if (this.#payloadFilled === payload.length) this.#deliver(payload);
    return at + taken;
  }

  #beginPayload(length: number): void {
    if (length === 0) {
      this.#deliver(Buffer.alloc(0));
      return;
    }
    this.#payload = Buffer.allocUnsafe(length);
    this.#payloadFilled = 0;
  }

  #deliver(payload: Buffer): void {
    this.#payload = null;
    this.#headerFilled = 0;
    this.onFrame(this.#header.readUInt8(4), this.#header.readUInt32BE(5), payload);
  }

  #checkedLength(length: number): number {
    if (length > this.payloadBytesMax) {
      throw new FrameError(
        `a frame of ${length} bytes is over the limit of ${this.payloadBytesMax}`,
      );
    }
    return length;
  }
}

/** What frames are written to: a socket. */
export interface FrameSink {
  write(data: Uint8Array): boolean;
  cork(): void;
  uncork(): void;
}

/** Below this a copy into one buffer is cheaper than a second entry in a gathered write. */
const copyBytesMax = 4096;

/**
 * Writes one frame whose payload is `parts` joined. False where the sink wants the writer to wait for
 * its `drain` event.
 */
export function writeFrame(
  sink: FrameSink,
  type: number,
  stream: number,
  ...parts: readonly Uint8Array[]
): boolean {
  let length = 0;
  for (const part of parts) length += part.length;
  if (length <= copyBytesMax) {
    const frame = Buffer.allocUnsafe(frameHeaderBytes + length);
    writeHeader(frame, length, type, stream);
    let at = frameHeaderBytes;
    for (const part of parts) {
      frame.set(part, at);
      at += part.length;
    }
    return sink.write(frame);
  }
  const header = Buffer.allocUnsafe(frameHeaderBytes);
  writeHeader(header, length, type, stream);
  sink.cork();
  let flowing = sink.write(header);
  for (const part of parts) flowing = sink.write(part);
  sink.uncork();
  return flowing;
}

function writeHeader(target: Buffer, length: number, type: number, stream: number): void {
  target.writeUInt32BE(length, 0);
  target.writeUInt8(type, 4);
  target.writeUInt32BE(stream, 5);
}
