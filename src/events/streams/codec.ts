/**
 * Streams as bytes: in the log a tag and one frame, in a snapshot frame after frame. What is short stands in a
 * frame as JSON, the data of a record as it is.
 *
 *     command    u8 2 | frame
 *     snapshot   {"streams":1,"index":N,"nowMs":T}  {"stream":NAME,...} data  ...  {"end":N}
 *     frame      u32 bytes that follow | u32 length of the JSON | JSON | data
 */
import { HearthError, limits } from '../../types/index.js';
import { type StreamCommand, StreamsCore } from './core.js';
import type { StreamRecord } from './types.js';

/** The first byte of a command of streams in the log: no other kind of command begins with it. */
export const streamCommandTag = 2;
/** Raised by every change that an older release would not understand. */
const snapshotFormat = 1;
const headBytes = 8;
const noData = new Uint8Array();

type RecordMeta = Omit<StreamRecord, 'data' | 'sequence'>;
type CommandMeta =
  | ({ readonly kind: 'append'; readonly stream: string } & RecordMeta)
  | { readonly kind: 'remove'; readonly stream: string };
type SnapshotMeta =
  | { readonly streams: number; readonly index: number; readonly nowMs: number }
  | ({ readonly stream: string; readonly sequence: number } & RecordMeta)
  /** How many frames stood before. */
  | { readonly end: number };

export function encodeStreamCommand(command: StreamCommand): Uint8Array {
  const tag = Buffer.of(streamCommandTag);
  if (command.kind === 'remove') return Buffer.concat([tag, ...frame(command, noData)]);
  const { data, ...meta } = command.record;
  const { kind, stream } = command;
  return Buffer.concat([tag, ...frame({ kind, stream, ...meta }, data)]);
}

/** The log holds only what encodeStreamCommand wrote; anything else is a programmer's error and throws. */
export function decodeStreamCommand(bytes: Uint8Array): StreamCommand {
  const { meta, data } = readFrame(bufferOf(bytes).subarray(1 + 4)) as Frame<CommandMeta>;
  if (meta.kind === 'remove') return meta;
  const { kind, stream, ...rest } = meta;
  return { kind, stream, record: { ...rest, data: Uint8Array.from(data) } };
}

/** Parts of at most `limits.snapshotPartBytesMax`, of the streams as they are at the call. */
export function encodeStreams(core: StreamsCore, index: number): Iterable<Uint8Array> {
  // records never change: the lists of them are all that must be taken now
  const streams = core.list().map(({ name, records }) => ({ name, records: [...records] }));
  const head = { streams: snapshotFormat, index, nowMs: core.nowMs };
  return parts(framesOf(head, streams));
}

function* framesOf(
  head: SnapshotMeta,
  streams: readonly { readonly name: string; readonly records: readonly StreamRecord[] }[],
): Iterable<Uint8Array> {
  yield* frame(head, noData);
  let frames = 1;
  for (const { name: stream, records } of streams) {
    for (const { data, ...meta } of records) {
      yield* frame({ stream, ...meta }, data);
      frames++;
    }
  }
  yield* frame({ end: frames }, noData);
}

function* parts(pieces: Iterable<Uint8Array>): Iterable<Uint8Array> {
  const { snapshotPartBytesMax } = limits;
  let gathered: Uint8Array[] = [];
  let bytes = 0;
  for (const piece of pieces) {
    for (let from = 0; from < piece.length; ) {
      const taken = piece.subarray(from, from + snapshotPartBytesMax - bytes);
      gathered.push(taken);
      bytes += taken.length;
      from += taken.length;
      if (bytes < snapshotPartBytesMax) continue;
      yield Buffer.concat(gathered, bytes);
      gathered = [];
      bytes = 0;
    }
  }
  if (bytes > 0) yield Buffer.concat(gathered, bytes);
}

/** Reads a snapshot back, in any pieces, into streams beside those in use. */
export class StreamsReader {
  readonly #core = new StreamsCore();
  #rest: Buffer = Buffer.alloc(0);
  #frames = 0;
  #ended = false;

  constructor(private readonly index: number) {}

  /** Throws `log-damaged` where the bytes are no snapshot, `storage` where a newer release made it. */
  add(bytes: Uint8Array): void {
    let rest = this.#rest.length === 0 ? bufferOf(bytes) : Buffer.concat([this.#rest, bytes]);
    while (rest.length >= 4) {
      const end = 4 + rest.readUInt32BE(0);
      if (end > limits.logEntryBytesMax + headBytes) throw damaged('a frame of it is too long');
      if (rest.length < end) break;
      this.#take(rest.subarray(4, end));
      rest = rest.subarray(end);
    }
    // a copy: the rest is short, and what it stood in may be long
    this.#rest = Buffer.from(rest);
  }

  /** Throws `log-damaged` where something is missing. */
  end(): StreamsCore {
    if (!this.#ended || this.#rest.length > 0) throw damaged('it ends too early');
    return this.#core;
  }

  #take(bytes: Buffer): void {
    if (this.#ended) throw damaged('it goes on after its end');
    const { meta, data } = readFrame(bytes) as Frame<SnapshotMeta>;
    if (this.#frames === 0) this.#checkHead(meta);
    else if ('stream' in meta) {
      const { stream, ...rest } = meta;
      this.#core.restore(stream, { ...rest, data: Uint8Array.from(data) });
    } else if ('end' in meta && meta.end === this.#frames) this.#ended = true;
    else throw damaged('a frame of it is odd');
    this.#frames++;
  }

  #checkHead(meta: SnapshotMeta): void {
    if (!('streams' in meta)) throw damaged('it does not begin as one');
    if (meta.streams > snapshotFormat) {
      throw new HearthError(
        'storage',
        `The snapshot of the streams has the format ${meta.streams}, newer than ${snapshotFormat}; run a newer release on this node.`,
      );
    }
    if (meta.index !== this.index) {
      throw damaged(`it stands at index ${meta.index} where ${this.index} is meant`);
    }
    this.#core.pass(meta.nowMs);
  }
}

interface Frame<Meta> {
  readonly meta: Meta;
  readonly data: Buffer;
}

function frame(meta: CommandMeta | SnapshotMeta, data: Uint8Array): readonly Uint8Array[] {
  const json = Buffer.from(JSON.stringify(meta));
  const head = Buffer.alloc(headBytes);
  head.writeUInt32BE(4 + json.length + data.length, 0);
  head.writeUInt32BE(json.length, 4);
  return [head, json, data];
}

/** Without the length that stands before it. */
function readFrame(bytes: Buffer): Frame<unknown> {
  const jsonEnd = 4 + (bytes.length < 4 ? Number.NaN : bytes.readUInt32BE(0));
  if (!(jsonEnd <= bytes.length)) throw damaged('a frame of it is cut off');
  try {
    return {
      meta: JSON.parse(bytes.toString('utf8', 4, jsonEnd)),
      data: bytes.subarray(jsonEnd),
    };
  } catch {
    throw damaged('a frame of it is not JSON');
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function damaged(why: string): HearthError {
  return new HearthError(
    'log-damaged',
    `The snapshot of the streams is damaged (${why}); fetch it from another node.`,
  );
}
