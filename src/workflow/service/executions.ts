/** Operations on executions. */
import { stateMachineArn } from '../arns.js';
import type { ExecutionFilter, ExecutionView, NewExecution } from '../executions/types.js';
import type { Runnable } from '../registry/index.js';
import type { Operations, Output, WorkflowDeps } from './deps.js';
import { checkExecutionInput } from './execution-input.js';
import { eventOutput } from './history-output.js';
import { nextTokenOf, pageAsked } from './pages.js';
import {
  invalid,
  invalidArn,
  noExecution,
  noResource,
  noStateMachine,
  stateMachineDeleting,
  unconfirmed,
  wrongType,
} from './refusals.js';
import { defaultLogging, defaultTracing, encryption, seconds } from './settings.js';
import type { Input } from './shapes.js';
import { definitionMembers } from './state-machines.js';
import { checkName, target } from './targets.js';

type ExecutionOperation =
  | 'StartExecution'
  | 'StartSyncExecution'
  | 'DescribeExecution'
  | 'DescribeStateMachineForExecution'
  | 'ListExecutions'
  | 'StopExecution'
  | 'RedriveExecution'
  | 'GetExecutionHistory';

export function executionOperations(deps: WorkflowDeps): Operations<ExecutionOperation> {
  const { executions } = deps;
  return {
    StartExecution: async (input) => {
      const { arn, startedAtMs } = await executions.start(await newExecution(deps, input));
      return { executionArn: arn, startDate: seconds(startedAtMs) };
    },
    StartSyncExecution: async (input, { signal }) => {
      const asked = await newExecution(deps, input, 'EXPRESS');
      const { billedMs, ...view } = await executions.startSync(asked, signal);
      return {
        ...executionOutput(view, input.includedData !== 'METADATA_ONLY'),
        billingDetails: {
          billedDurationInMilliseconds: Math.max(1, Math.ceil(billedMs / 100)) * 100,
          billedMemoryUsedInMB: billedMemoryMb,
        },
      };
    },
    DescribeExecution: async ({ executionArn: arn, includedData }) => {
      const view = await viewOf(deps, arn);
      return {
        ...executionOutput(view, includedData !== 'METADATA_ONLY'),
        stateMachineVersionArn: view.stateMachineVersionArn ?? undefined,
        stateMachineAliasArn: view.stateMachineAliasArn ?? undefined,
        mapRunArn: view.mapRunArn ?? undefined,
        redriveCount: view.redriveCount,
        redriveDate: seconds(view.redrivenAtMs),
        redriveStatus: redriveStatusOf(view),
        redriveStatusReason: view.notRedrivable ?? undefined,
      };
    },
    DescribeStateMachineForExecution: (input) => stateMachineFor(deps, input),
    ListExecutions: (input) => listed(deps, input),
    StopExecution: async ({ executionArn: arn, error = null, cause = null }) => {
      standardTarget(arn);
      return { stopDate: seconds(await executions.stop(arn, error, cause)) };
    },
    RedriveExecution: async ({ executionArn: arn, clientToken = null }) => {
      standardTarget(arn);
      return { redriveDate: seconds(await executions.redrive(arn, clientToken)) };
    },
    GetExecutionHistory: async (input) => {
      const { executionArn: arn, reverseOrder = false, includeExecutionData = true } = input;
      standardTarget(arn);
      const list = `history ${reverseOrder} ${arn}`;
      const asked = pageAsked(input, list);
      const page = await executions.history(arn, asked, reverseOrder);
      return {
        events: page.items.map((event) => eventOutput(event, includeExecutionData)),
        nextToken: nextTokenOf(page.next, list),
      };
    },
  };
}

/** What AWS bills for a small Express execution, at the least. */
const billedMemoryMb = 64;

/** `type`: what the state machine has to be. */
async function newExecution(
  deps: WorkflowDeps,
  asked: Input<'StartExecution'>,
  type?: Runnable['type'],
): Promise<NewExecution> {
  const { registry, random, uuid } = deps;
  const { name: machine } = target(asked.stateMachineArn, 'stateMachine');
  let runnable = registry.core.runnable(asked.stateMachineArn, random.next());
  if (runnable === undefined) {
    // perhaps it was created at another node a moment ago
    const isConfirmed = await registry.catchUp();
    runnable = registry.core.runnable(asked.stateMachineArn, random.next());
    if (runnable === undefined && !isConfirmed) throw unconfirmed(asked.stateMachineArn);
  }
  if (runnable === undefined) throw noStateMachine(asked.stateMachineArn);
  if (registry.core.stateMachine(machine)?.isDeleting) {
    throw stateMachineDeleting(asked.stateMachineArn);
  }
  if (type !== undefined && runnable.type !== type) throw wrongType();
  const { name = uuid(), input = '{}', traceHeader = '' } = asked;
  checkName(name);
  checkExecutionInput(input);
  return {
    stateMachineName: runnable.stateMachineName,
    stateMachineArn: runnable.stateMachineArn,
    stateMachineVersionArn: runnable.stateMachineVersionArn,
    stateMachineAliasArn: runnable.stateMachineAliasArn,
    type: runnable.type,
    definition: runnable.definition,
    revisionId: runnable.revisionId,
    roleArn: runnable.roleArn,
    name,
    input,
    traceId: traceHeader,
    mapRunArn: null,
  };
}

/** Throws `execution-does-not-exist`; of an Express one that no map run has started, `invalid-arn` (AWS). */
async function viewOf({ executions }: WorkflowDeps, arn: string): Promise<ExecutionView> {
  const { kind } = target(arn, 'execution', 'express');
  const view = await executions.get(arn);
  if (view !== undefined) return view;
  throw kind === 'express' ? invalidArn(notHere(kind)) : noExecution(arn);
}

/** Throws `invalid-arn`. */
function standardTarget(arn: string): void {
  target(arn, 'execution');
}

function notHere(kind: string): string {
  return `Resource type not valid in this context: ${kind}`;
}

/** What lists tell of it, too. */
function briefly(view: ExecutionView): Output {
  return {
    executionArn: view.arn,
    stateMachineArn: view.stateMachineArn,
    name: view.name,
    status: view.status,
    startDate: seconds(view.startedAtMs),
    stopDate: seconds(view.endedAtMs),
  };
}

function executionOutput(view: ExecutionView, withData: boolean): Output {
  const included = { included: withData };
  const { failure } = view;
  return {
    ...briefly(view),
    input: withData ? view.input : undefined,
    inputDetails: included,
    output: withData ? (view.output ?? undefined) : undefined,
    outputDetails: view.output === null ? undefined : included,
    error: failure === null || failure.hasError === false ? undefined : failure.error,
    cause: failure === null || failure.hasCause === false ? undefined : failure.cause,
    traceHeader: view.traceId || undefined,
  };
}

async function stateMachineFor(
  deps: WorkflowDeps,
  { executionArn, includedData }: Input<'DescribeStateMachineForExecution'>,
): Promise<Output> {
  const view = await viewOf(deps, executionArn);
  const definition = await deps.executions.definition(executionArn);
  if (definition === undefined) throw noExecution(executionArn);
  const [name = '', label] = view.stateMachineName.split('/');
  const machine = deps.registry.core.stateMachine(name);
  const isCurrent = (machine?.revisionId ?? '') === view.revisionId;
  const version = machine?.versions.findLast(
    ({ revisionId }) => (revisionId ?? '') === view.revisionId,
  );
  const settings = (isCurrent ? machine : version) ?? machine;
  const updatedAtMs = isCurrent ? machine?.updatedAtMs : version?.createdAtMs;
  return {
    stateMachineArn: view.stateMachineArn,
    name,
    ...definitionMembers(definition, view.type, includedData === 'METADATA_ONLY'),
    roleArn: view.roleArn,
    // of a state machine that is deleted, the last that is known
    updateDate: seconds(updatedAtMs ?? view.startedAtMs),
    loggingConfiguration: settings?.logging ?? defaultLogging,
    tracingConfiguration: settings?.tracing ?? defaultTracing,
    encryptionConfiguration: encryption,
    mapRunArn: view.mapRunArn ?? undefined,
    label,
    revisionId: view.revisionId || undefined,
  };
}

async function listed(deps: WorkflowDeps, input: Input<'ListExecutions'>): Promise<Output> {
  const filter = await filterOf(deps, input);
  const list = `executions ${JSON.stringify(filter)}`;
  const page = await deps.executions.list(filter, pageAsked(input, list));
  return {
    executions: page.items.map((view) => ({
      ...briefly(view),
      mapRunArn: view.mapRunArn ?? undefined,
      itemCount: view.itemCount,
      stateMachineVersionArn: view.stateMachineVersionArn ?? undefined,
      stateMachineAliasArn: view.stateMachineAliasArn ?? undefined,
      redriveCount: view.redriveCount,
      redriveDate: seconds(view.redrivenAtMs),
    })),
    nextToken: nextTokenOf(page.next, list),
  };
}

async function filterOf(
  deps: WorkflowDeps,
  { stateMachineArn: arn, mapRunArn, statusFilter, redriveFilter }: Input<'ListExecutions'>,
): Promise<ExecutionFilter> {
  const filter = {
    ...(statusFilter === undefined ? {} : { status: statusFilter }),
    ...(redriveFilter === undefined ? {} : { redrive: redriveFilter }),
  };
  if ((arn === undefined) === (mapRunArn === undefined)) {
    throw invalid('Must provide exactly one of stateMachineArn and mapRunArn');
  }
  if (mapRunArn !== undefined) {
    target(mapRunArn, 'mapRun');
    if ((await deps.executions.mapRun(mapRunArn)) === undefined) throw noResource();
    return { mapRunArn, ...filter };
  }
  const { name, qualifier } = target(arn ?? '', 'stateMachine');
  await deps.registry.catchUp();
  const runnable = deps.registry.core.runnable(arn ?? '', 0);
  if (runnable === undefined) throw noStateMachine(arn ?? '');
  if (runnable.type === 'EXPRESS') throw wrongType();
  const qualified = qualifier === null ? {} : { qualifiedArn: stateMachineArn(name, qualifier) };
  return { stateMachineArn: stateMachineArn(name), ...qualified, ...filter };
}

/** Recorded: a child of a map run is redriven with its run alone. */
function redriveStatusOf({ notRedrivable, mapRunArn }: ExecutionView): string {
  if (notRedrivable !== null) return 'NOT_REDRIVABLE';
  return mapRunArn === null ? 'REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN';
}
