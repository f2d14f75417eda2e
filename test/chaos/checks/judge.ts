/** Everything that must hold of a run, in the order in which the report tells it. */
import type { RunRecord } from '../records.js';
import { aMinorityRunsAndRefuses, everythingAgreesAfterAHeal } from './cuts.js';
import { aDeadMasterIsNotFelt } from './dead-master.js';
import {
  deploysAreNotLost,
  neverTwoVersionsForOneNumber,
  switchesAreNotUndone,
} from './deploys.js';
import { eventsAreNotLost, outcomesAreDelivered } from './events.js';
import { everyFailureIsExplained, idempotentRequestsDoNotFail, successShare } from './failures.js';
import { historiesAreLinearizable } from './histories.js';
import { nodesComeBack, nothingLeaks, nothingOdd } from './leftovers.js';
import { invocationsRunOnce, nobodyRanAWrongVersion } from './ran-versions.js';
import type { CheckResult } from './types.js';

const checks: readonly ((record: RunRecord) => CheckResult)[] = [
  eventsAreNotLost,
  outcomesAreDelivered,
  deploysAreNotLost,
  neverTwoVersionsForOneNumber,
  switchesAreNotUndone,
  historiesAreLinearizable,
  nobodyRanAWrongVersion,
  invocationsRunOnce,
  everyFailureIsExplained,
  idempotentRequestsDoNotFail,
  successShare,
  aDeadMasterIsNotFelt,
  aMinorityRunsAndRefuses,
  everythingAgreesAfterAHeal,
  nodesComeBack,
  nothingOdd,
  nothingLeaks,
];

export function judge(record: RunRecord): CheckResult[] {
  return checks.map((check) => check(record));
}
