/**
 * Standard executions as every node keeps them: facts that are replaced when they change, and a history that only grows,
 * of bytes that nobody parses who does not drive the execution or was asked for it.
 */
import type { NodeId } from '../../types/index.js';
import type { ExecutionStatus } from './types.js';

/** What one command added to a history. */
export interface HistoryChunk {
  readonly records: number;
  /** As `encodeRecords` makes them. */
  readonly bytes: Uint8Array;
}

/** Something that came for a task by its token, until its owner has taken note of it. */
export interface InboxItem {
  /** Grows within the execution. */
  readonly number: number;
  readonly task: string;
  readonly report:
    | { readonly kind: 'started'; readonly workerName?: string }
    | { readonly kind: 'succeeded'; readonly output: string }
    | { readonly kind: 'failed'; readonly error: string; readonly cause: string };
}

/** What an execution is begun from, and keeps. */
export interface ExecutionOrigin {
  readonly arn: string;
  readonly name: string;
  readonly stateMachineName: string;
  readonly stateMachineArn: string;
  readonly stateMachineVersionArn: string | null;
  readonly stateMachineAliasArn: string | null;
  readonly revisionId: string;
  readonly roleArn: string;
  readonly traceId: string;
  readonly definitionHash: string;
  readonly mapRunArn: string | null;
  /** Of a map run's child: the items of its batch; null of others. */
  readonly itemCount: number | null;
}

/** Never changed, but replaced; only `history` grows, and `chunks` says how much of it is this execution's. */
export interface StoredExecution extends ExecutionOrigin {
  /** Grows with acceptance, the same on every node. */
  readonly sequence: number;
  /** The node that drives it. */
  readonly owner: NodeId;
  /** One more with each change of who drives it from where: what an earlier one meant to write is refused. */
  readonly epoch: number;
  readonly status: Exclude<ExecutionStatus, 'PENDING_REDRIVE'>;
  readonly startedAtMs: number;
  /** 0 while it runs. */
  readonly endedAtMs: number;
  readonly redriveCount: number;
  readonly redrivenAtMs: number;
  /** By which a second call of the same redrive is known; empty for none. */
  readonly redriveToken: string;
  /** Redriven, and its driver has not gone on from there. */
  readonly isRedriving: boolean;
  /** The last record command that was applied: said again, it is known. */
  readonly step: string;
  /** JSON text. */
  readonly input: Uint8Array;
  readonly inbox: readonly InboxItem[];
  /** How many there ever were. */
  readonly inboxCount: number;
  readonly records: number;
  readonly history: readonly HistoryChunk[];
  readonly chunks: number;
  /** Of the history and the input. */
  readonly bytes: number;
}

/** A task that the outside ends; closed ones are remembered as long as their execution. */
export interface StoredToken {
  readonly token: string;
  readonly arn: string;
  readonly task: string;
  readonly isOpen: boolean;
  /** When its worker was last heard of; 0: not yet. */
  readonly heartbeatAtMs: number;
  /** Of an activity: where workers find it. */
  readonly activity: StoredActivityTask | null;
}

export interface StoredActivityTask {
  readonly arn: string;
  readonly input: string;
  readonly isTaken: boolean;
}

/** How many children of a map run have ended in which way. */
export interface ChildrenEnded {
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly aborted: number;
}

/** A distributed Map under way, or ended, beside its execution. */
export interface StoredMapRun {
  readonly arn: string;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly sequence: number;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly total: number;
  /** Of all its children. */
  readonly itemCount: number;
  /** By its writer: children, whatever became of them. */
  readonly resultsWritten: number;
  /** Of children that are in no log: how they ended, and how their items did. */
  readonly express: { readonly executions: ChildrenEnded; readonly items: ChildrenEnded } | null;
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number;
  readonly toleratedFailurePercentage: number;
  readonly redriveCount: number;
  readonly redrivenAtMs: number;
}
