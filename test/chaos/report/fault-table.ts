/** Every fault of a run in a row: what it was, and what callers felt of it. */
import { type Failure, failuresOf } from '../checks/failures.js';
import { quantile } from '../checks/quantile.js';
import {
  isDone,
  isSynchronous,
  latencyMs,
  overlap,
  type Span,
  spanOf,
  spanOfFault,
} from '../checks/requests.js';
import type { FaultRecord, RequestRecord, RunRecord } from '../records.js';
import { agreedWords, deathWords, secondsOf } from './fault-words.js';
import { table } from './markdown.js';
import { clock } from './scales.js';

export function faultsSection(record: RunRecord): string {
  const failures = failuresOf(record);
  const answers = record.load.requests
    .filter((each) => isSynchronous(each) && isDone(each))
    .sort((one, other) => one.dueMs - other.dueMs);
  const rows = record.faults.map((fault) => faultRow(fault, record, failures, answers));
  if (rows.length === 0) return '';
  const names = [
    'at',
    'fault',
    'nodes',
    'lasted',
    'died',
    'failed',
    '99 % within',
    'afterwards',
    'notes',
  ];
  return (
    `## Faults\n\n${table(names, rows)}\n\n` +
    'Failed: synchronous requests under way during the fault that failed. 99 %: of those due during it that succeeded.'
  );
}

function faultRow(
  fault: FaultRecord,
  { load }: RunRecord,
  failures: readonly Failure[],
  answers: readonly RequestRecord[],
): string[] {
  const span = spanOfFault(fault);
  const failed = failures.filter(({ request }) => overlap(spanOf(request), span));
  const slowMs = quantile(dueWithin(answers, span).map(latencyMs), 0.99);
  const nodes = fault.nodes.map((node) => (node === fault.master ? `${node} (Master)` : `${node}`));
  return [
    clock(fault.beganMs - load.beganMs),
    fault.name,
    nodes.join(', '),
    secondsOf(fault.mendedMs - fault.beganMs),
    deathWords(fault),
    failed.length.toLocaleString('en'),
    slowMs === null ? 'none succeeded' : `${Math.round(slowMs)} ms`,
    agreedWords(fault),
    [...fault.notes, ...fault.oddities].join('; '),
  ];
}

/** Of requests in the order in which they were due. */
function dueWithin(requests: readonly RequestRecord[], { fromMs, untilMs }: Span): RequestRecord[] {
  return requests.slice(firstDue(requests, fromMs), firstDue(requests, untilMs));
}

/** The place of the first that was due at this moment or later. */
function firstDue(requests: readonly RequestRecord[], atMs: number): number {
  let [low, high] = [0, requests.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((requests[middle]?.dueMs ?? Infinity) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
