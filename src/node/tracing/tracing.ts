/**
 * Makes the spans of a request on this node. A request belongs to the trace that its headers name, and is followed
 * where they say that it is sampled; of requests that belong to none, a share begins one, up to so many a second. What is
 * passed on, to other nodes and to the function, names the span that it comes from.
 */
import type { Clock, Random } from '../../lib/index.js';
import { parseXray, type TraceContext } from '../../types/index.js';
import type { Attributes, SpanKind, SpanSink } from './span.js';
import type { TraceBudget } from './trace-budget.js';
import { passedOn } from './trace-header.js';

export interface TracingDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** 32 hexadecimal digits. */
  readonly newId: () => string;
  readonly sink: SpanSink;
  readonly budget: TraceBudget;
}

/** A span that has begun. */
export interface Begun {
  readonly context: TraceContext;
  readonly spanId: string;
  readonly startMs: number;
  readonly beganMs: number;
  /** `X-Amzn-Trace-Id` for whoever is next. */
  readonly traceId: string;
}

/** What became of it; `error` is null where nothing went wrong. */
export interface SpanEnd {
  readonly attributes: Attributes;
  readonly error: string | null;
}

export class Tracing {
  constructor(
    private readonly deps: TracingDeps,
    /** Of the requests that belong to no trace, how many begin one: 0 to 1. */
    private readonly share: number,
  ) {}

  /** Null where it is not followed. `traceId` is `X-Amzn-Trace-Id` as it came; `mayBegin` a trace of its own. */
  begin(traceId: string, mayBegin: boolean): Begun | null {
    const context =
      parseXray(traceId) ?? (mayBegin && isOfNoTrace(traceId) ? this.#newTrace() : null);
    if (context === null || !context.sampled) return null;
    const { clock, newId } = this.deps;
    const spanId = newId().slice(0, 16);
    return {
      context,
      spanId,
      startMs: clock.wallMs(),
      beganMs: clock.nowMs(),
      traceId: passedOn(traceId, context, spanId),
    };
  }

  end(begun: Begun, name: string, kind: SpanKind, { attributes, error }: SpanEnd): void {
    const { context, spanId, startMs, beganMs } = begun;
    const endMs = startMs + this.deps.clock.nowMs() - beganMs;
    const { traceId, parentId } = context;
    this.deps.sink.add({
      name,
      kind,
      traceId,
      spanId,
      parentId,
      startMs,
      endMs,
      attributes,
      error,
    });
  }

  /** A span within the one that `traceId` names as parent, of which all is known. */
  add(traceId: string, name: string, startMs: number, tookMs: number, end: SpanEnd): void {
    const context = parseXray(traceId);
    if (context?.sampled !== true) return;
    this.deps.sink.add({
      name,
      kind: 'internal',
      traceId: context.traceId,
      spanId: this.deps.newId().slice(0, 16),
      parentId: context.parentId,
      startMs,
      endMs: startMs + tookMs,
      ...end,
    });
  }

  /** X-Ray has a trace's id begin with the time at which it began. */
  #newTrace(): TraceContext | null {
    const { random, clock, newId, budget } = this.deps;
    if (random.next() >= this.share || !budget.take(clock.nowMs())) return null;
    const seconds = Math.floor(clock.wallMs() / 1000);
    const traceId = seconds.toString(16).padStart(8, '0') + newId().slice(0, 24);
    return { traceId, parentId: '', sampled: true, state: '' };
  }
}

/** An asynchronous invocation that came without a trace tells of its lineage alone. */
function isOfNoTrace(header: string): boolean {
  return header === '' || header.startsWith('Lineage=');
}
