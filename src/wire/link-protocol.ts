/**
 * What two nodes say to each other over a peer link, in frames. Either side opens streams: the one that
 * dialled with odd numbers, the other with even ones, each number greater than the last.
 *
 *     opener                          acceptor
 *       open stream n            ->          a head, and what fits of the body behind it
 *       data*                    ->          the rest of the body, as far as credit reaches
 *                                <-   credit n bytes more of the body may come
 *                                <-   answer, data*: the same the other way
 *       cancel                  <->          this side is no longer interested, or cannot go on
 *       ping                    <->   pong   stream 0
 *       goaway                  <->          no stream will be opened on this link any more, by either side
 *
 * A streamed answer, to who asked for such, has a body in pieces of its own: u32 length and so many bytes; after the
 * last one u32 0, and what an answer in one piece would have been, head and body, which says how it ended.
 *
 * `endFlag` in the type of open, data and answer says that nothing follows in that direction. An answer that
 * has ended ends its stream, whether or not the whole request was sent. Times are durations: no clock of
 * one node means anything to another.
 */
import { FrameError } from './frame.js';

export const linkFrame = {
  open: 1,
  data: 2,
  answer: 3,
  credit: 4,
  cancel: 5,
  ping: 6,
  pong: 7,
  goaway: 8,
} as const;

export const endFlag = 0x80;

/** The longest frame: a head with all its texts at their longest, and the body that may stand behind it. */
export const linkFrameBytesMax = 144 * 1024;
/** A body up to this goes in the frame of its head. */
export const inlineBytesMax = 16 * 1024;
/** A longer body goes in frames of at most this, between which those of other streams find their place. */
export const chunkBytesMax = 64 * 1024;
/** Texts of a head: more is cut off. Headers of an HTTP request are shorter than this all together. */
const textBytesMax = 16 * 1024;
const detailsMax = 16;
const detailBytesMax = 1024;

/** The longest time that a head can say: 12 days. */
export const timeoutMsMax = 0x3fff_ffff;
/**
 * The first bits of the time, for `place` and `stream`: who does not know them reads a long time, of which it makes
 * nothing, and answers as it would have.
 */
const placeBit = 0x8000_0000;
const streamBit = 0x4000_0000;

/** The head of an `open` frame: a forwarded request. */
export interface ForwardHead {
  readonly requestId: string;
  readonly functionName: string;
  readonly qualifier: string;
  readonly invokedAs: string;
  readonly traceId: string;
  readonly clientContext: string;
  readonly caller: string;
  readonly hops: number;
  readonly revision: number;
  /** At most `timeoutMsMax`. */
  readonly timeoutMs: number;
  /** It may be started there: the node was chosen for it. */
  readonly place: boolean;
  /** The answer may be streamed. */
  readonly stream: boolean;
  /** Of the whole body, what follows in `data` frames included. */
  readonly bodyBytes: number;
}

/** The head of an `answer` frame. */
export type AnswerHead =
  | {
      readonly kind: 'ran';
      readonly start: 'warm' | 'cold' | 'stolen';
      readonly functionError: boolean;
      readonly durationMs: number;
      readonly executedVersion: string;
      readonly logTail: Uint8Array;
      /** Of the whole body, as above. */
      readonly bodyBytes: number;
    }
  | {
      readonly kind: 'failed';
      readonly code: string;
      readonly message: string;
      readonly details: Readonly<Record<string, string | number>>;
    }
  | {
      readonly kind: 'streams';
      readonly start: 'warm' | 'cold' | 'stolen';
      readonly executedVersion: string;
      readonly contentType: string;
    }
  | { readonly kind: 'not-here' }
  | { readonly kind: 'busy' };

/** The places of the names are their numbers on the wire: a contract. */
const answerKinds = ['ran', 'failed', 'not-here', 'busy', 'streams'] as const;
const startKinds = ['warm', 'cold', 'stolen'] as const;

const forwardTexts = 7;
const forwardFixedBytes = 1 + 4 + 4 + 8 + 2 * forwardTexts;
const ranFixedBytes = 3 + 4 + 8;

/**
 * u8 hops, u32 time with its bits, u32 body bytes, f64 revision, then seven texts: each u16 byte length, all lengths first, so
 * that the texts, mostly ASCII, are written and read in one piece.
 */
export function encodeForwardHead(head: ForwardHead): Buffer {
  const { requestId, functionName, qualifier, invokedAs, traceId, clientContext, caller } = head;
  const texts = [requestId, functionName, qualifier, invokedAs, traceId, clientContext, caller];
  const joined = texts.join('');
  const isAscii = Buffer.byteLength(joined) === joined.length && joined.length <= textBytesMax;
  const parts = isAscii ? texts : texts.map(cut);
  const text = isAscii ? joined : parts.join('');
  const buffer = Buffer.allocUnsafe(
    forwardFixedBytes + (isAscii ? joined.length : Buffer.byteLength(text)),
  );
  buffer[0] = head.hops;
  const flags = (head.place ? placeBit : 0) + (head.stream ? streamBit : 0);
  buffer.writeUInt32BE(flags + head.timeoutMs, 1);
  buffer.writeUInt32BE(head.bodyBytes, 5);
  buffer.writeDoubleBE(head.revision, 9);
  let at = forwardFixedBytes - 2 * forwardTexts;
  for (const part of parts) {
    at = buffer.writeUInt16BE(isAscii ? part.length : Buffer.byteLength(part), at);
  }
  buffer.write(text, at, isAscii ? 'latin1' : 'utf8');
  return buffer;
}

/** The inverse; what follows the head is the body, or its beginning. Throws FrameError. */
export function decodeForward(frame: Uint8Array): { head: ForwardHead; body: Buffer } {
  const reader = new HeadReader(frame);
  const hops = reader.u8();
  const time = reader.u32();
  const bodyBytes = reader.u32();
  const revision = reader.f64();
  const [
    requestId = '',
    functionName = '',
    qualifier = '',
    invokedAs = '',
    traceId = '',
    clientContext = '',
    caller = '',
  ] = reader.texts(forwardTexts);
  const head: ForwardHead = {
    requestId,
    functionName,
    qualifier,
    invokedAs,
    traceId,
    clientContext,
    caller,
    hops,
    revision,
    timeoutMs: time % streamBit,
    place: time >= placeBit,
    stream: time % placeBit >= streamBit,
    bodyBytes,
  };
  return { head, body: reader.rest() };
}

/**
 * u8 kind. Of `ran`: u8 start, u8 function error, u32 body bytes, f64 duration, text version, u16 and the log
 * tail. Of `streams`: u8 start, text version, text content type. Of `failed`: text code, text message, u8 details, each a text and u8 0 with a text or 1 with f64.
 */
export function encodeAnswerHead(head: AnswerHead): Buffer {
  if (head.kind === 'ran') {
    const { executedVersion, logTail } = head;
    const buffer = Buffer.allocUnsafe(
      ranFixedBytes + textBytes(executedVersion) + 2 + logTail.length,
    );
    buffer[0] = 0;
    buffer[1] = startKinds.indexOf(head.start);
    buffer[2] = head.functionError ? 1 : 0;
    buffer.writeUInt32BE(head.bodyBytes, 3);
    buffer.writeDoubleBE(head.durationMs, 7);
    const tailAt = writeText(buffer, executedVersion, ranFixedBytes);
    buffer.writeUInt16BE(logTail.length, tailAt);
    buffer.set(logTail, tailAt + 2);
    return buffer.subarray(0, tailAt + 2 + logTail.length);
  }
  const kind = Buffer.of(answerKinds.indexOf(head.kind));
  if (head.kind === 'failed') return Buffer.concat([kind, encodeFailure(head)]);
  if (head.kind !== 'streams') return kind;
  const start = Buffer.of(startKinds.indexOf(head.start));
  return Buffer.concat([
    kind,
    start,
    encodeText(head.executedVersion),
    encodeText(head.contentType),
  ]);
}

function encodeFailure({ code, message, details }: AnswerHead & { kind: 'failed' }): Buffer {
  const entries = Object.entries(details).slice(0, detailsMax);
  const parts = [encodeText(code), encodeText(message), Buffer.of(entries.length)];
  for (const [name, value] of entries) {
    parts.push(encodeText(name.slice(0, detailBytesMax)));
    if (typeof value === 'string') {
      parts.push(Buffer.of(0), encodeText(value.slice(0, detailBytesMax)));
    } else {
      const number = Buffer.alloc(9, 1);
      number.writeDoubleBE(value, 1);
      parts.push(number);
    }
  }
  return Buffer.concat(parts);
}

/** The inverse; what follows the head is the body, or its beginning. Throws FrameError. */
export function decodeAnswer(frame: Uint8Array): { head: AnswerHead; body: Buffer } {
  const reader = new HeadReader(frame);
  const kind = answerKinds[reader.u8()];
  if (kind === undefined) throw new FrameError('an answer of an unknown kind');
  if (kind === 'failed') return { head: readFailure(reader), body: reader.rest() };
  if (kind === 'not-here' || kind === 'busy') return { head: { kind }, body: reader.rest() };
  const start = startKinds[reader.u8()];
  if (start === undefined) throw new FrameError('an answer with an unknown start');
  if (kind === 'streams') {
    const head = { kind, start, executedVersion: reader.text(), contentType: reader.text() };
    return { head, body: reader.rest() };
  }
  const functionError = reader.u8() === 1;
  const bodyBytes = reader.u32();
  const durationMs = reader.f64();
  const executedVersion = reader.text();
  const logTail = reader.bytes(reader.u16());
  const head: AnswerHead = {
    kind,
    start,
    functionError,
    durationMs,
    executedVersion,
    logTail,
    bodyBytes,
  };
  return { head, body: reader.rest() };
}

function readFailure(reader: HeadReader): AnswerHead {
  const code = reader.text();
  const message = reader.text();
  // a map, for a name may be `__proto__`
  const details = new Map<string, string | number>();
  for (let left = reader.u8(); left > 0; left--) {
    const name = reader.text();
    details.set(name, reader.u8() === 0 ? reader.text() : reader.f64());
  }
  return { kind: 'failed', code, message, details: Object.fromEntries(details) };
}

/** The payload of a `credit` frame: u32 bytes. */
export function encodeCredit(bytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(4);
  buffer.writeUInt32BE(bytes, 0);
  return buffer;
}

export function decodeCredit(frame: Uint8Array): number {
  return new HeadReader(frame).u32();
}

function textBytes(text: string): number {
  return 2 + Math.min(Buffer.byteLength(text), textBytesMax);
}

/** Returns where it ended; where the text is cut off, before a character that it would split. */
function writeText(buffer: Buffer, text: string, at: number): number {
  const room = Math.min(buffer.length - at - 2, textBytesMax);
  const written = text === '' ? 0 : buffer.write(text, at + 2, room);
  buffer.writeUInt16BE(written, at);
  return at + 2 + written;
}

/** As much of a text as a head takes. */
function cut(text: string): string {
  if (Buffer.byteLength(text) <= textBytesMax) return text;
  const bytes = Buffer.allocUnsafe(textBytesMax);
  return bytes.toString('utf8', 0, bytes.write(text));
}

function encodeText(text: string): Buffer {
  const buffer = Buffer.allocUnsafe(textBytes(text));
  return buffer.subarray(0, writeText(buffer, text, 0));
}

/** Reads a head from its start, and never past the end of its frame. */
class HeadReader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(frame: Uint8Array) {
    this.#buffer = Buffer.isBuffer(frame)
      ? frame
      : Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  }

  u8(): number {
    return this.#buffer.readUInt8(this.#pass(1));
  }

  u16(): number {
    return this.#buffer.readUInt16BE(this.#pass(2));
  }

  u32(): number {
    return this.#buffer.readUInt32BE(this.#pass(4));
  }

  f64(): number {
    return this.#buffer.readDoubleBE(this.#pass(8));
  }

  text(): string {
    const length = this.u16();
    if (length === 0) return '';
    const at = this.#pass(length);
    return this.#buffer.toString('utf8', at, at + length);
  }

  /** So many texts, their lengths first. */
  texts(count: number): string[] {
    const lengths: number[] = [];
    let bytes = 0;
    for (let left = count; left > 0; left--) {
      const length = this.u16();
      lengths.push(length);
      bytes += length;
    }
    const at = this.#pass(bytes);
    const joined = this.#buffer.toString('utf8', at, at + bytes);
    let from = at;
    return lengths.map((length) => {
      from += length;
      // as long in characters as in bytes: ASCII
      return joined.length === bytes
        ? joined.slice(from - length - at, from - at)
        : this.#buffer.toString('utf8', from - length, from);
    });
  }

  bytes(length: number): Buffer {
    const at = this.#pass(length);
    return this.#buffer.subarray(at, at + length);
  }

  rest(): Buffer {
    return this.#buffer.subarray(this.#at);
  }

  /** Where the next `bytes` bytes begin. */
  #pass(bytes: number): number {
    const at = this.#at;
    this.#at = at + bytes;
    if (this.#at > this.#buffer.length) throw new FrameError('a head that ends too early');
    return at;
  }
}
