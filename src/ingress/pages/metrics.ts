/**
 * What the ingress counts, as Prometheus text. Functions come from the network, so only the first thousand names that
 * were really invoked get series of their own, the first of these histograms too, and the rest is `other`. Functions
 * that have been deleted make room for others.
 */
import type { Clock } from '../../lib/index.js';
import { histograms, type Labels, series, TimeHistogram } from '../../lib/index.js';
import type { StartKind } from '../../types/index.js';
import { ProcessMetrics } from './process-metrics.js';

const functionsMax = 1000;
/** A histogram is many lines, and all of them are made in one turn. */
const timedFunctionsMax = 200;
const otherFunctions = 'other';
/** Upper bounds in seconds. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 900];
const starts = ['warm', 'cold', 'stolen'] as const;
const throttled = 'too-many-requests';

/** Of one function: what is counted with every request are numbers at fixed places. */
interface FunctionCounts {
  readonly ok: Record<StartKind, number>;
  readonly failed: Record<StartKind, number>;
  /** Its own, or that of all others. */
  readonly durations: TimeHistogram;
  /** By error code. */
  readonly refused: Map<string, number>;
}

export class Metrics {
  readonly #functions = new Map<string, FunctionCounts>();
  /** Of functions that have one of their own. */
  readonly #durations = new Map<string, TimeHistogram>();
  readonly #otherDurations = new TimeHistogram(bounds);
  /** Made when it is needed: a series that says nothing is none. */
  #other: FunctionCounts | null = null;
  /** By the first digit of the status. */
  readonly #requests = new Array<number>(10).fill(0);
  readonly #process: ProcessMetrics;
  /** Names that found no room since it was last looked who is still there. */
  #turnedAway = 0;

  constructor(
    clock: Clock,
    release: string,
    private readonly exists: (functionName: string) => boolean,
  ) {
    this.#process = new ProcessMetrics(clock, release);
  }

  start(): void {
    this.#process.start();
  }

  stop(): void {
    this.#process.stop();
  }

  /** An invocation that ran. */
  invoked(name: string, start: StartKind, result: 'ok' | 'function-error', ms: number): void {
    const counts = this.#functions.get(name) ?? this.#newFunction(name);
    if (result === 'ok') counts.ok[start]++;
    else counts.failed[start]++;
    counts.durations.add(ms);
  }

  /** An invocation that was refused with an error code; its name gets no series that it had not before. */
  refused(name: string, code: string): void {
    const { refused } = this.#functions.get(name) ?? this.#others();
    refused.set(code, (refused.get(code) ?? 0) + 1);
  }

  answered(status: number): void {
    const digit = Math.floor(status / 100);
    this.#requests[digit] = (this.#requests[digit] ?? 0) + 1;
  }

  text(): string {
    const all = [...this.#functions];
    if (this.#other !== null) all.push([otherFunctions, this.#other]);
    const durations = [...this.#durations];
    if (!this.#otherDurations.isEmpty) durations.push([otherFunctions, this.#otherDurations]);
    const requests = [...this.#requests.entries()].filter(([, count]) => count > 0);
    return [
      ...series('counter', 'hearth_invocations_total', invocationsOf(all)),
      ...series(
        'counter',
        'hearth_invocation_errors_total',
        all.map(([name, { failed }]) => [{ function: name }, sumOf(failed)]),
      ),
      ...series(
        'counter',
        'hearth_invocation_throttles_total',
        all.map(([name, { refused }]) => [{ function: name }, refused.get(throttled) ?? 0]),
      ),
      ...histograms(
        'hearth_invocation_duration_seconds',
        bounds,
        durations.map(([name, histogram]) => [{ function: name }, histogram]),
      ),
      ...series(
        'counter',
        'hearth_http_requests_total',
        requests.map(([digit, count]) => [{ code: `${digit}xx` }, count]),
      ),
      ...this.#process.lines(),
      '',
    ].join('\n');
  }

  #newFunction(name: string): FunctionCounts {
    if (this.#functions.size >= functionsMax && !this.#makeRoom()) return this.#others();
    const isTimed = this.#durations.size < timedFunctionsMax;
    const durations = isTimed ? new TimeHistogram(bounds) : this.#otherDurations;
    if (isTimed) this.#durations.set(name, durations);
    const made = newCounts(durations);
    this.#functions.set(name, made);
    return made;
  }

  /** Looks for it once in as many times as there are names to look at. */
  #makeRoom(): boolean {
    if (this.#turnedAway++ % functionsMax !== 0) return false;
    for (const name of this.#functions.keys()) {
      if (this.exists(name)) continue;
      this.#functions.delete(name);
      this.#durations.delete(name);
    }
    return this.#functions.size < functionsMax;
  }

  #others(): FunctionCounts {
    this.#other ??= newCounts(this.#otherDurations);
    return this.#other;
  }
}

function newCounts(durations: TimeHistogram): FunctionCounts {
  return {
    ok: { warm: 0, cold: 0, stolen: 0 },
    failed: { warm: 0, cold: 0, stolen: 0 },
    durations,
    refused: new Map(),
  };
}

function* invocationsOf(
  all: Iterable<readonly [string, FunctionCounts]>,
): Generator<readonly [Labels, number]> {
  for (const [name, { ok, failed, refused }] of all) {
    for (const start of starts) {
      if (ok[start] > 0) yield [{ function: name, start, result: 'ok' }, ok[start]];
      if (failed[start] > 0) {
        yield [{ function: name, start, result: 'function-error' }, failed[start]];
      }
    }
    for (const [code, count] of refused) {
      yield [{ function: name, start: 'none', result: code }, count];
    }
  }
}

function sumOf({ warm, cold, stolen }: Readonly<Record<StartKind, number>>): number {
  return warm + cold + stolen;
}
