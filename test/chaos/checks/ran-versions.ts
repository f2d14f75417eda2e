/**
 * Which version has answered whom. A version may answer from the moment at which somebody has begun to move
 * the alias to it; those that were there before the run may always. Who has sent the position of a switch
 * gets at least what it has switched to.
 */
import type { LedgerEntry, RequestRecord, RunRecord } from '../records.js';
import { describe, isDone, isSynchronous } from './requests.js';
import { counted, resultOf } from './result.js';
import type { CheckResult } from './types.js';

export function nobodyRanAWrongVersion({ load }: RunRecord): CheckResult {
  const answers = load.requests.filter((request) => isSynchronous(request) && isDone(request));
  const versioned = answers.filter(({ version }) => version !== null);
  const begun = firstSwitches(load.requests);
  const ledger = byId(load.ledger);
  const broken: string[] = [];
  for (const request of versioned) {
    const wrong =
      tooOld(request) ?? tooYoung(request, begun) ?? otherThanRan(request, ledger.get(request.id));
    if (wrong !== null) broken.push(`${wrong}: ${describe(request, load.beganMs)}`);
  }
  const bound = versioned.filter(({ leastVersion }) => leastVersion !== null).length;
  return resultOf({
    id: 'nobody-ran-a-wrong-version',
    title:
      'Nobody was answered by a version older than asked for, or by one that nobody had switched to',
    counted: versioned.length,
    nothing: 'no answer tells its version',
    broken,
    measured: `${counted(versioned.length, 'answer')} tell a version, ${bound.toLocaleString('en')} had asked for a least one`,
  });
}

/** An invocation that nobody may repeat. */
export function invocationsRunOnce({ load }: RunRecord): CheckResult {
  const ledger = byId(load.ledger);
  const broken: string[] = [];
  let looked = 0;
  for (const request of load.requests) {
    if (!isSynchronous(request)) continue;
    looked++;
    const times = ledger.get(request.id)?.length ?? 0;
    const wrong =
      isDone(request) && times === 0
        ? 'was answered and never ran'
        : request.kind !== 'idempotent' && times > 1
          ? `ran ${times} times`
          : null;
    if (wrong !== null) broken.push(`${wrong}: ${describe(request, load.beganMs)}`);
  }
  const repeated = load.requests.filter(
    ({ id, kind }) => kind === 'idempotent' && (ledger.get(id)?.length ?? 0) > 1,
  ).length;
  return resultOf({
    id: 'invocations-run-once',
    title: 'What was answered has run, and what is not marked as idempotent has run once at most',
    counted: looked,
    nothing: 'nothing was invoked',
    broken,
    measured: `${counted(looked, 'synchronous request')}; ${repeated} of those marked as idempotent ran more than once`,
  });
}

function tooOld({ version, leastVersion }: RequestRecord): string | null {
  if (version === null || leastVersion === null || version >= leastVersion) return null;
  return `version ${version} where at least ${leastVersion} was asked for`;
}

/** When somebody first asked for each version of each function. */
function firstSwitches(requests: readonly RequestRecord[]): Map<string, Map<number, number>> {
  const begun = new Map<string, Map<number, number>>();
  for (const { kind, functionName, version, dueMs } of requests) {
    if (kind !== 'switch' || version === null) continue;
    const versions = begun.get(functionName) ?? new Map<number, number>();
    versions.set(version, Math.min(dueMs, versions.get(version) ?? Infinity));
    begun.set(functionName, versions);
  }
  return begun;
}

function tooYoung(
  { functionName, version, endMs }: RequestRecord,
  begun: ReadonlyMap<string, ReadonlyMap<number, number>>,
): string | null {
  const versions = begun.get(functionName);
  if (version === null || versions === undefined) return null;
  const switchedMs = versions.get(version);
  if (switchedMs !== undefined) {
    return switchedMs <= endMs ? null : `version ${version} before anybody switched to it`;
  }
  // what is below all of them was there before the run
  if (version < Math.min(...versions.keys())) return null;
  return `version ${version}, to which nobody has switched`;
}

function otherThanRan(
  { version }: RequestRecord,
  entries: readonly LedgerEntry[] | undefined,
): string | null {
  if (entries === undefined || entries.some((entry) => entry.version === version)) return null;
  return `the answer says version ${version}, but version ${entries[0]?.version} ran`;
}

function byId(ledger: readonly LedgerEntry[]): Map<string, LedgerEntry[]> {
  const entries = new Map<string, LedgerEntry[]>();
  for (const entry of ledger) {
    const known = entries.get(entry.id);
    if (known === undefined) entries.set(entry.id, [entry]);
    else known.push(entry);
  }
  return entries;
}
