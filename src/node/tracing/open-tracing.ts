/** Whether spans are made at all: where a collector is named, by configuration or in the usual variables. */
import {
  type Clock,
  family,
  type Logger,
  randomHex32,
  single,
  systemRandom,
} from '../../lib/index.js';
import { formatHostPort, type NodeConfig } from '../../types/index.js';
import { release } from '../release.js';
import type { SpanCounts } from './otlp.js';
import { TraceBudget } from './trace-budget.js';
import { Tracing } from './tracing.js';

export interface OpenTracing {
  readonly tracing: Tracing;
  readonly counts: Readonly<SpanCounts>;
  readonly budget: TraceBudget;
  stop(): Promise<void>;
}

/** As every exporter reads them: https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
const variables = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] as const;

/** A collector that does not answer holds up the end of a node for no longer. */
const stopMs = 1000;

/** Null where there is no collector: then nothing of it is loaded. */
export async function openTracing(
  { otlpEndpoint, traceShare, tracesPerSMax, advertise }: NodeConfig,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
  env: NodeJS.ProcessEnv = process.env,
): Promise<OpenTracing | null> {
  if (otlpEndpoint === undefined) {
    if (env.OTEL_SDK_DISABLED === 'true' || variables.every((name) => !env[name])) return null;
  }
  const { OtlpSink } = await import('./otlp.js');
  const sink = new OtlpSink(logger, {
    url: otlpEndpoint === undefined ? null : `${otlpEndpoint.replace(/\/$/, '')}/v1/traces`,
    service: env.OTEL_SERVICE_NAME || 'hearth',
    release,
    instance: formatHostPort(advertise),
  });
  const budget = new TraceBudget(tracesPerSMax);
  const tracing = new Tracing(
    { clock, random: systemRandom(), newId: randomHex32, sink, budget },
    traceShare,
  );
  const stop = async (): Promise<void> => {
    let cancel = (): void => undefined;
    const late = new Promise<void>((resolve) => {
      cancel = clock.after(stopMs, resolve);
    });
    await Promise.race([sink.stop(), late]);
    cancel();
  };
  return { tracing, counts: sink.counts, budget, stop };
}

/** What became of spans, as Prometheus text. */
export function traceMetrics(open: OpenTracing | null): string {
  if (open === null) return '';
  const lines = [
    ...family('counter', 'hearth_trace_spans_total', 'result', { ...open.counts }),
    ...single('counter', 'hearth_traces_passed_over_total', open.budget.passedOver),
  ];
  return `${lines.join('\n')}\n`;
}
