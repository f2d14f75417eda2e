/** Synchronous requests that failed: each has a reason, the marked ones do not fail, and few do at all. */
import type { FaultRecord, RequestRecord, RunRecord } from '../records.js';
import { explanationOf, type FailureManner, mannerOf } from './explain.js';
import {
  describe,
  isDone,
  isSynchronous,
  isWithinAny,
  outagesOf,
  pressuresOf,
} from './requests.js';
import { counted, percent, resultOf } from './result.js';
import type { CheckResult } from './types.js';

export interface Failure {
  readonly request: RequestRecord;
  readonly manner: FailureManner;
  /** Null: nothing explains it. */
  readonly by: FaultRecord | null;
}

const shareMin = 0.9999;
/** Where fewer were sent, what was in flight at one death weighs too much, and less is asked for. */
const manyRequests = 100_000;
const shareOfFewMin = 0.999;

export function failuresOf(record: RunRecord): Failure[] {
  return record.load.requests
    .filter((request) => isSynchronous(request) && !isDone(request))
    .map((request) => ({
      request,
      manner: mannerOf(request),
      by: explanationOf(request, record),
    }));
}

export function everyFailureIsExplained(record: RunRecord): CheckResult {
  const { load } = record;
  const looked = load.requests.filter(isSynchronous).length;
  const failures = failuresOf(record);
  const unexplained = failures.filter(({ by }) => by === null);
  return resultOf({
    id: 'every-failure-is-explained',
    title:
      'Every synchronous request that failed was in flight on a node that died, stood still or was cut off, ' +
      'or what carried it was killed, or nobody was there',
    counted: looked,
    nothing: 'nothing was invoked',
    broken: varied(unexplained).map(
      ({ request, manner }) => `${manner}: ${describe(request, load.beganMs)}`,
    ),
    measured:
      `${failures.length.toLocaleString('en')} of ${counted(looked, 'request')} failed, ` +
      `${unexplained.length} without an explanation${byManner(failures)}`,
  });
}

export function idempotentRequestsDoNotFail(record: RunRecord): CheckResult {
  const { load } = record;
  const outages = outagesOf(record);
  const marked = load.requests.filter(
    (request) => request.kind === 'idempotent' && !isWithinAny(request, outages),
  );
  const failures = failuresOf({ ...record, load: { ...load, requests: marked } });
  const excused = failures.filter(isNobodysToRetry);
  const broken = failures.filter((failure) => !isNobodysToRetry(failure));
  return resultOf({
    id: 'idempotent-requests-do-not-fail',
    title:
      'No request marked as idempotent fails while any node is there: balancers give it to another',
    counted: marked.length,
    nothing: 'no request was marked as idempotent',
    broken: broken.map(({ request, manner }) => `${manner}: ${describe(request, load.beganMs)}`),
    measured:
      `${broken.length} of ${counted(marked.length, 'request')} failed` +
      (excused.length === 0
        ? ''
        : `; ${excused.length} more were answered by functions whose sandbox was killed, or refused under pressure`),
  });
}

export function successShare(record: RunRecord): CheckResult {
  const { load } = record;
  const overloads = [...outagesOf(record), ...pressuresOf(record)];
  const usual = load.requests.filter(
    (request) => isSynchronous(request) && !isWithinAny(request, overloads),
  );
  const failures = failuresOf({ ...record, load: { ...load, requests: usual } });
  const excused = failures.filter(isNoFailureOfNodes);
  const failed = failures.length - excused.length;
  const total = usual.length - excused.length;
  const share = total === 0 ? 1 : (total - failed) / total;
  const limit = total < manyRequests ? shareOfFewMin : shareMin;
  const fewer = `; of fewer than ${manyRequests.toLocaleString('en')} at least ${percent(limit, 2)} are asked for`;
  return resultOf({
    id: 'success-share',
    title: `At least ${percent(shareMin, 2)} of the synchronous requests succeed, but for outages and overload`,
    counted: total,
    nothing: 'nothing was invoked outside of outages and overload',
    broken: share >= limit ? [] : [`${percent(share, 4)} is less than ${percent(limit, 2)}`],
    measured:
      `${percent(share, 4)}: ${failed} of ${counted(total, 'request')} failed` +
      (limit === shareMin ? '' : fewer) +
      (excused.length === 0
        ? ''
        : `; not counted: ${excused.length} that ran in a killed sandbox, or asked a node for more than it could know`),
  });
}

/** A balancer sees an answer, or may not press on: the sandbox was killed, or there is no room. */
function isNobodysToRetry({ manner, by }: Failure): boolean {
  return by !== null && (manner === 'function' || manner === 'refused');
}

/** A function that was killed has failed, and a node that is behind is right to refuse. */
function isNoFailureOfNodes({ manner, by }: Failure): boolean {
  return by !== null && (manner === 'function' || manner === 'behind');
}

/** The first of each manner before the second of any: the few that are shown show more. */
function varied(failures: readonly Failure[]): Failure[] {
  const seen = new Map<FailureManner, number>();
  const places = failures.map((failure) => {
    const place = seen.get(failure.manner) ?? 0;
    seen.set(failure.manner, place + 1);
    return { failure, place };
  });
  return places.sort((one, other) => one.place - other.place).map(({ failure }) => failure);
}

function byManner(failures: readonly Failure[]): string {
  const counts = new Map<FailureManner, number>();
  for (const { manner } of failures) counts.set(manner, (counts.get(manner) ?? 0) + 1);
  if (counts.size === 0) return '';
  return ` (${[...counts].map(([manner, count]) => `${count} ${manner}`).join(', ')})`;
}
