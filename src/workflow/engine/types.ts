/**
 * The engine: one execution as a pure core. Inputs and the time in; records for the history and effects as data out.
 * Whoever drives it keeps the records first and has the effects performed then, but for `evaluate` and `continue`, which
 * nobody outside can see. After a restart it is made anew from its records: `replay` each, then `resume`.
 */
import type { StateFailure } from '../failure.js';
import type { HistoryRecord } from '../history.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { EvaluationRequest, EvaluationResult } from '../jsonata/types.js';
import type { Definition, MapState, StateMachineType } from '../language/types.js';
import type { TaskReport, TaskRequest } from '../tasks/types.js';

/** What is known of an execution before it begins, and never changes. */
export interface ExecutionFacts {
  readonly arn: string;
  readonly name: string;
  /** JSON text as it was given. */
  readonly input: string;
  readonly roleArn: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly type: StateMachineType;
  readonly startedAtMs: number;
  readonly traceId: string;
}

export interface EngineOptions {
  /** False: no records are made (Express without a history), and no limit on their number holds. */
  readonly keepsHistory: boolean;
  /** Between 0 and 1, for jitter, States.MathRandom. */
  random(): number;
  /** For States.UUID and task tokens. */
  uuid(): string;
  /** Whether others are to have their turn before the next state. */
  isTurnOver?(): boolean;
}

export type EngineInput =
  | { readonly kind: 'begin' }
  | { readonly kind: 'evaluated'; readonly evaluation: number; readonly result: EvaluationResult }
  | { readonly kind: 'timer'; readonly timer: string }
  | { readonly kind: 'task'; readonly task: string; readonly report: TaskReport }
  /** A worker or function is still there. */
  | { readonly kind: 'heartbeat'; readonly task: string }
  | { readonly kind: 'map-run'; readonly mapRun: string; readonly report: MapRunReport }
  | { readonly kind: 'continue' }
  /** Nobody keeps more of its history: it fails. */
  | { readonly kind: 'no-room' }
  /** Of an execution that failed, timed out or was aborted: from the state that it failed in. */
  | { readonly kind: 'redrive'; readonly redriveCount: number };

export type EngineEffect =
  /** At once; answered by `evaluated`. Lost with a restart, and asked for again. */
  | { readonly kind: 'evaluate'; readonly evaluation: number; readonly request: EvaluationRequest }
  /** There is more to do: `continue` in another turn of the event loop. */
  | { readonly kind: 'continue' }
  | { readonly kind: 'start-task'; readonly request: TaskRequest }
  | { readonly kind: 'cancel-task'; readonly task: string }
  /** By the wall; replaces one of the same name. */
  | { readonly kind: 'set-timer'; readonly timer: string; readonly dueMs: number }
  | { readonly kind: 'cancel-timer'; readonly timer: string }
  | { readonly kind: 'start-map-run'; readonly request: MapRunRequest }
  | { readonly kind: 'cancel-map-run'; readonly mapRun: string };

/** A distributed Map: its items are executions of their own. */
export interface MapRunRequest {
  /** Unique in its execution, and the same after a restart: the last part of the ARN of the run. */
  readonly id: string;
  readonly executionArn: string;
  /** `Label` of the state, or what was made up for it. */
  readonly label: string;
  readonly state: MapState;
  readonly stateName: string;
  readonly executionType: StateMachineType;
  /** The inputs of the child executions; what a reader reads, and batches, are the run's to make. */
  readonly items: readonly JsonValue[];
  /** 0: without a limit of its own. */
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number | null;
  readonly toleratedFailurePercentage: number | null;
  /** Parameters or Arguments of the reader, fields of the batcher and of the writer, with what they name filled in. */
  readonly reader?: JsonValue;
  readonly batcher?: JsonValue;
  readonly writer?: JsonValue;
  /** What an ItemSelector sees beside the items that a reader reads; where there is none, `items` are selected. */
  readonly selection?: {
    readonly input: JsonValue;
    readonly context: JsonObject;
    readonly variables: JsonObject;
  };
  /** Above 0: it goes on with the run of this id that had failed. */
  readonly redriveCount: number;
}

export type MapRunReport =
  /** `output` is JSON text: an array of what the children gave, or what the result writer says. */
  | { readonly kind: 'succeeded'; readonly output: string }
  | { readonly kind: 'failed'; readonly error: string; readonly cause: string };

/** How an execution ends. */
export type ExecutionEnd =
  | { readonly status: 'SUCCEEDED'; readonly output: string }
  | { readonly status: 'FAILED' | 'TIMED_OUT'; readonly failure: StateFailure };

export interface EngineStep {
  /** To be kept, all or none, before any effect. */
  readonly records: readonly HistoryRecord[];
  /** About, of the records. */
  readonly bytes: number;
  readonly effects: readonly EngineEffect[];
  readonly end: ExecutionEnd | null;
  /** States that were entered by it. */
  readonly transitions: number;
}

export interface Engine {
  /** `wallMs`: the time, for timestamps and timers. Never throws for what users write. */
  handle(input: EngineInput, wallMs: number): EngineStep;
  /** Takes a record that was kept: in order, all of them, before anything is handled. */
  replay(record: HistoryRecord): void;
  /** After the last record: what is still to be done, tasks that are under way among them (with the ids they had). */
  resume(wallMs: number): EngineStep;
}

export type MakeEngine = (
  definition: Definition,
  facts: ExecutionFacts,
  options: EngineOptions,
) => Engine;
