/**
 * `states:startExecution`: another state machine, started, or waited for. The child is the same for the same try, so
 * that a node that takes over finds it instead of starting a second one: where it is given no name, that is made of the
 * try's request id, and its trace tells whose child it is.
 */
import type { Clock } from '../../lib/index.js';
import { HearthError } from '../../types/index.js';
import { executionArn, parseStatesArn } from '../arns.js';
import type { Executions, ExecutionView } from '../executions/types.js';
import type { JsonObject, JsonValue } from '../json.js';
import { type Integration, TaskFailure, type TaskWork } from './integration.js';
import { sdkMetadata } from './sdk-metadata.js';
import { serviceFailure } from './service-failure.js';
import { type StatesApi, statesInput } from './states-calls.js';
import { whileUnavailable } from './unavailable.js';

export interface StartExecutionDeps {
  readonly api: StatesApi;
  readonly executions: Pick<Executions, 'get' | 'ended' | 'stop'>;
  readonly clock: Clock;
}

interface Child {
  readonly arn: string;
  readonly startedAtMs: number;
}

const states = { prefix: 'StepFunctions', service: 'AWSStepFunctions', sdk: 'optimised' } as const;

export function startExecution(deps: StartExecutionDeps): Integration {
  return async (work) => {
    const child = await started(deps, work).catch((thrown) => {
      throw serviceFailure(states, thrown, work.request.requestId);
    });
    const answer = startAnswer(child, work.request.requestId, deps.clock.wallMs());
    const { resource } = work.request;
    if (resource.kind !== 'service') return answer;
    if (resource.mode !== 'sync' && resource.mode !== 'sync:2') return answer;
    work.submitted(answer);
    const view = await ended(deps, work, child.arn);
    return result(view, resource.mode, work.request.roleArn !== undefined);
  };
}

async function started(
  { api, executions, clock }: StartExecutionDeps,
  work: TaskWork,
): Promise<Child> {
  const { request, parameters, signal } = work;
  const traceHeader = childTrace(request.traceId, request.requestId);
  const input = { name: request.requestId, ...statesInput(parameters), traceHeader };
  try {
    // by its name it is the same one however often it is started
    const answer = await whileUnavailable(clock, signal, () =>
      api('StartExecution', input, signal),
    );
    const { executionArn: arn, startDate } = answer;
    return { arn: String(arn), startedAtMs: Math.round(Number(startDate) * 1000) };
  } catch (thrown) {
    if (!(thrown instanceof HearthError) || thrown.code !== 'execution-already-exists')
      throw thrown;
    const own = await executions.get(childArn(input));
    if (own?.traceId !== traceHeader) throw thrown;
    return own;
  }
}

/** Who ends takes the child along; who only goes on elsewhere leaves it. */
async function ended(
  { executions }: StartExecutionDeps,
  { request, signal }: TaskWork,
  arn: string,
): Promise<ExecutionView> {
  try {
    return await executions.ended(arn, signal);
  } catch (thrown) {
    if (signal.aborted) {
      const { isGivenUp } = signal;
      const parent = isGivenUp ? undefined : await executions.get(request.executionArn);
      const isOver = isGivenUp || (parent !== undefined && parent.status !== 'RUNNING');
      // by now it may have ended itself
      if (isOver) await executions.stop(arn, null, null).catch(() => {});
    }
    throw serviceFailure(states, thrown, request.requestId);
  }
}

function result(view: ExecutionView, mode: 'sync' | 'sync:2', isOfRole: boolean): string {
  const described = description(view, mode, isOfRole);
  if (view.status === 'SUCCEEDED') return JSON.stringify(described);
  throw new TaskFailure('States.TaskFailed', JSON.stringify(described));
}

/**
 * What the child came to. By `.sync:2` its input and output are JSON, by `.sync` texts. Where a role of another account
 * is assumed, AWS asks for it (DescribeExecution) instead of being told: then it knows of redrives as well.
 */
function description(view: ExecutionView, mode: 'sync' | 'sync:2', isOfRole: boolean): JsonObject {
  const data = (text: string): JsonValue =>
    mode === 'sync' ? text : (JSON.parse(text) as JsonValue);
  const { failure, output } = view;
  return {
    ...(failure !== null && failure.hasCause !== false ? { Cause: failure.cause } : {}),
    ...(failure !== null && failure.hasError !== false ? { Error: failure.error } : {}),
    ExecutionArn: view.arn,
    Input: data(view.input),
    InputDetails: { Included: true },
    Name: view.name,
    ...(output === null ? {} : { Output: data(output), OutputDetails: { Included: true } }),
    ...(isOfRole ? redrive(view) : {}),
    StartDate: view.startedAtMs,
    ...(view.stateMachineAliasArn === null
      ? {}
      : { StateMachineAliasArn: view.stateMachineAliasArn }),
    StateMachineArn: view.stateMachineArn,
    ...(view.stateMachineVersionArn === null
      ? {}
      : { StateMachineVersionArn: view.stateMachineVersionArn }),
    Status: view.status,
    StopDate: view.endedAtMs,
  };
}

function redrive({ redriveCount, notRedrivable }: ExecutionView): JsonObject {
  return {
    RedriveCount: redriveCount,
    RedriveStatus: notRedrivable === null ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    ...(notRedrivable === null ? {} : { RedriveStatusReason: notRedrivable }),
  };
}

function startAnswer({ arn, startedAtMs }: Child, requestId: string, wallMs: number): string {
  // AWS's service writes a time so, and only its length is seen
  const body = JSON.stringify({ executionArn: arn, startDate: '' }).replace(
    /""/,
    '1.674743961234E9',
  );
  const headers = {
    connection: 'keep-alive',
    'Content-Length': String(Buffer.byteLength(body)),
    'Content-Type': 'application/x-amz-json-1.0',
  };
  const metadata = sdkMetadata({ status: 200, headers, requestId, wallMs });
  return JSON.stringify({ ExecutionArn: arn, ...metadata, StartDate: startedAtMs });
}

function childArn(input: JsonObject): string {
  const machine = parseStatesArn(String(input.stateMachineArn));
  return machine?.kind === 'stateMachine' ? executionArn(machine.name, String(input.name)) : '';
}

/** X-Ray's header: the trace of the parent, where it has one, and this try as the parent's span. */
function childTrace(traceId: string, requestId: string): string {
  const hex = requestId.replaceAll('-', '');
  const root =
    /(?:^|;)(Root=[^;]+)/.exec(traceId)?.[1] ?? `Root=1-${hex.slice(0, 8)}-${hex.slice(8, 32)}`;
  return `${root};Parent=${hex.slice(-16)};Sampled=1`;
}
