/**
 * The writing side of a link. Frames that are written within one turn of the event loop leave in one write.
 * Small frames go at once; long bodies go piece by piece, in turn with those of other streams, and only while
 * little waits on the socket: so a small frame never stands behind a long body, and memory stays bounded.
 */
import type { Duplex } from 'node:stream';
import { chunkBytesMax, type FrameSink, writeFrame } from '../../wire/index.js';

/** A stream that has more to send than fits in the frame of its head. */
export interface BodySource {
  /** Writes one frame of at most so many body bytes; true where more could go now. */
  sendChunk(bytesMax: number): boolean;
}

/** What may wait on the socket before long bodies are held back. */
const aheadBytes = 2 * chunkBytesMax;
/** What may wait there in all; a peer that lets more pile up with small frames does not read. */
const waitingBytesMax = 32 * 1024 * 1024;

/** Up to this, frames of one turn are copied into one buffer: cheaper than a gathered write of many. */
const joinBytesMax = 128 * 1024;

export class LinkOutput implements FrameSink {
  /** In the order of their turns. */
  readonly #sources = new Set<BodySource>();
  /** What was written in this turn of the event loop. */
  #chunks: Uint8Array[] = [];
  #chunksBytes = 0;
  #pumping = false;
  #closed = false;

  constructor(
    private readonly socket: Duplex,
    private readonly overrun: () => void,
  ) {
    socket.on('drain', () => this.#pump());
  }

  /** True where a body, however short, should wait its turn. */
  get congested(): boolean {
    return this.socket.writableLength + this.#chunksBytes >= aheadBytes;
  }

  frame(type: number, stream: number, ...parts: readonly Uint8Array[]): void {
    writeFrame(this, type, stream, ...parts);
  }

  /** A source has something to send, and leave to send it. */
  ready(source: BodySource): void {
    this.#sources.add(source);
    this.#pump();
  }

  forget(source: BodySource): void {
    this.#sources.delete(source);
  }

  /** Sends what was written so far, and forgets all sources. */
  close(): void {
    this.#flush();
    this.#closed = true;
    this.#sources.clear();
  }

  /** A part of a frame. */
  write(part: Uint8Array): boolean {
    if (this.#chunksBytes === 0) process.nextTick(this.#flush);
    this.#chunks.push(part);
    this.#chunksBytes += part.length;
    return true;
  }

  /** Everything is gathered anyway. */
  cork(): void {}

  uncork(): void {}

  #pump(): void {
    // a source that is told of its room may have more to send
    if (this.#pumping) return;
    this.#pumping = true;
    // the set is walked in order of insertion, and one put back stands last
    for (const source of this.#sources) {
      if (this.congested) break;
      this.#sources.delete(source);
      if (source.sendChunk(chunkBytesMax)) this.#sources.add(source);
    }
    this.#pumping = false;
  }

  readonly #flush = (): void => {
    const chunks = this.#chunks;
    const bytes = this.#chunksBytes;
    if (bytes === 0 || this.#closed) return;
    this.#chunks = [];
    this.#chunksBytes = 0;
    const [first] = chunks;
    if (first !== undefined && chunks.length === 1) this.socket.write(first);
    else if (bytes <= joinBytesMax) this.socket.write(Buffer.concat(chunks, bytes));
    else this.#writeEach(chunks);
    if (this.socket.writableLength > waitingBytesMax) this.overrun();
    // where the socket took it all at once, no `drain` will come
    else if (this.#sources.size > 0) this.#pump();
  };

  #writeEach(chunks: readonly Uint8Array[]): void {
    this.socket.cork();
    for (const chunk of chunks) this.socket.write(chunk);
    this.socket.uncork();
  }
}
