/**
 * Reading the log of a node while it is written: the newest lines of something, or those after a place. Both
 * are bounded in lines, bytes and time, read a window of the disk at a time, and give up the thread between two.
 */
import { type Clock, nextTurn } from '../../lib/index.js';
import { HearthError } from '../../types/index.js';
import { blockHead, findRecords, type LogRecord, type RecordFilter } from './block-reader.js';
import { cursorBefore, isAfter, type LogCursor } from './cursor.js';
import { type PlacedEvent, Renderer } from './renderer.js';
import { readWindow, type Segment, windowBytes } from './segments.js';
import type { LogStore } from './store.js';

export interface LogPage {
  readonly events: readonly PlacedEvent[];
  /** Where to go on. */
  readonly cursor: LogCursor;
  /** There is more that was asked for than lines, bytes or time allowed. */
  readonly truncated: boolean;
  /** When the oldest line began that was not finished, and is held back; null where none is. */
  readonly unfinishedSinceMs: number | null;
}

export interface PageOptions {
  readonly linesMax: number;
  /** Lines that are not finished are held back if they began after this. */
  readonly holdAfterMs?: number;
}

/** Of text in one page. */
const pageBytesMax = 4 * 1024 * 1024;
const pageMs = 2000;
/** So many are read at the same time; then 429. */
const readsMax = 32;
/** Made to lines in one turn. */
const recordsAtOnce = 500;
const newline = 0x0a;

export class LogReader {
  #reads = 0;

  constructor(
    private readonly store: LogStore,
    private readonly clock: Clock,
  ) {}

  /** The last `linesMax` lines that match, in the order of their times. Throws `too-many-requests`. */
  newest(filter: RecordFilter, linesMax: number): Promise<LogPage> {
    return this.#bounded(async (untilMs) => {
      await this.store.settled();
      const next = this.store.nextSequence;
      const search = new BackwardSearch(filter, linesMax, () => this.clock.nowMs() > untilMs);
      for (const segment of this.store.segmentsWith(filter).reverse()) {
        if (!(await search.segment(segment))) break;
      }
      const events: PlacedEvent[] = [];
      const renderer = new Renderer((placed) => events.push(placed));
      let rendered = 0;
      for (const record of search.records()) {
        if (record.sequence < next) renderer.add(record);
        if (++rendered % recordsAtOnce === 0) await nextTurn();
      }
      for (const event of renderer.flush()) events.push({ event, cursor: cursorBefore(next) });
      const page = withStarts(events).slice(-linesMax);
      const truncated = search.stopped && page.length < linesMax;
      return { events: page, cursor: cursorBefore(next), truncated, unfinishedSinceMs: null };
    });
  }

  /** The next lines that match after `cursor`, in the order in which they were kept. Throws `too-many-requests`. */
  after(filter: RecordFilter, cursor: LogCursor, options: PageOptions): Promise<LogPage> {
    return this.#bounded((untilMs) => this.#after(filter, cursor, options, untilMs));
  }

  /** The same for who comes again and again for the little that is new, and has been counted elsewhere. */
  next(filter: RecordFilter, cursor: LogCursor, options: PageOptions): Promise<LogPage> {
    return this.#after(filter, cursor, options, this.clock.nowMs() + pageMs);
  }

  async #after(
    filter: RecordFilter,
    cursor: LogCursor,
    { linesMax, holdAfterMs = Number.POSITIVE_INFINITY }: PageOptions,
    untilMs: number,
  ): Promise<LogPage> {
    const events: PlacedEvent[] = [];
    let bytes = 0;
    const isFull = (): boolean => events.length >= linesMax || bytes >= pageBytesMax;
    const renderer = new Renderer((placed) => {
      if (isFull() || !isAfter(placed.cursor.sequence, placed.cursor.line, cursor)) return;
      events.push(placed);
      bytes += placed.event.text.length;
    });
    const end = this.store.nextSequence;
    let next = cursor.from;
    for (const segment of this.store.segmentsWith(filter)) {
      const { nextSequence: known } = segment.index;
      if (known <= cursor.from) continue;
      for await (const { records, nextSequence } of forward(segment, filter, cursor.from)) {
        for (const record of records) if (!isFull()) renderer.add(record);
        next = nextSequence;
        if (isFull() || this.clock.nowMs() > untilMs) break;
      }
      if (isFull() || this.clock.nowMs() > untilMs) break;
      next = Math.max(next, known);
    }
    const last = events.at(-1);
    if (isFull() && last !== undefined) {
      return { events, cursor: last.cursor, truncated: true, unfinishedSinceMs: null };
    }
    const truncated = this.clock.nowMs() > untilMs;
    const given = truncated ? [] : renderer.flush(holdAfterMs);
    if (!truncated) next = Math.max(next, end);
    const reached = renderer.cursor(next);
    for (const event of given) events.push({ event, cursor: reached });
    return { events, cursor: reached, truncated, unfinishedSinceMs: renderer.unfinishedSinceMs };
  }

  async #bounded(read: (untilMs: number) => Promise<LogPage>): Promise<LogPage> {
    if (this.#reads >= readsMax) {
      const message = `This node reads its logs for ${readsMax} requests already; try again.`;
      throw new HearthError('too-many-requests', message, { retryAfterS: 1 });
    }
    this.#reads += 1;
    try {
      return await read(this.clock.nowMs() + pageMs);
    } finally {
      this.#reads -= 1;
    }
  }
}

/** Finds records from the newest window to the oldest. */
class BackwardSearch {
  /** Gave up before everything was looked at. */
  stopped = false;
  readonly #windows: LogRecord[][] = [];
  #lines = 0;
  #bytes = 0;

  constructor(
    private readonly filter: RecordFilter,
    private readonly linesMax: number,
    private readonly isLate: () => boolean,
  ) {}

  /** The oldest first. */
  records(): LogRecord[] {
    return this.#windows.reverse().flat();
  }

  /** False where nothing more is needed. */
  async segment(segment: Segment): Promise<boolean> {
    const { marks } = segment.index;
    let to = segment.index.bytes;
    for (let at = marks.length - 1; at >= 0; at--) {
      const mark = marks[at];
      if (mark === undefined) break;
      if (this.#lines >= this.linesMax) return false;
      this.stopped = this.#bytes >= pageBytesMax || this.isLate();
      if (this.stopped) return false;
      await this.#window(segment, mark.offset, to);
      to = mark.offset;
      // what stands before it is older
      if (mark.firstMs < this.filter.sinceMs) return false;
    }
    return true;
  }

  async #window(segment: Segment, from: number, to: number): Promise<void> {
    const bytes = await readWindow(segment, from, to - from);
    if (bytes === null) return;
    const found: LogRecord[] = [];
    let at = 0;
    for (let head = blockHead(bytes, 0); head !== null; head = blockHead(bytes, at)) {
      findRecords(bytes.subarray(at, at + head.bytes), head, this.filter, 0, found);
      at += head.bytes;
    }
    this.#windows.push(found);
    for (const record of found) {
      this.#lines += linesOf(record);
      this.#bytes += record.kind === 'output' ? record.chunk.length : 0;
    }
    await nextTurn();
  }
}

/** Blocks of a segment from where `fromSequence` is, or may be. */
async function* forward(
  segment: Segment,
  filter: RecordFilter,
  fromSequence: number,
): AsyncGenerator<{ readonly records: readonly LogRecord[]; readonly nextSequence: number }> {
  let offset = 0;
  for (const mark of segment.index.marks) {
    const isBefore = mark.firstSequence <= fromSequence || mark.firstMs < filter.sinceMs;
    if (isBefore && mark.offset > offset) offset = mark.offset;
  }
  while (offset < segment.index.bytes) {
    const bytes = await readWindow(segment, offset, windowBytes);
    if (bytes === null) return;
    let at = 0;
    for (let head = blockHead(bytes, 0); head !== null; head = blockHead(bytes, at)) {
      const nextSequence = head.firstSequence + head.records;
      if (nextSequence > fromSequence) {
        const records: LogRecord[] = [];
        findRecords(bytes.subarray(at, at + head.bytes), head, filter, fromSequence, records);
        yield { records, nextSequence };
        await nextTurn();
      }
      at += head.bytes;
    }
    if (at === 0) return;
    offset += at;
  }
}

/** At least so many lines come of it. */
function linesOf(record: LogRecord): number {
  if (record.kind === 'report') return record.hadOutput ? 2 : 3;
  let lines = record.isFirst ? 1 : 0;
  const { chunk } = record;
  for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, at + 1)) lines += 1;
  return lines;
}

/** START lines at the time at which the report says that the invocation began, and all in the order of times. */
function withStarts(events: readonly PlacedEvent[]): PlacedEvent[] {
  const startedMs = new Map<string, number>();
  for (const { event } of events) {
    if (event.report !== undefined) startedMs.set(event.requestId, event.report.startedWallMs);
  }
  const moved = events.map((placed) => {
    const { event } = placed;
    const timeMs = event.kind === 'start' ? startedMs.get(event.requestId) : undefined;
    if (timeMs === undefined || timeMs >= event.timeMs) return placed;
    return { ...placed, event: { ...event, timeMs } };
  });
  return moved.sort((a, b) => a.event.timeMs - b.event.timeMs);
}
