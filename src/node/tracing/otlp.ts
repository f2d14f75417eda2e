/**
 * Spans to a collector, by OpenTelemetry's own SDK over OTLP/HTTP. Loaded only where a collector is named. What waits is
 * bounded: a collector that is slow or away costs spans, which are counted, and never a request.
 */
import {
  SpanKind as OtelKind,
  ROOT_CONTEXT,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  type IdGenerator,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import type { Logger } from '../../lib/index.js';
import type { EndedSpan, SpanKind, SpanSink } from './span.js';

export interface OtlpOptions {
  /** Of the collector's page for traces; null: what the usual variables of the environment say. */
  readonly url: string | null;
  readonly service: string;
  readonly release: string;
  /** Tells nodes apart. */
  readonly instance: string;
}

export interface SpanCounts {
  exported: number;
  failed: number;
  /** There was no room for them. */
  dropped: number;
}

const waitingMax = 8192;
const batchMax = 512;
const delayMs = 1000;
const exportTimeoutMs = 10_000;
const kinds: Readonly<Record<SpanKind, OtelKind>> = {
  server: OtelKind.SERVER,
  client: OtelKind.CLIENT,
  internal: OtelKind.INTERNAL,
};

export class OtlpSink implements SpanSink {
  readonly counts: SpanCounts = { exported: 0, failed: 0, dropped: 0 };
  readonly #ids = new GivenIds();
  readonly #provider: BasicTracerProvider;
  readonly #tracer: Tracer;
  #waiting = 0;
  #failing = false;

  constructor(
    private readonly logger: Logger,
    { url, service, release, instance }: OtlpOptions,
    exporter: SpanExporter = new OTLPTraceExporter({
      ...(url === null ? {} : { url }),
      timeoutMillis: exportTimeoutMs,
    }),
  ) {
    this.#provider = new BasicTracerProvider({
      resource: resourceFromAttributes({
        'service.name': service,
        'service.version': release,
        'service.instance.id': instance,
      }),
      // what gets here was sampled
      sampler: new AlwaysOnSampler(),
      idGenerator: this.#ids,
      spanProcessors: [
        new BatchSpanProcessor(this.#counted(exporter), {
          maxQueueSize: waitingMax,
          maxExportBatchSize: batchMax,
          scheduledDelayMillis: delayMs,
          exportTimeoutMillis: exportTimeoutMs + delayMs,
        }),
      ],
    });
    this.#tracer = this.#provider.getTracer('hearth', release);
  }

  add({ name, kind, traceId, spanId, parentId, ...rest }: EndedSpan): void {
    if (this.#waiting >= waitingMax) {
      this.counts.dropped++;
      return;
    }
    this.#waiting++;
    this.#ids.next = { traceId, spanId };
    const parent = { traceId, spanId: parentId, traceFlags: TraceFlags.SAMPLED, isRemote: true };
    const context = parentId === '' ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
    const { attributes, error, startMs, endMs } = rest;
    const span = this.#tracer.startSpan(
      name,
      {
        kind: kinds[kind],
        startTime: startMs,
        attributes: error === null ? attributes : { ...attributes, 'error.type': error },
      },
      context,
    );
    if (error !== null) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
    span.end(endMs);
  }

  /** Sends what waits, once. */
  async stop(): Promise<void> {
    await this.#provider.shutdown().catch(() => undefined);
  }

  #counted(exporter: SpanExporter): SpanExporter {
    return {
      export: (spans, done) =>
        exporter.export(spans, (result) => {
          this.#waiting -= spans.length;
          // 0 is success
          this.#sent(
            spans.length,
            result.code === 0 ? null : (result.error ?? new Error('failed')),
          );
          done(result);
        }),
      shutdown: () => exporter.shutdown(),
      forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    };
  }

  #sent(spans: number, error: Error | null): void {
    if (error === null) this.counts.exported += spans;
    else this.counts.failed += spans;
    if ((error !== null) === this.#failing) return;
    this.#failing = error !== null;
    if (error === null) this.logger.info('traces are exported again');
    else this.logger.warn({ err: error }, 'traces cannot be exported');
  }
}

/** Spans have their ids already: what they are passed on by was told while they lasted. */
class GivenIds implements IdGenerator {
  next = { traceId: '', spanId: '' };

  generateTraceId(): string {
    return this.next.traceId;
  }

  generateSpanId(): string {
    return this.next.spanId;
  }
}
