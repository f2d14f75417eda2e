/** Executions as the rest of Hearth sees them: started, looked at, ended and gone on with through any node. */

import type { Cancelled } from '../../types/index.js';
import type { StateFailure } from '../failure.js';
import type { HistoryEvent } from '../history.js';
import type { StateMachineType } from '../language/types.js';
import type { TaskReport } from '../tasks/types.js';

export type ExecutionStatus =
  | 'RUNNING'
  | 'SUCCEEDED'
  | 'FAILED'
  | 'TIMED_OUT'
  | 'ABORTED'
  | 'PENDING_REDRIVE';

/** What an execution is started from: a definition is kept once, however many executions run it. */
export interface NewExecution {
  readonly stateMachineName: string;
  /** Without qualifier; `stateMachine:NAME/LABEL` of the children of a map run. */
  readonly stateMachineArn: string;
  readonly stateMachineVersionArn: string | null;
  readonly stateMachineAliasArn: string | null;
  readonly type: StateMachineType;
  /** Text that has passed the validation. */
  readonly definition: string;
  readonly revisionId: string;
  readonly roleArn: string;
  /** Of the execution: given or made up. */
  readonly name: string;
  /** JSON text. */
  readonly input: string;
  readonly traceId: string;
  readonly mapRunArn: string | null;
  /** Of a map run's child: the items of its batch. */
  readonly itemCount?: number;
}

export interface ExecutionView {
  readonly arn: string;
  readonly name: string;
  readonly stateMachineName: string;
  readonly stateMachineArn: string;
  readonly stateMachineVersionArn: string | null;
  readonly stateMachineAliasArn: string | null;
  readonly revisionId: string;
  readonly roleArn: string;
  readonly type: StateMachineType;
  readonly status: ExecutionStatus;
  readonly startedAtMs: number;
  /** 0 while it runs. */
  readonly endedAtMs: number;
  readonly input: string;
  /** JSON text; null where it has none. */
  readonly output: string | null;
  readonly failure: StateFailure | null;
  readonly traceId: string;
  readonly mapRunArn: string | null;
  /** Of a map run's child. */
  readonly itemCount?: number;
  /** Of a map run's child. */
  readonly redriveCount: number;
  readonly redrivenAtMs: number;
  /** Null: it can be redriven; else why not, as DescribeExecution says it. */
  readonly notRedrivable: string | null;
}

export interface ExecutionFilter {
  readonly stateMachineArn?: string;
  /** Those that were started by this version or alias. */
  readonly qualifiedArn?: string;
  readonly mapRunArn?: string;
  readonly status?: ExecutionStatus;
  readonly redrive?: 'REDRIVEN' | 'NOT_REDRIVEN';
}

export interface PageAsked {
  /** 1 and more. */
  readonly itemsMax: number;
  /** What the page before gave; undefined for the first. */
  readonly after?: string;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Null after the last page. */
  readonly next: string | null;
}

/** What ends or keeps alive a task by its token. */
export type TokenSignal =
  | { readonly kind: 'succeeded'; readonly output: string }
  | { readonly kind: 'failed'; readonly error: string; readonly cause: string }
  | { readonly kind: 'heartbeat' };

export interface ActivityTask {
  readonly taskToken: string;
  /** JSON text. */
  readonly input: string;
}

export type MapRunStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';

export interface MapRunCounts {
  readonly pending: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly aborted: number;
  readonly total: number;
  readonly resultsWritten: number;
}

export interface MapRunView {
  readonly arn: string;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly status: MapRunStatus;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number;
  readonly toleratedFailurePercentage: number;
  readonly items: MapRunCounts;
  readonly executions: MapRunCounts;
  readonly redriveCount: number;
  readonly redrivenAtMs: number;
}

export interface MapRunChanges {
  readonly maxConcurrency?: number;
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
}

/**
 * Changes resolve when a majority has them on disk and this node knows; reads wait until this node knows all that was
 * acknowledged. They throw HearthError: `no-quorum`, `too-many-requests`, and what each says.
 */
export interface Executions {
  /**
   * Standard: the same name with the same input while it runs is the same execution; else throws `execution-already-exists`.
   * Express: runs on this node, and nobody waits for it.
   */
  start(asked: NewExecution): Promise<{ readonly arn: string; readonly startedAtMs: number }>;
  /** Express: resolves when it has ended. `signal` aborts it. */
  startSync(
    asked: NewExecution,
    signal?: Cancelled,
  ): Promise<ExecutionView & { readonly billedMs: number }>;
  /** Undefined where nobody knows it (any more). */
  get(arn: string): Promise<ExecutionView | undefined>;
  /** The newest first. */
  list(filter: ExecutionFilter, page: PageAsked): Promise<Page<ExecutionView>>;
  /** Throws `execution-does-not-exist`. `after` of the page is opaque. */
  history(arn: string, page: PageAsked, newestFirst: boolean): Promise<Page<HistoryEvent>>;
  /** The definition it runs. */
  definition(arn: string): Promise<string | undefined>;
  /** Resolves with when it ended; one that has ended is left as it is. Throws `execution-does-not-exist`. */
  stop(arn: string, error: string | null, cause: string | null): Promise<number>;
  /** Resolves with when it was redriven. Throws `execution-does-not-exist`, `execution-not-redrivable`. */
  redrive(arn: string, clientToken: string | null): Promise<number>;
  /** Throws `task-does-not-exist`, `task-timed-out`. */
  signal(taskToken: string, signal: TokenSignal): Promise<void>;
  /** The oldest task of the activity that nobody has, or null where none comes within `waitMs`. */
  takeActivityTask(
    activityArn: string,
    workerName: string | null,
    waitMs: number,
    signal?: Cancelled,
  ): Promise<ActivityTask | null>;
  mapRun(arn: string): Promise<MapRunView | undefined>;
  /** Of an execution, the newest first. */
  mapRuns(executionArn: string, page: PageAsked): Promise<Page<MapRunView>>;
  updateMapRun(arn: string, changes: MapRunChanges): Promise<void>;
  /** Resolves once the execution has ended, at once where it had. Throws where nobody knows it. */
  ended(arn: string, signal?: Cancelled): Promise<ExecutionView>;
  /** In this cluster, as this node knows it. */
  stats(): ExecutionStats;
}

export interface ExecutionStats {
  readonly running: number;
  readonly ended: Readonly<Record<Exclude<ExecutionStatus, 'RUNNING' | 'PENDING_REDRIVE'>, number>>;
  /** Bytes of histories that this node holds. */
  readonly historyBytes: number;
  /** On this node, since it began. */
  readonly started: number;
  readonly transitions: number;
  readonly tasksUnderWay: number;
  readonly adopted: number;
}

/** A task that the outside ends, in the words of the report that it becomes. */
export type SignalReport = Extract<TaskReport, { kind: 'succeeded' | 'failed' }>;
