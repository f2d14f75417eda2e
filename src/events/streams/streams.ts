/** The streams of this node: a copy fed by the durable log, and changes proposed to it. */
import type { Clock } from '../../lib/index.js';
import { HearthError, limits } from '../../types/index.js';
import { decodeStreamCommand, encodeStreamCommand, encodeStreams, StreamsReader } from './codec.js';
import { StreamsCore } from './core.js';
import type { NewRecord, StreamInfo, StreamPage, StreamService } from './types.js';

export interface StreamsDeps {
  /** Resolves with the index of the committed command once this node has applied it. Throws `no-quorum`. */
  propose(command: Uint8Array): Promise<number>;
  /** Waits until this node knows all that was acknowledged, where a majority answers. */
  catchUp(): Promise<boolean>;
  readonly clock: Clock;
}

export class Streams implements StreamService {
  #core = new StreamsCore();
  #reader: StreamsReader | null = null;

  constructor(private readonly deps: StreamsDeps) {}

  /** Applies one committed command of streams. */
  apply(index: number, data: Uint8Array): void {
    this.#core.apply(index, decodeStreamCommand(data));
  }

  /** All of them as they are at the call, in parts that are made as they are asked for. */
  snapshot(index: number): Iterable<Uint8Array> {
    return encodeStreams(this.#core, index);
  }

  restoreBegin(index: number): void {
    this.#reader = new StreamsReader(index);
  }

  /** The next bytes, in any pieces. Throws `log-damaged`, `storage` for a newer format. */
  restorePart(bytes: Uint8Array): void {
    this.#reader?.add(bytes);
  }

  /** Throws `log-damaged` where the snapshot is not whole; else it is what this node has from the call on. */
  restoreEnd(): void {
    this.#core = this.#reader?.end() ?? this.#core;
    this.#reader = null;
  }

  /** A snapshot of a release that knew no streams. */
  restoreNothing(): void {
    this.#core = new StreamsCore();
    this.#reader = null;
  }

  async append(name: string, { id, data, attributes }: NewRecord): Promise<number> {
    const command = encodeStreamCommand({
      kind: 'append',
      stream: name,
      record: { id, atMs: this.deps.clock.wallMs(), attributes, data },
    });
    if (command.length > limits.streamRecordBytesMax) {
      throw new HearthError(
        'request-too-large',
        `A record of ${command.length} bytes is longer than a stream takes, ${limits.streamRecordBytesMax} bytes; make it smaller.`,
      );
    }
    const index = await this.deps.propose(command);
    const stream = this.#core.get(name);
    if (stream !== undefined) return stream.sequenceOf(id) ?? index;
    throw new HearthError(
      'too-many-requests',
      `The cluster holds ${limits.streamsMax} streams, its limit; delete some first.`,
    );
  }

  async remove(name: string): Promise<boolean> {
    await this.deps.catchUp();
    if (this.#core.get(name) === undefined) return false;
    await this.deps.propose(encodeStreamCommand({ kind: 'remove', stream: name }));
    return true;
  }

  list(): readonly StreamInfo[] {
    return this.#core.list().map((stream) => stream.info());
  }

  read(name: string, after: number, itemsMax: number): StreamPage | undefined {
    return this.#core.get(name)?.read(after, itemsMax);
  }
}
