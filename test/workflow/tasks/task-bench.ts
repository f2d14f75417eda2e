/** Tasks against fakes of all that they call: what was asked is noted, what is answered is the test's to say. */
import { SimulatedClock, silentLogger } from '../../../src/lib/index.js';
import { type Invocation, type InvocationOutcome, requestId } from '../../../src/types/index.js';
import type { S3Api } from '../../../src/workflow/buckets/index.js';
import type { ExecutionView } from '../../../src/workflow/executions/types.js';
import type { JsonObject, JsonValue } from '../../../src/workflow/json.js';
import { resourceOf } from '../../../src/workflow/language/index.js';
import {
  type CancelTask,
  ClusterTasks,
  type ClusterTasksDeps,
  type TaskReport,
  type TaskRequest,
} from '../../../src/workflow/tasks/index.js';

export const ownId = '3f2a6f0e-8d5b-4d43-9a55-4f1f3f0d7c11';
export const clockStartMs = Date.UTC(2026, 10, 21, 9, 30, 0);
export const lambdaArn = 'arn:aws:lambda:us-east-1:123456789012:function';

export class TaskBench {
  readonly clock = new SimulatedClock(clockStartMs);
  readonly invocations: Invocation[] = [];
  readonly events: string[] = [];
  readonly asked: { operation: string; input: JsonObject }[] = [];
  readonly stopped: string[] = [];
  readonly activities = new Set<string>();
  started = 0;
  readonly records: { stream: string; id: string; data: string }[] = [];
  /** What the router answers. */
  catchUp = async (): Promise<boolean> => true;
  invoke: (invocation: Invocation) => Promise<InvocationOutcome> = async ({ payload }) =>
    outcome(Buffer.from(payload).toString());
  api: (operation: string, input: JsonObject) => Promise<JsonObject> = async () => ({});
  executions = new Map<string, ExecutionView>();
  readonly #ended = new Map<string, (view: ExecutionView) => void>();
  readonly tasks: ClusterTasks;

  constructor(buckets?: S3Api) {
    this.tasks = new ClusterTasks({
      ...this.#deps(),
      ...(buckets === undefined ? {} : { buckets }),
    });
  }

  /** All reports until the last one. */
  run(resource: string, input: JsonValue, more: Partial<TaskRequest> = {}): Promise<TaskReport[]> {
    const reports: TaskReport[] = [];
    return new Promise((resolve) => {
      this.begin(resource, input, more, (report) => {
        reports.push(report);
        const isLast = report.kind === 'succeeded' || report.kind === 'failed';
        if (isLast || (report.kind === 'submitted' && resource.endsWith('Token'))) resolve(reports);
      });
    });
  }

  /** `tell`: what comes of it; that it was started is counted. */
  begin(
    resource: string,
    input: JsonValue,
    more: Partial<TaskRequest>,
    tell: (report: TaskReport) => void,
  ): CancelTask {
    return this.tasks.begin({ ...requestOf(resource, input), ...more }, (report) => {
      if (report.kind === 'started') this.started++;
      else tell(report);
    });
  }

  end(view: ExecutionView): void {
    this.executions.set(view.arn, view);
    this.#ended.get(view.arn)?.(view);
  }

  #deps(): ClusterTasksDeps {
    return {
      clock: this.clock,
      logger: silentLogger,
      catchUp: () => this.catchUp(),
      invoke: (invocation) => {
        this.invocations.push(invocation);
        return this.invoke(invocation);
      },
      submit: async ({ functionName, payload }) => {
        this.events.push(`${functionName} ${Buffer.from(payload).toString()}`);
      },
      statesApi: (operation, input) => {
        this.asked.push({ operation, input });
        return this.api(operation, input);
      },
      hasActivity: (arn) => this.activities.has(arn),
      putRecord: async (stream, { id, data }) => {
        this.records.push({ stream, id, data: Buffer.from(data).toString() });
        return this.records.length;
      },
      executions: {
        get: async (arn) => this.executions.get(arn),
        stop: async (arn) => {
          this.stopped.push(arn);
          return clockStartMs;
        },
        ended: (arn, signal) =>
          new Promise((resolve, reject) => {
            const view = this.executions.get(arn);
            if (view !== undefined && view.status !== 'RUNNING') return resolve(view);
            this.#ended.set(arn, resolve);
            signal?.addEventListener('abort', () => reject(new Error('nobody waits any more')));
          }),
      },
    };
  }
}

export function outcome(payload: string, more: Partial<InvocationOutcome> = {}): InvocationOutcome {
  return {
    payload: Buffer.from(payload),
    streamed: false,
    functionError: false,
    executedVersion: '$LATEST',
    start: 'warm',
    durationMs: 1,
    logTail: () => Buffer.from('END'),
    ...more,
  };
}

/** Something that a test waits for. */
export class Latch {
  open: () => void = () => {};
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}

/** All that is ready to run has run. */
export async function turn(): Promise<void> {
  for (let hops = 0; hops < 20; hops++) await Promise.resolve();
}

/** The output of a task that succeeded. */
export function outputOf(reports: readonly TaskReport[]): JsonObject {
  const last = reports.at(-1);
  if (last === undefined || !('output' in last))
    throw new Error(`no output: ${JSON.stringify(last)}`);
  return JSON.parse(last.output) as JsonObject;
}

function requestOf(resource: string, input: JsonValue): TaskRequest {
  const named = resourceOf(resource);
  if (named === undefined) throw new Error(`not a resource: ${resource}`);
  return {
    id: '3/0',
    executionArn: 'arn:aws:states:us-east-1:123456789012:execution:parent:run',
    stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:parent',
    resource: named,
    input: JSON.stringify(input),
    taskToken: null,
    requestId: requestId(ownId),
    heartbeatSeconds: null,
    timeoutSeconds: null,
    traceId: 'Root=1-67891233-abcdef012345678912345678',
  };
}
