/** A map run as everybody else sees it: its counts are those of its children. */
import type { ExecutionsCore } from './core.js';
import type { StoredMapRun } from './stored.js';
import type { MapRunCounts, MapRunView } from './types.js';

export function mapRunView(
  { sequence: _sequence, total, resultsWritten, express, ...run }: StoredMapRun,
  core: ExecutionsCore,
): MapRunView {
  const none = { running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0 };
  const counts = { ...none, ...express };
  for (const arn of core.mapRuns.children(run.arn)) {
    const status = core.get(arn)?.status;
    if (status !== undefined) counts[countOf[status]]++;
  }
  const started = Object.values(counts).reduce((sum, count) => sum + count, 0);
  // recorded: what a run that failed has not started goes on to be pending
  const pending = Math.max(0, total - started);
  const all: MapRunCounts = { ...counts, pending, total, resultsWritten };
  return { ...run, items: all, executions: all };
}

const countOf = {
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  ABORTED: 'aborted',
} as const;
