/**
 * How what is not the catalogue's stands in the log and in snapshots: frames, one behind the other, each of a few facts as JSON and of
 * bytes that nobody parses.
 *
 *     length of the facts (4 bytes)  length of the bytes (4 bytes)  facts  bytes
 */
import { HearthError, limits } from '../types/index.js';

export interface Frame<Facts> {
  readonly facts: Facts;
  readonly bytes: Uint8Array;
}

const headBytes = 8;
/** Longer than any that was ever written. */
const frameBytesMax = 16 * 1024 * 1024;
const none = new Uint8Array(0);

export function encodeFrame(facts: unknown, bytes: Uint8Array = none): Buffer {
  const text = JSON.stringify(facts);
  const factsBytes = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(headBytes + factsBytes + bytes.length);
  frame.writeUInt32BE(factsBytes, 0);
  frame.writeUInt32BE(bytes.length, 4);
  frame.write(text, headBytes);
  frame.set(bytes, headBytes + factsBytes);
  return frame;
}

/** Frames as parts of a snapshot, of at most `limits.snapshotPartBytesMax`, each made when it is asked for. */
export function* inParts(frames: Iterable<Uint8Array>): Iterable<Uint8Array> {
  let gathered: Uint8Array[] = [];
  let bytes = 0;
  for (const frame of frames) {
    if (bytes > 0 && bytes + frame.length > limits.snapshotPartBytesMax) {
      yield* cut(gathered);
      gathered = [];
      bytes = 0;
    }
    gathered.push(frame);
    bytes += frame.length;
  }
  yield* cut(gathered);
}

/** A frame alone may be longer than a part. */
function* cut(frames: readonly Uint8Array[]): Iterable<Uint8Array> {
  const bytes = Buffer.concat(frames);
  const { snapshotPartBytesMax } = limits;
  for (let from = 0; from < bytes.length; from += snapshotPartBytesMax) {
    yield bytes.subarray(from, from + snapshotPartBytesMax);
  }
}

/** Takes frames out of bytes that come in any pieces. */
export class FrameSplitter<Facts> {
  #rest: Buffer = Buffer.alloc(0);

  /** Bytes that belong to no whole frame yet. */
  get restBytes(): number {
    return this.#rest.length;
  }

  /** The frames that are whole by now; their bytes are copies. Throws `log-damaged` where there can be none. */
  add(piece: Uint8Array): Frame<Facts>[] {
    const added = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    const all = this.#rest.length === 0 ? added : Buffer.concat([this.#rest, added]);
    const frames: Frame<Facts>[] = [];
    let at = 0;
    while (all.length - at >= headBytes) {
      const factsEnd = at + headBytes + all.readUInt32BE(at);
      const end = factsEnd + all.readUInt32BE(at + 4);
      if (end - at > frameBytesMax) throw damaged('a frame is longer than any can be');
      if (end > all.length) break;
      const facts = parsed<Facts>(all.toString('utf8', at + headBytes, factsEnd));
      // a copy: the piece around it is not to be kept for its sake
      frames.push({ facts, bytes: new Uint8Array(all.subarray(factsEnd, end)) });
      at = end;
    }
    this.#rest = at === all.length ? Buffer.alloc(0) : Buffer.from(all.subarray(at));
    return frames;
  }
}

export function damaged(why: string): HearthError {
  return new HearthError('log-damaged', `What the log holds cannot be read (${why}).`);
}

function parsed<Facts>(text: string): Facts {
  try {
    return JSON.parse(text) as Facts;
  } catch {
    throw damaged('the facts of a frame are not JSON');
  }
}
