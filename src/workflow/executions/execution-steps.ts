/** What each command makes of one execution: pure, null where it changes nothing. */
import { limits, type NodeId } from '../../types/index.js';
import type { HistoryRecord } from '../history.js';
import type { RecordCommand, StartCommand } from './command.js';
import { encodeRecords } from './record-codec.js';
import { changed } from './resting.js';
import type { HistoryChunk, InboxItem, StoredExecution } from './stored.js';

export interface Begun {
  readonly sequence: number;
  readonly owner: NodeId;
  readonly wallMs: number;
}

export function begun(
  { origin, input }: StartCommand,
  { sequence, owner, wallMs }: Begun,
): StoredExecution {
  // no spreads on the way of every execution: V8 writes descriptions for them that are cleared away late (`resting.ts`)
  return {
    arn: origin.arn,
    name: origin.name,
    stateMachineName: origin.stateMachineName,
    stateMachineArn: origin.stateMachineArn,
    stateMachineVersionArn: origin.stateMachineVersionArn,
    stateMachineAliasArn: origin.stateMachineAliasArn,
    revisionId: origin.revisionId,
    roleArn: origin.roleArn,
    traceId: origin.traceId,
    definitionHash: origin.definitionHash,
    mapRunArn: origin.mapRunArn,
    itemCount: origin.itemCount,
    sequence,
    owner,
    epoch: 0,
    status: 'RUNNING',
    startedAtMs: wallMs,
    endedAtMs: 0,
    redriveCount: 0,
    redrivenAtMs: 0,
    redriveToken: '',
    isRedriving: false,
    step: '',
    input,
    inbox: nothing,
    inboxCount: 0,
    records: 0,
    history: nothing,
    chunks: 0,
    bytes: input.length,
  };
}

/** One empty array for all. */
const nothing: readonly never[] = [];

/** With a chunk that has been put behind its history. */
export function grown(
  execution: StoredExecution,
  history: readonly HistoryChunk[],
  { records, bytes }: HistoryChunk,
): StoredExecution {
  return changed(execution, {
    records: execution.records + records,
    history,
    chunks: execution.chunks + 1,
    bytes: execution.bytes + bytes.length,
  });
}

/** Whether a record command comes from who drives the execution now, and knows all of it. */
export function isNext(
  { status, owner, epoch, records }: StoredExecution,
  command: RecordCommand,
  node: NodeId,
): boolean {
  return (
    status === 'RUNNING' && owner === node && epoch === command.epoch && records === command.at
  );
}

export function recorded(
  execution: StoredExecution,
  { step, end, consumed }: RecordCommand,
  wallMs: number,
): StoredExecution {
  const rest = execution.inbox.filter(({ number }) => number > consumed);
  const inbox = end !== null || rest.length === 0 ? nothing : rest;
  const ended = end === null ? {} : { status: end, endedAtMs: wallMs };
  return changed(execution, { step, inbox, isRedriving: false, ...ended });
}

export function stopped(execution: StoredExecution, wallMs: number): StoredExecution {
  return changed(execution, {
    status: 'ABORTED',
    endedAtMs: wallMs,
    inbox: nothing,
    isRedriving: false,
  });
}

export function told(
  execution: StoredExecution,
  task: string,
  report: InboxItem['report'],
): StoredExecution {
  const number = execution.inboxCount + 1;
  const inbox = [...execution.inbox, { number, task, report }];
  return changed(execution, { inbox, inboxCount: number });
}

/** The last thing that the history tells of an execution that was stopped; with what nobody had begun to write before it. */
export function abortedChunk(
  { records, input, roleArn, isRedriving, redriveCount, redrivenAtMs }: StoredExecution,
  error: string | null,
  cause: string | null,
  timestampMs: number,
): HistoryChunk {
  const details = { ...(error === null ? {} : { error }), ...(cause === null ? {} : { cause }) };
  const told: HistoryRecord[] = [];
  if (records === 0) {
    const given = { input: Buffer.from(input).toString(), inputDetails: { truncated: false } };
    const type = 'ExecutionStarted';
    const more = { timestampMs, type, details: { ...given, roleArn } } as const;
    told.push({ event: { id: 1, previousEventId: 0, ...more } });
  } else if (isRedriving) {
    const type = 'ExecutionRedriven';
    const more = { timestampMs: redrivenAtMs, type, details: { redriveCount } } as const;
    told.push({ event: { id: records + 1, previousEventId: records, ...more } });
  }
  const type = 'ExecutionAborted';
  const id = records + told.length + 1;
  // recorded: it follows nothing
  told.push({ event: { id, previousEventId: 0, timestampMs, type, details } });
  return { records: told.length, bytes: encodeRecords(told) };
}

/** Why it cannot be redriven, in the words of DescribeExecution's redriveStatusReason; null where it can. */
export function notRedrivable(
  execution: Pick<StoredExecution, 'status' | 'endedAtMs' | 'records' | 'mapRunArn'>,
  wallMs: number,
): string | null {
  const { status, endedAtMs, records, mapRunArn } = execution;
  if (status === 'RUNNING' || status === 'SUCCEEDED') {
    return `Execution is ${status} and cannot be redriven`;
  }
  if (mapRunArn !== null) {
    return 'Execution was started by a Map Run and can only be redriven with its parent execution';
  }
  if (wallMs - endedAtMs > limits.executionRedrivableMs) {
    return 'Execution redrivable period exceeded';
  }
  if (records >= historyEventsMax) {
    return 'Execution history event limit exceeded';
  }
  return null;
}

/** AWS's own bound of a history. */
const historyEventsMax = 25_000;

export function redriven(
  execution: StoredExecution,
  owner: NodeId,
  clientToken: string,
  wallMs: number,
): StoredExecution {
  return changed(execution, {
    owner,
    epoch: execution.epoch + 1,
    status: 'RUNNING',
    endedAtMs: 0,
    redriveCount: execution.redriveCount + 1,
    redrivenAtMs: wallMs,
    redriveToken: clientToken,
    isRedriving: true,
    inbox: nothing,
  });
}

export function adopted(execution: StoredExecution, owner: NodeId): StoredExecution {
  return changed(execution, { owner, epoch: execution.epoch + 1 });
}
