/**
 * Records -> lines as people read them. What a function printed in pieces is joined to lines, by stream and
 * request; START, END and REPORT are made from the reports.
 */
import type { LogRecord, OutputRecord, ReportRecord } from './block-reader.js';
import { type LogCursor, lastLine } from './cursor.js';
import { endLine, reportLine, startLine } from './lines.js';
import type { InvocationReport } from './types.js';

/** One line of a log. */
export interface LogEvent {
  readonly timeMs: number;
  readonly functionName: string;
  readonly version: string;
  readonly stream: string;
  /** Empty outside of invocations. */
  readonly requestId: string;
  readonly kind: 'start' | 'output' | 'end' | 'report';
  readonly text: string;
  /** With `report`: the numbers of which its text is made. */
  readonly report?: InvocationReport;
}

export interface PlacedEvent {
  readonly event: LogEvent;
  /** After it. */
  readonly cursor: LogCursor;
}

/** A longer line becomes several. */
export const lineBytesMax = 256 * 1024;
const newline = 0x0a;

interface Unfinished {
  readonly first: OutputRecord;
  readonly parts: Buffer[];
  bytes: number;
}

export class Renderer {
  /** By stream and request, in the order in which the lines began. */
  readonly #unfinished = new Map<string, Unfinished>();
  #sequence = -1;
  #line = 0;

  constructor(private readonly emit: (placed: PlacedEvent) => void) {}

  /** In the order of sequences. */
  add(record: LogRecord): void {
    this.#sequence = record.sequence;
    this.#line = 0;
    if (record.kind === 'output') this.#output(record);
    else this.#report(record);
  }

  /** When the oldest line began that is not finished; null where all are. */
  get unfinishedSinceMs(): number | null {
    for (const { first } of this.#unfinished.values()) return first.timeMs;
    return null;
  }

  /** Gives up unfinished lines that began until `untilMs`, as lines; what is printed after them begins anew. */
  flush(untilMs = Number.POSITIVE_INFINITY): LogEvent[] {
    const given: LogEvent[] = [];
    for (const [key, { first, parts }] of this.#unfinished) {
      if (first.timeMs > untilMs) continue;
      this.#unfinished.delete(key);
      given.push(eventOf(first, 'output', Buffer.concat(parts).toString('utf8')));
    }
    return given;
  }

  /** After everything that was added, and before `next` or the first line that is not finished. */
  cursor(next: number): LogCursor {
    return { from: this.#from(next), sequence: next - 1, line: lastLine };
  }

  #output(record: OutputRecord): void {
    const { chunk, source, requestId } = record;
    if (record.isFirst) this.#tell(record, 'start', startLine(requestId, source.functionVersion));
    const key = `${source.logStream}\n${requestId}`;
    let from = 0;
    for (let to = chunk.indexOf(newline); to >= 0; to = chunk.indexOf(newline, from)) {
      this.#push(key, record, chunk.subarray(from, to));
      this.#finish(key, record);
      from = to + 1;
    }
    if (from < chunk.length) this.#push(key, record, chunk.subarray(from));
  }

  #report(record: ReportRecord): void {
    const { source, requestId, report } = record;
    this.#finish(`${source.logStream}\n${requestId}`, record);
    // numbered the same whether or not there was a line to finish: reading may begin at this record
    this.#line = 1;
    if (!record.hadOutput) {
      const started = { ...record, timeMs: Math.min(report.startedWallMs, record.timeMs) };
      this.#tell(started, 'start', startLine(requestId, source.functionVersion));
    }
    this.#tell(record, 'end', endLine(requestId));
    this.#tell(record, 'report', reportLine(report), report);
  }

  #push(key: string, record: OutputRecord, part: Buffer): void {
    const present = this.#unfinished.get(key);
    if (present === undefined) {
      this.#unfinished.set(key, { first: record, parts: [part], bytes: part.length });
      return;
    }
    present.parts.push(part);
    present.bytes += part.length;
    if (present.bytes >= lineBytesMax) this.#finish(key, record);
  }

  /** Tells what there is of a line, at the time of `record`. */
  #finish(key: string, record: LogRecord): void {
    const found = this.#unfinished.get(key);
    if (found === undefined) return;
    this.#unfinished.delete(key);
    this.#tell(record, 'output', Buffer.concat(found.parts).toString('utf8'));
  }

  #tell(record: LogRecord, kind: LogEvent['kind'], text: string, report?: InvocationReport): void {
    const event = eventOf(record, kind, text);
    const from = this.#from(this.#sequence);
    const cursor = { from, sequence: this.#sequence, line: this.#line++ };
    this.emit({ event: report === undefined ? event : { ...event, report }, cursor });
  }

  #from(next: number): number {
    for (const { first } of this.#unfinished.values()) return Math.min(first.sequence, next);
    return next;
  }
}

function eventOf(record: LogRecord, kind: LogEvent['kind'], text: string): LogEvent {
  const { functionName, functionVersion: version, logStream: stream } = record.source;
  const { timeMs, requestId } = record;
  return { timeMs, functionName, version, stream, requestId, kind, text };
}
