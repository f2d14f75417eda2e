/** An execution as everybody else sees it. */
import type { StateFailure } from '../failure.js';
import type { HistoryEvent } from '../history.js';
import type { JsonObject, JsonValue } from '../json.js';
import { notRedrivable } from './execution-steps.js';
import { recordsBetween } from './record-codec.js';
import type { StoredExecution } from './stored.js';
import type { ExecutionFilter, ExecutionView } from './types.js';

/** What came of it stands in the last event of its history. */
export function viewOf(execution: StoredExecution, wallMs: number): ExecutionView {
  const { status } = execution;
  const last = status === 'RUNNING' ? undefined : lastEventOf(execution);
  // recorded: that it timed out is all that is told
  const failed = status === 'TIMED_OUT' ? {} : last?.details;
  return {
    arn: execution.arn,
    name: execution.name,
    stateMachineName: execution.stateMachineName,
    stateMachineArn: execution.stateMachineArn,
    stateMachineVersionArn: execution.stateMachineVersionArn,
    stateMachineAliasArn: execution.stateMachineAliasArn,
    revisionId: execution.revisionId,
    roleArn: execution.roleArn,
    type: 'STANDARD',
    status,
    startedAtMs: execution.startedAtMs,
    endedAtMs: execution.endedAtMs,
    input: Buffer.from(execution.input).toString(),
    output: status === 'SUCCEEDED' ? textOf(last?.details?.output) : null,
    failure: last === undefined || status === 'SUCCEEDED' ? null : failureOf(failed ?? {}),
    traceId: execution.traceId,
    mapRunArn: execution.mapRunArn,
    ...(execution.itemCount === null ? {} : { itemCount: execution.itemCount }),
    redriveCount: execution.redriveCount,
    redrivenAtMs: execution.redrivenAtMs,
    notRedrivable: notRedrivable(
      { status, endedAtMs: execution.endedAtMs, records: execution.records, mapRunArn: null },
      wallMs,
    ),
  };
}

export function isIn(execution: StoredExecution, filter: ExecutionFilter): boolean {
  const { stateMachineArn, qualifiedArn, mapRunArn, status, redrive } = filter;
  const { stateMachineVersionArn, stateMachineAliasArn, redriveCount } = execution;
  return (
    (stateMachineArn === undefined || execution.stateMachineArn === stateMachineArn) &&
    (qualifiedArn === undefined ||
      stateMachineVersionArn === qualifiedArn ||
      stateMachineAliasArn === qualifiedArn) &&
    (mapRunArn === undefined || execution.mapRunArn === mapRunArn) &&
    (status === undefined || execution.status === status) &&
    (redrive === undefined || redriveCount > 0 === (redrive === 'REDRIVEN'))
  );
}

function lastEventOf(execution: StoredExecution): HistoryEvent | undefined {
  const { records } = execution;
  return recordsBetween(execution, records - 1, records)[0]?.event;
}

function failureOf({ error, cause }: JsonObject): StateFailure {
  return {
    error: textOf(error) ?? '',
    cause: textOf(cause) ?? '',
    hasError: error !== undefined,
    hasCause: cause !== undefined,
  };
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
