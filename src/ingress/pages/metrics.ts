/**
 * What the ingress counts, as Prometheus text (exposition format 0.0.4). Functions come from the network,
 * so only the first thousand names that were really invoked get series of their own.
 */
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '../../lib/index.js';

/** `none` where no sandbox took part, because the invocation was refused. */
export type StartLabel = 'warm' | 'cold' | 'stolen' | 'none';

const functionsMax = 1000;
const otherFunctions = 'other';
/** Upper bounds in seconds. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 900];
/** The loop delay is told over the current window of this length. */
const loopDelayWindowMs = 60_000;

interface Histogram {
  readonly counts: number[];
  sumS: number;
  count: number;
}

export class Metrics {
  readonly #functions = new Set<string>();
  /** By label text. */
  readonly #invocations = new Map<string, number>();
  readonly #durations = new Map<string, Histogram>();
  readonly #requests = new Map<string, number>();
  #loopDelay: IntervalHistogram | null = null;
  #cancelWindow: (() => void) | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly release: string,
  ) {}

  start(): void {
    const loopDelay = monitorEventLoopDelay({ resolution: 20 });
    loopDelay.enable();
    this.#loopDelay = loopDelay;
    this.#cancelWindow = this.clock.every(loopDelayWindowMs, () => loopDelay.reset());
  }

  stop(): void {
    this.#cancelWindow?.();
    this.#loopDelay?.disable();
    this.#loopDelay = null;
  }

  /** An invocation that ran. `result` is `ok` or `function-error`. */
  invoked(name: string, start: StartLabel, result: string, durationMs: number): void {
    const label = this.#functionLabel(name);
    this.#countInvocation(label, start, result);
    const histogram = this.#histogram(label);
    const seconds = durationMs / 1000;
    const bucket = buckets.findIndex((bound) => seconds <= bound);
    if (bucket >= 0) histogram.counts[bucket] = (histogram.counts[bucket] ?? 0) + 1;
    histogram.sumS += seconds;
    histogram.count += 1;
  }

  /** An invocation that was refused with an error code; its name gets no series that it had not before. */
  refused(name: string, code: string): void {
    this.#countInvocation(this.#functions.has(name) ? name : otherFunctions, 'none', code);
  }

  answered(status: number): void {
    const label = `{code="${Math.floor(status / 100)}xx"}`;
    this.#requests.set(label, (this.#requests.get(label) ?? 0) + 1);
  }

  text(): string {
    const memory = process.memoryUsage();
    const delayS = (this.#loopDelay?.percentile(99) ?? 0) / 1e9;
    const build = new Map([[`{release="${escaped(this.release)}"}`, 1]]);
    return [
      ...series('gauge', 'hearth_build_info', 'The release of the node.', build),
      ...counter('hearth_invocations_total', 'Invocations that came in here.', this.#invocations),
      ...this.#durationLines(),
      ...counter('hearth_http_requests_total', 'HTTP requests by class of status.', this.#requests),
      ...gauge('process_resident_memory_bytes', 'Resident memory of the node.', memory.rss),
      ...gauge('hearth_heap_used_bytes', 'JavaScript heap in use.', memory.heapUsed),
      ...gauge(
        'hearth_event_loop_delay_p99_seconds',
        'Event loop delay of the data thread, 99th percentile of the last minute at most.',
        Number.isFinite(delayS) ? delayS : 0,
      ),
      '',
    ].join('\n');
  }

  #functionLabel(name: string): string {
    if (this.#functions.has(name)) return name;
    if (this.#functions.size >= functionsMax) return otherFunctions;
    this.#functions.add(name);
    return name;
  }

  #countInvocation(label: string, start: StartLabel, result: string): void {
    const labels = `{function="${escaped(label)}",start="${start}",result="${escaped(result)}"}`;
    this.#invocations.set(labels, (this.#invocations.get(labels) ?? 0) + 1);
  }

  #histogram(label: string): Histogram {
    const present = this.#durations.get(label);
    if (present !== undefined) return present;
    const made: Histogram = { counts: buckets.map(() => 0), sumS: 0, count: 0 };
    this.#durations.set(label, made);
    return made;
  }

  #durationLines(): string[] {
    const name = 'hearth_invocation_duration_seconds';
    const lines = [`# HELP ${name} Time inside the function.`, `# TYPE ${name} histogram`];
    for (const [label, { counts, sumS, count }] of this.#durations) {
      const labels = `function="${escaped(label)}"`;
      let below = 0;
      for (const [index, bound] of buckets.entries()) {
        below += counts[index] ?? 0;
        lines.push(`${name}_bucket{${labels},le="${bound}"} ${below}`);
      }
      lines.push(`${name}_bucket{${labels},le="+Inf"} ${count}`);
      lines.push(`${name}_sum{${labels}} ${sumS}`, `${name}_count{${labels}} ${count}`);
    }
    return lines;
  }
}

function counter(name: string, help: string, values: ReadonlyMap<string, number>): string[] {
  return series('counter', name, help, values);
}

function gauge(name: string, help: string, value: number): string[] {
  return series('gauge', name, help, new Map([['', value]]));
}

/** `values` by label text, braces included; empty for a series without labels. */
function series(
  type: 'counter' | 'gauge',
  name: string,
  help: string,
  values: ReadonlyMap<string, number>,
): string[] {
  const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
  for (const [labels, value] of values) lines.push(`${name}${labels} ${value}`);
  return lines;
}

function escaped(label: string): string {
  return label.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}
