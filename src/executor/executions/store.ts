/**
 * The execution records of a node. The executor hands over what has ended and goes on; in a turn of its own, a
 * second later at most, all that has come is made into one block, counted, and written at once. A disk
 * that is slow, full or broken costs records of the past, which are counted, and never a request.
 */
import { join } from 'node:path';
import { type Clock, type Logger, nextTurn } from '../../lib/index.js';
import { type BlockHead, BlockReader, blockRecordsMax, encodeBlock } from './block.js';
import { ExecutionCounts } from './counts.js';
import type { HourUsage } from './day-usage.js';
import { type Ended, executionOf } from './ended.js';
import type { Execution } from './execution.js';
import { type ExecutionQuery, Finding } from './query.js';
import { type HeldBlock, RecentBlocks } from './recent.js';
import { blocksIn, ExecutionSegments } from './segments.js';
import { Usage, type UsageQuery } from './usage.js';

/** Hears of every invocation that is over. Neither waits nor throws. */
export interface ExecutionSink {
  ended(ended: Ended): void;
}

export const noExecutions: ExecutionSink = { ended: () => undefined };

export interface ExecutionStoreOptions {
  /** The node's data directory. */
  readonly directory: string;
  /** On the disk. */
  readonly bytesMax: number;
  readonly ageMsMax: number;
}

export interface ExecutionCounters {
  recorded: number;
  /** Not recorded, or lost before they were on the disk. */
  dropped: number;
  writeErrors: number;
}

/** How long an execution waits for others, or for so many of them: the more in a block, the less it takes. */
const gatherMs = 1000;
const gatheredMax = 4096;
/** Searched in one turn: within a millisecond. */
const bytesPerTurn = 64 * 1024;
/** Of executions that wait: more are not recorded. */
const pendingMax = 64 * 1024;
/** In memory, some 60,000 records. */
const recentBytesMax = 4 * 1024 * 1024;
/** Blocks that wait for the disk: over it, the oldest do not get there. */
const unwrittenMax = 256;
/** Written at once. */
const batchBlocksMax = 4;
const saveUsageMs = 10_000;

export class ExecutionStore implements ExecutionSink {
  readonly #counts = new ExecutionCounts();
  readonly counters: ExecutionCounters = { recorded: 0, dropped: 0, writeErrors: 0 };
  readonly #recent = new RecentBlocks(recentBytesMax);
  readonly #segments: ExecutionSegments;
  readonly #usage: Usage;
  readonly #pending: Ended[] = [];
  #unwritten: HeldBlock[] = [];
  #nextNumber = 0;
  #writing: Promise<void> | null = null;
  #saving = Promise.resolve();
  #failing = false;
  #cancelGather: (() => void) | null = null;
  #cancelSave: (() => void) | null = null;

  constructor(
    private readonly deps: { readonly clock: Clock; readonly logger: Logger },
    private readonly options: ExecutionStoreOptions,
  ) {
    const { directory } = options;
    this.#segments = new ExecutionSegments({
      ...options,
      directory: join(directory, 'executions'),
    });
    this.#usage = new Usage(join(directory, 'usage'));
  }

  /** Never rejects: a node can do without its records. */
  async start(): Promise<void> {
    const { clock } = this.deps;
    await this.#segments.start().catch((error) => this.#warn(error, 'cannot be read'));
    await this.#usage.start(clock.wallMs()).catch((error) => this.#warn(error, 'cannot be read'));
    // begins where no earlier store of this node can have been, should its files be gone
    const known = Math.max(this.#segments.nextNumber, this.#usage.highestNumber);
    this.#nextNumber = Math.max(known, clock.wallMs() * 1024);
    await this.#countUnsaved();
    this.#cancelSave = clock.every(saveUsageMs, () => void this.#saveUsage());
  }

  /** Writes what is in memory, once. */
  async stop(): Promise<void> {
    this.#cancelGather?.();
    this.#cancelSave?.();
    this.#gather();
    await this.#writing;
    await this.#write();
    await this.#saveUsage();
    await this.#segments.stop();
  }

  /** Of all that has ended so far. */
  get counts(): ExecutionCounts {
    this.#gather();
    return this.#counts;
  }

  /** On the disk. */
  get diskBytes(): number {
    return this.#segments.bytes;
  }

  ended(ended: Ended): void {
    const pending = this.#pending;
    if (pending.length >= pendingMax) {
      this.counters.dropped++;
      return;
    }
    const waiting = pending.push(ended);
    if (waiting === 1) this.#wake(gatherMs);
    else if (waiting === gatheredMax) this.#wake(0);
  }

  /** In the order of the query. Gives others their turn while it searches. */
  async find(query: ExecutionQuery): Promise<Execution[]> {
    this.#gather();
    const oldestMs = this.deps.clock.wallMs() - this.options.ageMsMax;
    const finding = new Finding({ ...query, sinceMs: Math.max(query.sinceMs, oldestMs) });
    let bytes = 0;
    const search = async (block: Buffer, head: BlockHead): Promise<void> => {
      finding.add(new BlockReader(block, head));
      bytes += head.bytes;
      if (bytes < bytesPerTurn) return;
      bytes = 0;
      await nextTurn();
    };
    const recent = this.#recent.newestFirst();
    for (const { block, head } of recent) {
      if (finding.isComplete) return finding.found();
      if (finding.mayHave(head)) await search(block, head);
    }
    const inMemory = recent.at(-1)?.head.number ?? Number.POSITIVE_INFINITY;
    const segments = [...this.#segments.list];
    for (let at = segments.length - 1; at >= 0 && !finding.isComplete; at--) {
      const segment = segments[at];
      const lastEndedMs = segments[at + 1]?.firstMs ?? Number.POSITIVE_INFINITY;
      if (segment === undefined || segment.firstNumber >= inMemory) continue;
      if (!finding.mayHave({ firstEndedMs: segment.firstMs, lastEndedMs })) continue;
      const content = await this.#segments.read(segment);
      const blocks = [...blocksIn(content)].filter(
        ({ head }) => head.number < inMemory && finding.mayHave(head),
      );
      for (const { head, at } of blocks.reverse()) {
        if (finding.isComplete) break;
        await search(content.subarray(at, at + head.bytes), head);
      }
    }
    return finding.found();
  }

  usage(query: UsageQuery): Promise<HourUsage[]> {
    this.#gather();
    return this.#usage.find(query);
  }

  #wake(delayMs: number): void {
    this.#cancelGather?.();
    this.#cancelGather = this.deps.clock.after(delayMs, () => {
      this.#cancelGather = null;
      this.#gatherInTurns().catch((error) => this.#warn(error, 'cannot be made'));
    });
  }

  /** A block a turn, so that nobody waits for more. */
  async #gatherInTurns(): Promise<void> {
    while (this.#pending.length > blockRecordsMax) {
      this.#gather(this.#pending.splice(0, blockRecordsMax));
      await nextTurn();
    }
    this.#gather();
    await this.#write();
  }

  /** What has ended becomes blocks. */
  #gather(pending = this.#pending.splice(0)): void {
    for (let from = 0; from < pending.length; from += blockRecordsMax) {
      const number = this.#nextNumber++;
      const executions = pending.slice(from, from + blockRecordsMax).map(executionOf);
      for (const execution of executions) {
        this.#counts.add(execution);
        this.#usage.add(execution, number);
      }
      this.counters.recorded += executions.length;
      this.#unwritten.push(this.#recent.add(encodeBlock(executions, number)));
    }
    const over = this.#unwritten.splice(0, Math.max(0, this.#unwritten.length - unwrittenMax));
    for (const { head } of over) this.counters.dropped += head.records;
  }

  /** Writes all blocks there are, one batch after another. Never rejects. */
  async #write(): Promise<void> {
    if (this.#writing !== null) return;
    this.#writing = this.#writeAll();
    await this.#writing;
    this.#writing = null;
  }

  async #writeAll(): Promise<void> {
    for (let [first] = this.#unwritten; first !== undefined; [first] = this.#unwritten) {
      const batch = this.#unwritten.slice(0, batchBlocksMax);
      try {
        await this.#segments.append(
          batch.map(({ block }) => block),
          first.head,
        );
        this.#unwritten = this.#unwritten.filter((held) => !batch.includes(held));
        this.#failing = false;
      } catch (error) {
        this.counters.writeErrors++;
        if (!this.#failing) this.#warn(error, 'cannot be written');
        this.#failing = true;
        return;
      }
    }
  }

  /** What ended after the usage was saved for the last time. */
  async #countUnsaved(): Promise<void> {
    const from = this.#usage.nextNumber;
    const { list } = this.#segments;
    for (const [at, segment] of list.entries()) {
      if ((list[at + 1]?.firstNumber ?? Number.POSITIVE_INFINITY) <= from) continue;
      const content = await this.#segments.read(segment);
      for (const { head, at } of blocksIn(content)) {
        if (head.number < from || head.lastEndedMs < this.#usage.oldestMs) continue;
        const reader = new BlockReader(content.subarray(at, at + head.bytes), head);
        for (let record = 0; record < head.records; record++) {
          this.#usage.add(reader.execution(record), head.number);
        }
        await nextTurn();
      }
    }
  }

  /** One after another. Never rejects. */
  #saveUsage(): Promise<void> {
    this.#saving = this.#saving
      .then(() => this.#usage.save(this.#nextNumber, this.deps.clock.wallMs()))
      .catch((error) => this.#warn(error, 'cannot be added up on the disk'));
    return this.#saving;
  }

  #warn(error: unknown, what: string): void {
    this.deps.logger.warn({ err: error }, `records of executions ${what}`);
  }
}
