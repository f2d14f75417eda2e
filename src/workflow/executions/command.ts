/**
 * The commands of executions as they stand in the durable log. Each may be said twice (a retry after the leader died) and
 * takes effect once. Whatever is not deterministic is chosen by the proposer and carried along.
 */
import { type Adoption, encodeFrame } from '../../replication/index.js';
import { type ErrorCode, type KindLevels, levelOfKind } from '../../types/index.js';
import type { ExecutionOrigin, StoredMapRun } from './stored.js';
import type { MapRunChanges, MapRunStatus } from './types.js';

export interface StartCommand {
  readonly kind: 'start';
  readonly origin: ExecutionOrigin;
  /** JSON text. */
  readonly input: Uint8Array;
  /** Of which the origin has the hash; empty where everybody has it. */
  readonly definition: Uint8Array;
}

export interface OpenedToken {
  readonly token: string;
  readonly task: string;
  readonly activity: { readonly arn: string; readonly input: string } | null;
}

/** The next records of an execution: only as long as nobody else has written any, and its owner is who proposes it. */
export interface RecordCommand {
  readonly kind: 'record';
  readonly arn: string;
  readonly epoch: number;
  /** How many records there are before. */
  readonly at: number;
  /** Tells it from all other steps of the execution. */
  readonly step: string;
  readonly records: number;
  readonly bytes: Uint8Array;
  readonly end: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | null;
  readonly opened: readonly OpenedToken[];
  readonly closed: readonly string[];
  /** What has come in up to this number has been taken note of. */
  readonly consumed: number;
}

export interface SignalCommand {
  readonly kind: 'signal';
  readonly token: string;
  readonly signal: 'succeeded' | 'failed' | 'heartbeat';
  readonly output: Uint8Array;
  readonly error: string;
  readonly cause: string;
}

export interface TakeActivityTaskCommand {
  readonly kind: 'take-activity-task';
  readonly activityArn: string;
  readonly workerName: string | null;
}

export interface StopCommand {
  readonly kind: 'stop';
  readonly arn: string;
  readonly error: string | null;
  readonly cause: string | null;
}

export interface RedriveCommand {
  readonly kind: 'redrive';
  readonly arn: string;
  readonly clientToken: string;
}

export interface AdoptCommand extends Adoption {
  readonly kind: 'adopt';
}

export interface StartMapRunCommand {
  readonly kind: 'start-map-run';
  readonly mapRun: Omit<
    StoredMapRun,
    'sequence' | 'status' | 'startedAtMs' | 'endedAtMs' | 'resultsWritten' | 'express'
  >;
}

export interface UpdateMapRunCommand {
  readonly kind: 'update-map-run';
  readonly arn: string;
  readonly changes: MapRunChanges;
}

/** Said again, it tells what has come of a run that has ended before. */
export interface EndMapRunCommand extends Pick<StoredMapRun, 'resultsWritten' | 'express'> {
  readonly kind: 'end-map-run';
  readonly arn: string;
  /** Of the run that ends: one that has been redriven since goes on. */
  readonly redriveCount: number;
  readonly status: Exclude<MapRunStatus, 'RUNNING'>;
}

export type ExecutionCommand =
  | StartCommand
  | RecordCommand
  | SignalCommand
  | TakeActivityTaskCommand
  | StopCommand
  | RedriveCommand
  | AdoptCommand
  | StartMapRunCommand
  | UpdateMapRunCommand
  | EndMapRunCommand;

export type ExecutionResult =
  | { readonly kind: 'started'; readonly arn: string; readonly startedAtMs: number }
  /** The definition is not known any more: it has to come along. */
  | { readonly kind: 'definition-wanted' }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string }
  | { readonly kind: 'done' }
  /** Somebody else has written, or drives it now. */
  | { readonly kind: 'stale' }
  /** When it ended, or was redriven. */
  | { readonly kind: 'at'; readonly wallMs: number }
  | { readonly kind: 'activity-task'; readonly taskToken: string; readonly input: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'changed'; readonly count: number };

/** Since which format level each kind may be written. */
const executionCommandLevels: KindLevels<ExecutionCommand['kind']> = {
  start: 3,
  record: 3,
  signal: 3,
  'take-activity-task': 3,
  stop: 3,
  redrive: 3,
  adopt: 3,
  'start-map-run': 3,
  'update-map-run': 3,
  'end-map-run': 3,
};

/** Throws `storage` for a kind that this release does not know. */
export function executionCommandLevel(kind: string): number {
  return levelOfKind(executionCommandLevels, kind);
}

/** The bytes of a command lie beside its facts, never in them. The many are written out, without spreads (`resting.ts`). */
export function encodeExecutionCommand(command: ExecutionCommand): Buffer {
  switch (command.kind) {
    case 'start': {
      const { kind, origin, input, definition } = command;
      const both = Buffer.concat([input, definition]);
      return encodeFrame({ kind, origin, inputBytes: input.length }, both);
    }
    case 'record': {
      const { kind, arn, epoch, at, step, records, bytes, end, opened, closed, consumed } = command;
      const facts = { kind, arn, epoch, at, step, records, end, opened, closed, consumed };
      return encodeFrame(facts, bytes);
    }
    case 'signal': {
      const { kind, token, signal, output, error, cause } = command;
      return encodeFrame({ kind, token, signal, error, cause }, output);
    }
    default:
      return encodeFrame(command);
  }
}

/** Throws `storage` for a kind of a newer release. */
export function decodeExecutionCommand(facts: unknown, bytes: Uint8Array): ExecutionCommand {
  const command = facts as ExecutionCommand & { readonly inputBytes?: number };
  executionCommandLevel(command.kind);
  switch (command.kind) {
    case 'start': {
      const { kind, origin, inputBytes = 0 } = command;
      const [input, definition] = [bytes.slice(0, inputBytes), bytes.slice(inputBytes)];
      return { kind, origin, input, definition };
    }
    case 'record': {
      const { kind, arn, epoch, at, step, records, end, opened, closed, consumed } = command;
      return { kind, arn, epoch, at, step, records, bytes, end, opened, closed, consumed };
    }
    case 'signal': {
      const { kind, token, signal, error, cause } = command;
      return { kind, token, signal, output: bytes, error, cause };
    }
    default:
      return command;
  }
}
