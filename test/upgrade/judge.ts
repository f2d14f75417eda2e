/** What was promised of an upgrade, held against what a run left behind. */

import { quantile } from '../chaos/checks/quantile.js';
import type { RawRecord } from '../chaos/load/raw-record.js';
import type { Killed, UpgradeRecord } from './records.js';

export interface Phase {
  readonly name: 'before' | 'during' | 'after';
  readonly requests: number;
  readonly failures: number;
  /** Of synchronous invocations that were answered. */
  readonly medianMs: number | null;
  readonly p99Ms: number | null;
}

/** Of the first seconds: connections and code are new. */
const settleMs = 2000;
/** From the end of a process to its connections' end, and a look of the client. */
const killSlackMs = 250;

export function isFailure({ status, error }: RawRecord): boolean {
  return error !== null || status < 200 || status > 299;
}

export function failuresOf({ requests }: UpgradeRecord): RawRecord[] {
  return requests.filter(isFailure);
}

export function phases(record: UpgradeRecord): Phase[] {
  const { beganMs, offeredMs, overMs, endedMs } = record;
  return [
    phase(record, 'before', beganMs + settleMs, offeredMs),
    phase(record, 'during', offeredMs, overMs),
    phase(record, 'after', overMs, endedMs),
  ];
}

/** The 99th percentile during the roll over that before; null where one cannot be told. */
export function slowdown(record: UpgradeRecord): number | null {
  const [before, during] = phases(record);
  if (before?.p99Ms === null || during?.p99Ms === null) return null;
  return (during?.p99Ms ?? 0) / (before?.p99Ms ?? 1);
}

/** The kill of a node on which a failed request was under way; null: nothing explains it. */
export function explained(failure: RawRecord, kills: readonly Killed[]): Killed | null {
  const { dueMs, endMs, upstreams, status, answeredBy } = failure;
  const isForwardLost = status === 502 && answeredBy === 'node';
  return (
    kills.find(
      ({ atMs, http }) =>
        dueMs <= atMs + killSlackMs &&
        endMs >= atMs - killSlackMs &&
        // or another has forwarded it there
        (upstreams.includes(http) || isForwardLost),
    ) ?? null
  );
}

export interface Promised {
  readonly end: UpgradeRecord['end'];
  /** A bad release fails some requests before it is found out. */
  readonly mayFail: boolean;
  /**
   * Failures that the balancer told, at most; without it none. The kernel resets connections that wait to be accepted
   * when a listener ends: on a machine that stands still at that moment, one may.
   */
  readonly resetsMax?: number;
  /** Null: not judged. */
  readonly slowdownMax: number | null;
  readonly requestsMin: number;
}

/** What does not hold, in words; none where all does. */
export function broken(record: UpgradeRecord, promised: Promised): string[] {
  const { end, from, to, lost, oddities, kills, versions, aliveMin, requests } = record;
  const is = end === 'finalised' ? to : from;
  // what failed before is told, and is not the upgrade's
  const unexplained = failuresOf(record).filter(
    (failure) => failure.dueMs >= record.offeredMs && explained(failure, kills) === null,
  );
  const ratio = slowdown(record);
  const checks: readonly (readonly [holds: boolean, words: string])[] = [
    [end === promised.end, `it ended ${end}, not ${promised.end}: ${record.reason}`],
    [
      Object.keys(versions).join() === is,
      `not all nodes are of ${is}: ${JSON.stringify(versions)}`,
    ],
    [versions[is] === 5, `there are not 5 nodes of ${is}: ${JSON.stringify(versions)}`],
    [lost.length === 0, `${lost.length} events are lost`],
    [oddities.length === 0, `${oddities.length} answers are wrong: ${oddities[0]}`],
    [aliveMin >= 5, `at some moment only ${aliveMin} nodes were alive`],
    [requests.length >= promised.requestsMin, `only ${requests.length} requests were sent`],
    [
      promised.mayFail || isTolerable(unexplained, promised.resetsMax ?? 0),
      `${unexplained.length} requests failed: ${unexplained[0] ? lineOf(unexplained[0], record.beganMs) : ''}`,
    ],
    [
      promised.slowdownMax === null || (ratio !== null && ratio <= promised.slowdownMax),
      `the 99th percentile during the roll is ${ratio?.toFixed(2)} times that before`,
    ],
  ];
  return checks.filter(([holds]) => !holds).map(([, words]) => words);
}

function isTolerable(failures: readonly RawRecord[], resetsMax: number): boolean {
  const isReset = ({ status, answeredBy }: RawRecord): boolean =>
    status === 502 && answeredBy === 'balancer';
  return failures.length <= resetsMax && failures.every(isReset);
}

/** One line for people. */
export function lineOf(request: RawRecord, beganMs: number): string {
  const { kind, functionName, dueMs, endMs, status, error, upstreams, answeredBy, nodeId } =
    request;
  const at = `${((dueMs - beganMs) / 1000).toFixed(2)} s, ${Math.round(endMs - dueMs)} ms`;
  return `${at}: ${kind} ${functionName}: ${status} ${error} (asked ${upstreams}, answered by the ${answeredBy}, ran on ${nodeId})`;
}

function phase(
  { requests }: UpgradeRecord,
  name: Phase['name'],
  fromMs: number,
  untilMs: number,
): Phase {
  const own = requests.filter(({ dueMs }) => dueMs >= fromMs && dueMs < untilMs);
  const answered = own.filter((request) => request.kind === 'invoke' && !isFailure(request));
  const times = answered.map(({ dueMs, endMs }) => endMs - dueMs);
  return {
    name,
    requests: own.length,
    failures: own.filter(isFailure).length,
    medianMs: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
  };
}
