/** A map run as everybody else sees it: its counts are those of its children. */
import type { ExecutionsCore } from './core.js';
import type { StoredMapRun } from './stored.js';
import type { MapRunCounts, MapRunView } from './types.js';

export function mapRunView(run: StoredMapRun, core: ExecutionsCore): MapRunView {
  const { sequence: _sequence, total, itemCount, resultsWritten, express, ...told } = run;
  const executions = { ...none, ...express?.executions };
  const items = { ...none, ...express?.items };
  for (const arn of core.mapRuns.children(run.arn)) {
    const child = core.get(arn);
    if (child === undefined) continue;
    executions[countOf[child.status]]++;
    items[countOf[child.status]] += child.itemCount ?? 1;
  }
  const itemsWritten = resultsWritten === total ? itemCount : resultsWritten;
  return {
    ...told,
    executions: countsOf(executions, total, resultsWritten),
    items: countsOf(items, itemCount, itemsWritten),
  };
}

const none = { running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0 };

/** Recorded: what a run that failed has not started goes on to be pending. */
function countsOf(counts: typeof none, total: number, resultsWritten: number): MapRunCounts {
  const started = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { ...counts, pending: Math.max(0, total - started), total, resultsWritten };
}

const countOf = {
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  ABORTED: 'aborted',
} as const;
