/**
 * The log store of a node. What functions print and what their invocations used goes into a block in memory, in
 * about a microsecond, and to the disk in batches, in turns of its own: an answer never waits for a log. A disk
 * that is slow, full or broken fills the memory that the store may have; then records are dropped, and counted.
 */
import type { Clock, Logger } from '../../lib/index.js';
import { LogBlock, outputBytesMax } from './block.js';
import type { RecordFilter } from './block-reader.js';
import { type LogCounters, newCounters } from './counters.js';
import { type OpenLogFile, openLogFile } from './log-file.js';
import type { SegmentIndex } from './segment-index.js';
import { type Segment, Segments } from './segments.js';
import { StreamStates } from './stream-states.js';
import type { InvocationReport, LogSink, LogSource } from './types.js';

export interface LogStoreDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly openFile?: OpenLogFile;
}

export interface LogStoreOptions {
  readonly directory: string;
  /** All segments on the disk together; the oldest is removed first. */
  readonly bytesMax: number;
}

/** Is told which functions have records in what was written. */
export type WrittenListener = (functions: ReadonlySet<string>) => void;

/** How long a record waits in memory for others. */
const gatherMs = 200;
/** So many full blocks are written without waiting. */
const blocksAtOnce = 2;
/** Written in one turn of the disk, and indexed in one turn of this thread. */
const batchBlocksMax = 4;
/** In memory: some 8 MB. */
const blocksMax = 64;
const spareBlocksMax = 4;
const retryMs = 1000;
/** How long who reads waits for what has been printed to be on the disk. */
const settleMs = 1000;
/** A clock that goes back further has been set; less is its correction. */
const clockSetMs = 60_000;
const segmentBytesMax = 16 * 1024 * 1024;
const segmentBytesMin = 512 * 1024;

export class LogStore implements LogSink {
  readonly counters: LogCounters = newCounters();
  readonly #segments: Segments;
  readonly #streams = new StreamStates();
  readonly #spare: LogBlock[] = [];
  /** The oldest first; none takes more. */
  readonly #full: LogBlock[] = [];
  readonly #listeners = new Set<WrittenListener>();
  #block: LogBlock | null = null;
  #nextSequence = 0;
  #lastMs = 0;
  #cancelWake: (() => void) | null = null;
  #wakesSoon = false;
  #writing: Promise<void> | null = null;
  #failing = false;
  #stopped = false;
  /** Who waits for what is in memory. */
  #settling = 0;
  /** What stands before it is in the bucket; null where there is none. */
  #shippedTo: number | null = null;

  constructor(
    private readonly deps: LogStoreDeps,
    private readonly options: LogStoreOptions,
  ) {
    const share = Math.floor(options.bytesMax / 16);
    const segmentBytes = Math.min(segmentBytesMax, Math.max(segmentBytesMin, share));
    this.#segments = new Segments(
      { ...options, segmentBytes },
      deps.openFile ?? openLogFile,
      (index) => this.#removed(index),
    );
  }

  /** Never rejects: a node can do without its logs. */
  async start(): Promise<void> {
    const { logger } = this.deps;
    const unreadable = (path: string, error: unknown): void =>
      logger.warn({ err: error, path }, 'logs of functions cannot be read');
    const { directory } = this.options;
    await this.#segments.start(unreadable).catch((error) => unreadable(directory, error));
    // begins where no earlier store of this node can have been, should its files be gone
    const begin = this.deps.clock.wallMs() * 1024;
    this.#nextSequence = this.#segments.nextSequence ?? begin;
    this.#lastMs = this.#segments.list.at(-1)?.index.lastMs ?? 0;
  }

  /** Writes what is in memory, once. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelWake?.();
    await this.#writing;
    while (this.#records() > 0 && !this.#failing) await this.#write();
    await this.#segments.finish();
  }

  get segments(): readonly Segment[] {
    return this.#segments.list;
  }

  get diskBytes(): number {
    return this.#segments.bytes;
  }

  /** The number that the next record on the disk gets. */
  get nextSequence(): number {
    return this.#nextSequence;
  }

  /** From now on records that are removed before they come to be shipped are counted as spilled. */
  set shippedTo(sequence: number) {
    this.#shippedTo = sequence;
  }

  output(source: LogSource, requestId: string, chunk: Uint8Array): void {
    const timeMs = this.#timeMs();
    const isFirst = this.#streams.printed(source.logStream, requestId);
    const allowed = this.#streams.allowed(source.logStream, chunk.length, timeMs);
    if (allowed !== 'all') {
      this.#dropped(chunk.length);
      if (allowed === 'none') return;
    }
    const kept = allowed === 'all' ? chunk : tooMuch;
    for (let at = 0; at < kept.length; at += outputBytesMax) {
      const piece = kept.length <= outputBytesMax ? kept : kept.subarray(at, at + outputBytesMax);
      const block = this.#blockFor(piece.length);
      if (block === null) this.#dropped(piece.length);
      else block.output(source, requestId, timeMs, isFirst && at === 0, piece);
    }
  }

  report(source: LogSource, report: InvocationReport): void {
    const hadOutput = this.#streams.reported(source.logStream, report.requestId);
    const block = this.#blockFor(0);
    if (block === null) this.#dropped(0);
    else block.report(source, this.#timeMs(), hadOutput, report);
  }

  /** Segments that may have what is looked for, the oldest first. */
  segmentsWith(filter: RecordFilter): Segment[] {
    return this.#segments.list.filter(({ index }) => index.mayHave(filter));
  }

  /** Resolves when all that was printed before is on the disk, dropped, or has waited for a second. */
  settled(): Promise<void> {
    if (this.#stopped || this.#records() === 0) return Promise.resolve();
    const { promise, resolve } = deferred();
    const cancel = this.deps.clock.after(settleMs, resolve);
    const last = this.#nextSequence + this.#records();
    const forget = this.onWritten(() => {
      if (this.#nextSequence >= last) resolve();
    });
    this.#settling += 1;
    this.#wake(0);
    return promise.finally(() => {
      this.#settling -= 1;
      cancel();
      forget();
    });
  }

  /** Calls back after each write. The returned function ends that. */
  onWritten(listener: WrittenListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Goes back only where the clock was set, so that the order of records is the order of their times. */
  #timeMs(): number {
    const now = this.deps.clock.wallMs();
    if (now > this.#lastMs || this.#lastMs - now > clockSetMs) this.#lastMs = now;
    return this.#lastMs;
  }

  /** null: there is no room. */
  #blockFor(outputBytes: number): LogBlock | null {
    const block = this.#block;
    if (block?.hasRoomFor(outputBytes)) return block;
    if (this.#full.length >= blocksMax || this.#stopped) return null;
    if (block !== null) {
      this.#full.push(block);
      if (this.#full.length >= blocksAtOnce) this.#wake(0);
    }
    this.#block = this.#spare.pop() ?? new LogBlock();
    this.#wake(gatherMs);
    return this.#block;
  }

  #dropped(bytes: number): void {
    this.counters.droppedRecords += 1;
    this.counters.droppedBytes += bytes;
  }

  /** In memory. */
  #records(): number {
    return this.#full.reduce((sum, { records }) => sum + records, this.#block?.records ?? 0);
  }

  #wake(delayMs: number): void {
    if (this.#writing !== null || this.#failing || this.#wakesSoon || this.#stopped) return;
    if (this.#cancelWake !== null && delayMs > 0) return;
    this.#wakeAfter(delayMs);
  }

  #wakeAfter(delayMs: number): void {
    this.#cancelWake?.();
    this.#wakesSoon = delayMs === 0;
    this.#cancelWake = this.deps.clock.after(delayMs, () => {
      this.#cancelWake = null;
      this.#wakesSoon = false;
      this.#writing = this.#write().finally(() => {
        this.#writing = null;
        if (this.#stopped) return;
        if (this.#failing) this.#wakeAfter(retryMs);
        else if (this.#full.length > 0) this.#wakeAfter(0);
        else if (this.#block !== null) this.#wakeAfter(this.#settling > 0 ? 0 : gatherMs);
      });
    });
  }

  /** Writes one batch. Never rejects. */
  async #write(): Promise<void> {
    if (this.#full.length < batchBlocksMax && this.#block !== null) {
      this.#full.push(this.#block);
      this.#block = null;
    }
    const batch = this.#full.slice(0, batchBlocksMax);
    if (batch.length === 0) return;
    let sequence = this.#nextSequence;
    const sealed = batch.map((block) => {
      const made = block.seal(sequence);
      sequence += block.records;
      return made;
    });
    try {
      await this.#segments.append(sealed);
    } catch (error) {
      this.counters.writeErrors += 1;
      if (!this.#failing)
        this.deps.logger.warn({ err: error }, 'logs of functions cannot be written');
      this.#failing = true;
      return;
    }
    if (this.#failing) this.deps.logger.info('logs of functions are written again');
    this.#failing = false;
    this.counters.writtenRecords += sequence - this.#nextSequence;
    for (const { head } of sealed) this.counters.writtenBytes += head.bytes;
    this.#nextSequence = sequence;
    const functions = new Set<string>();
    for (const block of this.#full.splice(0, batch.length)) {
      block.addFunctions(functions);
      this.#recycle(block);
    }
    for (const listener of this.#listeners) listener(functions);
  }

  #recycle(block: LogBlock): void {
    if (this.#spare.length >= spareBlocksMax) return;
    block.clear();
    this.#spare.push(block);
  }

  #removed({ firstSequence, nextSequence }: SegmentIndex): void {
    this.counters.removedSegments += 1;
    if (this.#shippedTo === null) return;
    this.counters.spilledRecords += Math.max(
      0,
      nextSequence - Math.max(firstSequence, this.#shippedTo),
    );
  }
}

const tooMuch = Buffer.from(
  '\n[hearth] more than 10 MiB were printed in 10 seconds; what follows in them is not kept.\n',
);

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
