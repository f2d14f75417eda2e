/** Executions as counters and histograms: what the metrics page tells. Bounded, whatever functions there are. */
import { type TimeFigures, TimeHistogram } from '../../lib/index.js';
import {
  type Execution,
  type ExecutionResult,
  executionResults,
  hasRun,
  type StartType,
  startTypes,
} from './execution.js';

/** Upper bounds in seconds, a last bucket without one after them. */
export const phaseBounds = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900,
] as const;

export const phases = ['queue', 'start', 'init', 'execution'] as const;
export type Phase = (typeof phases)[number];

export class ExecutionCounts {
  /** By start, then by result, in the orders of the types. */
  readonly #ended = startTypes.map(() => executionResults.map(() => 0));
  /** By start, then by phase. */
  readonly #times = startTypes.map(() => phases.map(() => new TimeHistogram(phaseBounds)));

  add(execution: Execution): void {
    const start = startTypes.indexOf(execution.start);
    const result = executionResults.indexOf(execution.result);
    const ended = this.#ended[start];
    if (ended !== undefined) ended[result] = (ended[result] ?? 0) + 1;
    const times = this.#times[start];
    if (times === undefined || !hasRun(execution)) return;
    times[0]?.add(execution.queueMs);
    if (execution.start === 'cold' || execution.start === 'restored') {
      times[1]?.add(execution.startMs);
      times[2]?.add(execution.initMs);
    }
    times[3]?.add(execution.durationMs);
  }

  /** What has ended; combinations that never were are left out. */
  ended(): { start: StartType; result: ExecutionResult; count: number }[] {
    return startTypes.flatMap((start, row) =>
      executionResults
        .map((result, column) => ({ start, result, count: this.#ended[row]?.[column] ?? 0 }))
        .filter(({ count }) => count > 0),
    );
  }

  /** The same of times. */
  times(): { start: StartType; phase: Phase; histogram: TimeFigures }[] {
    return startTypes.flatMap((start, row) =>
      phases.flatMap((phase, column) => {
        const histogram = this.#times[row]?.[column];
        return histogram === undefined || histogram.isEmpty ? [] : [{ start, phase, histogram }];
      }),
    );
  }
}
