/**
 * Ships the log of a node to a bucket, in the background: about every minute, or as soon as there is enough, what
 * is new becomes one object of compressed JSON lines. What has been shipped stands in a mark on the disk; it is
 * moved after the bucket has said that it has the object, so that every line gets there at least once. A bucket
 * that is slow or dead is tried again, ever more seldom; meanwhile the log waits on the disk, for as long as the
 * disk has room.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Clock, type Logger, nextTurn, type Random, replaceFile } from '../../lib/index.js';
import type { RecordFilter } from './block-reader.js';
import type { LogBucket } from './bucket.js';
import { firstCursor, formatCursor, type LogCursor, parseCursor } from './cursor.js';
import { eventJson } from './event-json.js';
import type { LogReader } from './reader.js';
import type { LogStore } from './store.js';

export interface ShipperDeps {
  readonly store: LogStore;
  readonly reader: LogReader;
  readonly bucket: LogBucket;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** The id of the node, once it has one. */
  readonly node: () => string | null;
}

export interface ShipperOptions {
  /** Where the mark is kept. */
  readonly directory: string;
  /** Before the names of all objects, such as `hearth/logs`; may be empty. */
  readonly prefix: string;
}

interface Piece {
  readonly key: string;
  readonly body: Buffer;
  readonly end: LogCursor;
}

const lookEveryMs = 5000;
const shipEveryMs = 60_000;
/** So much new on the disk is shipped at once. */
const enoughBytes = 8 * 1024 * 1024;
/** Of JSON in one object, before it is compressed. */
const pieceCharsMax = 16 * 1024 * 1024;
const pageLinesMax = 10_000;
/** Made to JSON in one turn. */
const linesAtOnce = 500;
/** How long a line that is not finished is waited for. */
const holdMs = 1000;
const backoffMs = 1000;
const backoffMaxMs = 60_000;
/** How long a stopping node tries to ship what is left. */
const lastTryMs = 5000;

const everything: RecordFilter = {
  functionName: null,
  versions: null,
  requestId: null,
  sinceMs: 0,
  untilMs: Number.MAX_SAFE_INTEGER,
};
const compressed = promisify(gzip);

export class LogShipper {
  #mark = firstCursor;
  #markPath: string;
  #cancelTick: (() => void) | null = null;
  #shipping: Promise<void> | null = null;
  #shippedMs = 0;
  #writtenThen = 0;
  #failures = 0;
  #triesMs = 0;
  /** Made, and not yet in the bucket. */
  #piece: Piece | null = null;

  constructor(
    private readonly deps: ShipperDeps,
    private readonly options: ShipperOptions,
  ) {
    this.#markPath = join(options.directory, 'shipped.json');
  }

  /** The store must have been started. */
  async start(): Promise<void> {
    const { clock, store } = this.deps;
    const text = await readFile(this.#markPath, 'utf8').catch(() => '');
    this.#mark = parseCursor(text.trim()) ?? firstCursor;
    store.shippedTo = this.#mark.from;
    this.#shippedMs = clock.nowMs();
    this.#cancelTick = clock.every(lookEveryMs, () => this.#look());
  }

  /** Tries once more to ship what is left, for a short time. Before the store stops. */
  async stop(): Promise<void> {
    this.#cancelTick?.();
    if (this.#cancelTick === null) return;
    this.#cancelTick = null;
    const { clock, bucket, store } = this.deps;
    let cancel = (): void => {};
    const late = new Promise<void>((resolve) => {
      cancel = clock.after(lastTryMs, resolve);
    });
    const last = async (): Promise<void> => {
      await this.#shipping;
      await store.settled();
      await this.#ship();
    };
    await Promise.race([last(), late]);
    cancel();
    bucket.close();
  }

  #look(): void {
    const { clock, store } = this.deps;
    const nowMs = clock.nowMs();
    if (this.#shipping !== null || nowMs < this.#triesMs) return;
    const isEnough = store.counters.writtenBytes - this.#writtenThen >= enoughBytes;
    const isTime = nowMs - this.#shippedMs >= shipEveryMs;
    if (!isEnough && !isTime && this.#piece === null) return;
    this.#shipping = this.#ship().finally(() => {
      this.#shipping = null;
    });
  }

  /** Ships until there is nothing new, or a try fails. Never rejects. */
  async #ship(): Promise<void> {
    const { bucket, clock, logger, store } = this.deps;
    const writtenThen = store.counters.writtenBytes;
    try {
      for (;;) {
        this.#piece ??= await this.#next();
        if (this.#piece === null) break;
        const { key, body, end } = this.#piece;
        await bucket.put(key, body);
        store.counters.shippedObjects += 1;
        store.counters.shippedBytes += body.length;
        this.#piece = null;
        await this.#move(end);
        if (this.#failures > 0) logger.info('logs of functions are shipped again');
        this.#failures = 0;
      }
      this.#shippedMs = clock.nowMs();
      this.#writtenThen = writtenThen;
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    const { clock, logger, random, store } = this.deps;
    store.counters.shipRetries += 1;
    this.#failures += 1;
    if (this.#failures === 1) {
      logger.warn({ err: error }, 'logs of functions cannot be shipped; they wait on the disk');
    }
    const pauseMs = Math.min(backoffMaxMs, backoffMs * 2 ** Math.min(this.#failures, 10));
    // half of it by chance, so that the nodes of a cluster do not come back all at once
    this.#triesMs = clock.nowMs() + pauseMs * (0.5 + random.next() / 2);
  }

  /** The next object; null where there is nothing new. */
  async #next(): Promise<Piece | null> {
    const { clock, node, reader, store } = this.deps;
    const id = node();
    if (id === null) return null;
    const texts: string[] = [];
    let chars = 0;
    let name = '';
    let end = this.#mark;
    for (let more = true; more && chars < pieceCharsMax; ) {
      const holdAfterMs = clock.wallMs() - holdMs;
      const page = await reader.next(everything, end, { linesMax: pageLinesMax, holdAfterMs });
      const [first] = page.events;
      if (first !== undefined && name === '') {
        const time = new Date(first.event.timeMs).toISOString();
        const sequence = String(first.cursor.sequence).padStart(16, '0');
        name = `${time.slice(0, 10)}/${time.replace(/[-:.]/g, '')}-${sequence}`;
      }
      for (let at = 0; at < page.events.length; at += linesAtOnce) {
        const events = page.events.slice(at, at + linesAtOnce);
        const text = events.map(({ event }) => `${eventJson(event, id)}\n`).join('');
        texts.push(text);
        chars += text.length;
        await nextTurn();
      }
      more = page.truncated;
      end = page.cursor;
    }
    if (name === '') return null;
    const key = [this.options.prefix, id, `${name}.jsonl.gz`]
      .filter((part) => part !== '')
      .join('/');
    const body = await compressed(texts.join(''));
    // from now on it is in memory: what is removed from the disk is not lost
    store.shippedTo = end.from;
    return { key, body, end };
  }

  async #move(end: LogCursor): Promise<void> {
    this.#mark = end;
    await replaceFile(this.#markPath, `${formatCursor(end)}\n`);
  }
}
