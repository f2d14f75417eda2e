/** How often each kind of request was answered how, and how long it took. */
import { eventFiguresOf } from '../checks/events.js';
import { quantile } from '../checks/quantile.js';
import { isDone, isSynchronous, latencyMs } from '../checks/requests.js';
import { percent } from '../checks/result.js';
import type { RequestKind, RequestRecord, RunRecord } from '../records.js';
import { table } from './markdown.js';

const kinds: readonly RequestKind[] = [
  'invoke',
  'idempotent',
  'chained',
  'event',
  'write',
  'publish',
  'switch',
  'read',
];

export function requestsSection(record: RunRecord): string {
  const { requests } = record.load;
  const statuses = [...new Set(requests.map(statusOf))].sort();
  const counts = new Map<string, number>();
  for (const request of requests) {
    const key = `${request.kind} ${statusOf(request)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const rows = kinds.flatMap((kind) => {
    const cells = statuses.map((status) => counts.get(`${kind} ${status}`) ?? 0);
    if (cells.every((count) => count === 0)) return [];
    return [[kind, ...cells.map((count) => (count === 0 ? '' : count.toLocaleString('en')))]];
  });
  const { accepted, ran, doubled } = eventFiguresOf(record);
  const share = accepted.length === 0 ? 0 : doubled / accepted.length;
  const sorted = requests.filter((each) => isSynchronous(each) && isDone(each)).map(latencyMs);
  const told = [0.5, 0.99, 0.999, 1].map((each) => `${Math.round(quantile(sorted, each) ?? 0)} ms`);
  return [
    '## Requests, by kind and status',
    '',
    table(['', ...statuses], rows),
    '',
    `Synchronous ones that succeeded took ${told[0]} (median), ${told[1]} (99 %), ${told[2]} (99.9 %), ${told[3]} (longest). ` +
      `Of ${accepted.length.toLocaleString('en')} accepted events ${ran.toLocaleString('en')} ran, ` +
      `${doubled.toLocaleString('en')} of them more than once (${percent(share, 3)}).`,
  ].join('\n');
}

/** `200`, `200 function error`, `none: timeout`. */
function statusOf(request: RequestRecord): string {
  const { status, error } = request;
  if (status === 0) return `none: ${(error ?? 'unknown').slice(0, 40)}`;
  return status >= 200 && status < 300 && error !== null
    ? `${status} function error`
    : String(status);
}
