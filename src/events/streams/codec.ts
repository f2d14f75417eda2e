/**
 * Streams as bytes: in the log a tag and one frame, in a snapshot frame after frame. What is short stands in a
 * frame as JSON, the data of a record as it is.
 *
 *     command    u8 2 | frame
 *     snapshot   {"streams":1,"index":N,"nowMs":T}  {"stream":NAME,...} data  ...  {"end":N}
 */

import {
  damaged,
  encodeFrame,
  type Frame,
  FrameSplitter,
  inParts,
} from '../../replication/index.js';
import { HearthError, type KindLevels, levelOfKind } from '../../types/index.js';
import { type StreamCommand, StreamsCore } from './core.js';
import type { StreamRecord } from './types.js';

/** The first byte of a command of streams in the log: no other kind of command begins with it. */
export const streamCommandTag = 2;
/** Since which format level each kind may be written. */
const commandLevels: KindLevels<StreamCommand['kind']> = { append: 1, remove: 1 };
/** Raised by every change that an older release would not understand. */
const snapshotFormat = 1;

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
  if (command.kind === 'remove') return Buffer.concat([tag, encodeFrame(command)]);
  const { data, ...meta } = command.record;
  const { kind, stream } = command;
  return Buffer.concat([tag, encodeFrame({ kind, stream, ...meta } satisfies CommandMeta, data)]);
}

/** The format level that a command needs. */
export function streamCommandLevel(bytes: Uint8Array): number {
  return levelOfKind(commandLevels, decodeStreamCommand(bytes).kind);
}

/**
 * The log holds only what encodeStreamCommand wrote, also that of a newer release, whose kinds throw `storage`; anything
 * else is a programmer's error and throws.
 */
export function decodeStreamCommand(bytes: Uint8Array): StreamCommand {
  const [frame] = new FrameSplitter<CommandMeta>().add(bytes.subarray(1));
  if (frame === undefined) throw new Error('an entry is no command of streams');
  levelOfKind(commandLevels, frame.facts.kind);
  if (frame.facts.kind === 'remove') return frame.facts;
  const { kind, stream, ...meta } = frame.facts;
  return { kind, stream, record: { ...meta, data: frame.bytes } };
}

/** Parts of at most `limits.snapshotPartBytesMax`, of the streams as they are at the call. */
export function encodeStreams(core: StreamsCore, index: number): Iterable<Uint8Array> {
  // records never change: the lists of them are all that must be taken now
  const streams = core.list().map(({ name, records }) => ({ name, records: [...records] }));
  const head = { streams: snapshotFormat, index, nowMs: core.nowMs };
  return inParts(framesOf(head, streams));
}

function* framesOf(
  head: SnapshotMeta,
  streams: readonly { readonly name: string; readonly records: readonly StreamRecord[] }[],
): Iterable<Uint8Array> {
  yield encodeFrame(head);
  let frames = 1;
  for (const { name: stream, records } of streams) {
    for (const { data, ...meta } of records) {
      yield encodeFrame({ stream, ...meta } satisfies SnapshotMeta, data);
      frames++;
    }
  }
  yield encodeFrame({ end: frames } satisfies SnapshotMeta);
}

/** Reads a snapshot back, in any pieces, into streams beside those in use. */
export class StreamsReader {
  readonly #core = new StreamsCore();
  readonly #splitter = new FrameSplitter<SnapshotMeta>();
  #frames = 0;
  #ended = false;

  constructor(private readonly index: number) {}

  /** Throws `log-damaged` where the bytes are no snapshot, `storage` where a newer release made it. */
  add(bytes: Uint8Array): void {
    for (const frame of this.#splitter.add(bytes)) this.#take(frame);
  }

  /** Throws `log-damaged` where something is missing. */
  end(): StreamsCore {
    if (!this.#ended || this.#splitter.restBytes > 0) throw damaged('their streams end too early');
    return this.#core;
  }

  #take({ facts, bytes: data }: Frame<SnapshotMeta>): void {
    if (this.#ended) throw damaged('something follows the end of their streams');
    if (this.#frames === 0) this.#checkHead(facts);
    else if ('stream' in facts) {
      const { stream, ...rest } = facts;
      this.#core.restore(stream, { ...rest, data });
    } else if ('end' in facts && facts.end === this.#frames) this.#ended = true;
    else throw damaged('a frame of their streams is odd');
    this.#frames++;
  }

  #checkHead(meta: SnapshotMeta): void {
    if (!('streams' in meta)) throw damaged('their streams have no head');
    if (meta.streams > snapshotFormat) {
      throw new HearthError(
        'storage',
        `The snapshot of the streams has the format ${meta.streams}, newer than ${snapshotFormat}; run a newer release on this node.`,
      );
    }
    if (meta.index !== this.index) {
      throw damaged(`their streams stand at ${meta.index} where ${this.index} is meant`);
    }
    this.#core.pass(meta.nowMs);
  }
}
