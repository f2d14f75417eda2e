/** What a Task state asks of the outside, and what comes back. */
import type { RequestId } from '../../types/index.js';

export type TaskMode = 'request-response' | 'sync' | 'sync:2' | 'wait-for-task-token';

/** What the Resource of a Task names. */
export type TaskResource =
  /** A function by its ARN: LambdaFunction* events, the input is the payload. */
  | { readonly kind: 'function'; readonly arn: string }
  | { readonly kind: 'activity'; readonly arn: string }
  /** `arn:aws:states:::SERVICE:API[.sync|.sync:2|.waitForTaskToken]`: `service` is `lambda`, `states`, `http`, `aws-sdk:sfn` and so on. */
  | {
      readonly kind: 'service';
      readonly service: string;
      readonly action: string;
      readonly mode: TaskMode;
      /** As events name it: the action with its mode as written, such as `invoke.waitForTaskToken`. */
      readonly resource: string;
    };

/** One try of a Task state: a retry is another one. */
export interface TaskRequest {
  /** Unique in its execution, and the same after a restart. */
  readonly id: string;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly resource: TaskResource;
  /** The input of the function or activity, the parameters of the service: JSON text. */
  readonly input: string;
  /** Where the outside ends it (activities, `.waitForTaskToken`). */
  readonly taskToken: string | null;
  /** Of what is invoked: the same after a restart, so that work under way is known again. */
  readonly requestId: RequestId;
  readonly heartbeatSeconds: number | null;
  readonly timeoutSeconds: number | null;
  readonly traceId: string;
  /** `Credentials.RoleArn` of the state, where it has one. */
  readonly roleArn?: string;
}

/** What becomes of it. `started` and `submitted` may be left out, and `started` come again after a restart. */
export type TaskReport =
  | { readonly kind: 'started'; readonly workerName?: string }
  /** `output` is JSON text: what a service answered to a request that goes on. */
  | { readonly kind: 'submitted'; readonly output: string }
  | { readonly kind: 'succeeded'; readonly output: string }
  | {
      readonly kind: 'failed';
      /** Where: before it was scheduled, started, submitted, or at all (`TaskFailed`, `LambdaFunctionFailed`). */
      readonly at: 'schedule' | 'start' | 'submit' | 'task';
      readonly error: string;
      readonly cause: string;
    };

/**
 * Begins tasks. What has begun ends by exactly one `succeeded` or `failed`, unless it is cancelled or the outside ends it
 * by its token; timeouts and heartbeats are the engine's. `tell` is never called before `begin` has returned.
 */
export interface TaskRunner {
  begin(request: TaskRequest, tell: (report: TaskReport) => void): CancelTask;
}

/**
 * Nothing is told from now on. `given-up`: nobody will ever wait for it again, so that what it started is stopped, where it
 * can be. Without it (the execution has ended, or another node goes on with it) that is done where it has ended.
 */
export type CancelTask = (why?: 'given-up') => void;
