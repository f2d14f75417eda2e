/** A map run as everybody else sees it: its counts are those of its children. */
import type { ExecutionsCore } from './core.js';
import type { StoredMapRun } from './stored.js';
import type { MapRunCounts, MapRunView } from './types.js';

export function mapRunView(
  { sequence: _sequence, total, ...run }: StoredMapRun,
  core: ExecutionsCore,
): MapRunView {
  const counts = { running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0 };
  for (const arn of core.mapRuns.children(run.arn)) {
    const status = core.get(arn)?.status;
    if (status !== undefined) counts[countOf[status]]++;
  }
  const started = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const isOver = run.status !== 'RUNNING';
  const notStarted = Math.max(0, total - started);
  const all: MapRunCounts = {
    ...counts,
    aborted: counts.aborted + (isOver ? notStarted : 0),
    pending: isOver ? 0 : notStarted,
    total,
    resultsWritten: run.status === 'SUCCEEDED' ? counts.succeeded : 0,
  };
  return { ...run, items: all, executions: all };
}

const countOf = {
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  ABORTED: 'aborted',
} as const;
