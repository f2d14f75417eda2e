/**
 * All streams of the cluster as a deterministic state machine on the durable log: the same commands give the
 * same records on every node. The log index of a command is the sequence number of its record.
 */
import { limits } from '../../types/index.js';
import { Stream } from './stream.js';
import type { NewRecord, StreamRecord } from './types.js';

export type StreamCommand =
  | {
      readonly kind: 'append';
      readonly stream: string;
      readonly record: NewRecord & Pick<StreamRecord, 'atMs'>;
    }
  | { readonly kind: 'remove'; readonly stream: string };

export class StreamsCore {
  readonly #streams = new Map<string, Stream>();
  #bytes = 0;
  /** The latest of the times that commands carried. */
  #nowMs = 0;

  get nowMs(): number {
    return this.#nowMs;
  }

  get(name: string): Stream | undefined {
    return this.#streams.get(name);
  }

  /** In the order of names. */
  list(): readonly Stream[] {
    return [...this.#streams.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  apply(index: number, command: StreamCommand): void {
    if (command.kind === 'append') this.#append(index, command.stream, command.record);
    else this.#remove(command.stream);
  }

  /** It is now at least this time: what is too old by it goes. */
  pass(nowMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, nowMs);
    for (const stream of this.#streams.values()) {
      this.#changing(stream, () => stream.expire(this.#nowMs - limits.streamAgeMsMax));
    }
  }

  /** A record of a snapshot: only while nothing has been applied. */
  restore(name: string, record: StreamRecord): void {
    const stream = this.#streams.get(name) ?? new Stream(name);
    this.#streams.set(name, stream);
    this.#changing(stream, () => stream.add(Object.freeze(record)));
  }

  #append(sequence: number, name: string, record: Omit<StreamRecord, 'sequence'>): void {
    const present = this.#streams.get(name);
    if (present?.sequenceOf(record.id) !== undefined) return;
    if (present === undefined && this.#streams.size >= limits.streamsMax) return;
    const stream = present ?? new Stream(name);
    this.#streams.set(name, stream);
    // a clock that is behind the others does not make its records old
    const atMs = Math.max(this.#nowMs, record.atMs);
    this.#changing(stream, () => stream.add(Object.freeze({ ...record, sequence, atMs })));
    this.pass(atMs);
    while (this.#bytes > limits.streamsBytesMax) {
      const largest = this.#largest();
      this.#changing(largest, () => largest.dropOldest());
    }
  }

  #remove(name: string): void {
    this.#bytes -= this.#streams.get(name)?.bytes ?? 0;
    this.#streams.delete(name);
  }

  /** A stream that keeps nothing is none any more. */
  #changing(stream: Stream, change: () => void): void {
    const before = stream.bytes;
    change();
    this.#bytes += stream.bytes - before;
    if (stream.records.length === 0) this.#streams.delete(stream.name);
  }

  /** Whoever has taken most gives way, so that one busy stream cannot empty the others. */
  #largest(): Stream {
    return [...this.#streams.values()].reduce((a, b) => (b.bytes > a.bytes ? b : a));
  }
}
