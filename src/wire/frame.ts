/**
 * Length-prefixed frames: the one codec for sandbox sockets and node-to-node links.
 *
 *     u32 payload length | u8 type | u32 stream | payload        (big endian)
 *
 * The reader hands out views into the received chunk wherever a frame lies whole inside it; only a
 * frame that spans chunks is copied, once, into a buffer of its exact size, or read into it (`readFrames`).
 */

export const frameHeaderBytes = 9;

/** The peer does not speak the protocol; the connection must be ended. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

export type FrameHandler = (type: number, stream: number, payload: Uint8Array) => void;

/**
 * How long its handler may use a payload: as long as nobody writes into the chunk that it came in, for ever, or until
 * it returns.
 */
export type PayloadLife = 'chunk' | 'own' | 'call';

/** What is missing of a shorter payload comes with what follows it. */
const roomBytesMin = 64 * 1024;

export class FrameReader {
  /** Header bytes that arrived without the rest of their header. */
  readonly #header = Buffer.alloc(frameHeaderBytes);
  #headerFilled = 0;
  /** The payload being collected across chunks, where there is one. */
  #payload: Buffer | null = null;
  #payloadFilled = 0;
  /** Where payloads are collected that live for a call, one after another. */
  #lent: Buffer | null = null;

  constructor(
    private readonly onFrame: FrameHandler,
    private readonly payloadBytesMax: number,
    private readonly life: PayloadLife = 'chunk',
  ) {}

  /** What is missing of a long payload, to be filled in place of a chunk; else null. */
  get room(): Buffer | null {
    const payload = this.#payload;
    if (payload === null || payload.length - this.#payloadFilled < roomBytesMin) return null;
    return payload.subarray(this.#payloadFilled);
  }

  /** The first bytes of `room` have been filled. */
  filled(bytes: number): void {
    const payload = this.#payload as Buffer;
    this.#payloadFilled += bytes;
    if (this.#payloadFilled === payload.length) this.#deliver(payload);
  }

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
    const length = this.#checkedLength(u32At(chunk, at));
    const payloadAt = at + frameHeaderBytes;
    if (payloadAt + length <= chunk.length) {
      const view = chunk.subarray(payloadAt, payloadAt + length);
      const payload = this.life === 'own' ? Buffer.from(view) : view;
      this.onFrame(chunk[at + 4] as number, u32At(chunk, at + 5), payload);
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
      this.#beginPayload(this.#checkedLength(u32At(this.#header, 0)));
    }
    return at + taken;
  }

  #fillPayload(chunk: Buffer, at: number): number {
    const payload = this.#payload as Buffer;
    const taken = Math.min(payload.length - this.#payloadFilled, chunk.length - at);
    chunk.copy(payload, this.#payloadFilled, at, at + taken);
    this.filled(taken);
    return at + taken;
  }

  #beginPayload(length: number): void {
    if (length === 0) {
      this.#deliver(Buffer.alloc(0));
      return;
    }
    this.#payload = this.life === 'call' ? this.#lend(length) : Buffer.allocUnsafe(length);
    this.#payloadFilled = 0;
  }

  #lend(length: number): Buffer {
    if (this.#lent === null || this.#lent.length < length) {
      this.#lent = Buffer.allocUnsafeSlow(length);
    }
    return this.#lent.subarray(0, length);
  }

  #deliver(payload: Buffer): void {
    this.#payload = null;
    this.#headerFilled = 0;
    this.onFrame(this.#header[4] as number, u32At(this.#header, 5), payload);
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

/** One that takes text as well, of characters that are a byte each. */
export interface TextFrameSink extends FrameSink {
  write(data: Uint8Array | string, encoding?: 'latin1'): boolean;
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

/** As writeFrame, of a text in UTF-8: a short one of ASCII, as most are, needs no buffer. */
export function writeTextFrame(
  sink: TextFrameSink,
  type: number,
  stream: number,
  text: string,
): boolean {
  const { length } = text;
  const isAscii = Buffer.byteLength(text) === length;
  // what is one byte each is copied in a fraction of the time that it takes to be encoded
  if (!isAscii) return writeFrame(sink, type, stream, Buffer.from(text));
  if (length > copyBytesMax) return writeFrame(sink, type, stream, Buffer.from(text, 'latin1'));
  const header = String.fromCharCode(
    length >>> 24,
    (length >>> 16) & 255,
    (length >>> 8) & 255,
    length & 255,
    type,
    stream >>> 24,
    (stream >>> 16) & 255,
    (stream >>> 8) & 255,
    stream & 255,
  );
  return sink.write(header + text, 'latin1');
}

function writeHeader(target: Buffer, length: number, type: number, stream: number): void {
  setU32(target, 0, length);
  target[4] = type;
  setU32(target, 5, stream);
}

// Buffer's own methods check so much that each sandbox would compile it for milliseconds.

function u32At(bytes: Buffer, at: number): number {
  const high = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  const low = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
  return ((high << 16) | low) >>> 0;
}

function setU32(bytes: Buffer, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
