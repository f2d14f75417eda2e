/** Composes workflows: the registry and executions on the log, what drives executions here, and the API over both. */
import type { Catalog } from '../catalog/index.js';
import type { ControlClient } from '../cluster/index.js';
import type { AsyncEvents, StreamService } from '../events/index.js';
import { type Clock, type Logger, type Random, randomUuid, systemRandom } from '../lib/index.js';
import {
  type ClusterView,
  HearthError,
  type Invocation,
  type InvocationOutcome,
  type NodeConfig,
  type NodeId,
} from '../types/index.js';
import {
  ClusterTasks,
  type Definition,
  JsonataEvaluator,
  makeEngine,
  parseDefinition,
  S3Buckets,
  testStateWith,
  WorkflowService,
  Workflows,
} from '../workflow/index.js';

export interface WorkflowsParts {
  readonly catalog: Pick<Catalog, 'catchUp' | 'waitFor'>;
  readonly propose: ControlClient['propose'];
  /** Throws HearthError. */
  readonly invoke: (invocation: Invocation) => Promise<InvocationOutcome>;
  readonly events: Pick<AsyncEvents, 'submit'>;
  readonly streams: Pick<StreamService, 'append'>;
  readonly self: () => NodeId;
  readonly view: () => ClusterView | null;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random?: Random;
  readonly evaluator?: JsonataEvaluator;
  /** As in `ExecutionsDeps`. */
  readonly idleEnginesMax?: number;
}

export interface ComposedWorkflows {
  readonly workflows: Workflows;
  readonly service: WorkflowService;
  /** After they were drained: nothing is accepted, performed or evaluated any more. */
  stop(): Promise<void>;
}

export function makeWorkflows(
  parts: WorkflowsParts,
  config: Pick<NodeConfig, 'asyncAdoptAfterMs' | 'drainNoticeMs' | 'drainMs' | 'workflowObjects'>,
): ComposedWorkflows {
  const { catalog, clock, logger, invoke, events, streams, random = systemRandom() } = parts;
  const catchUp = (): Promise<boolean> => catalog.catchUp();
  const { evaluator = new JsonataEvaluator(clock), idleEnginesMax } = parts;
  const buckets = bucketsOf(config, clock);
  const tasks: ClusterTasks = new ClusterTasks({
    invoke,
    submit: async ({ requestId, ...event }) => {
      await events.submit({ ...event, id: requestId, idempotencyKey: '' });
    },
    catchUp,
    statesApi: (operation, input, signal) => service.ask(operation, input, signal),
    hasActivity: (arn) => workflows.registry.hasActivity(arn),
    executions: {
      get: (arn) => workflows.executions.get(arn),
      ended: (arn, signal) => workflows.executions.ended(arn, signal),
      stop: (arn, error, cause) => workflows.executions.stop(arn, error, cause),
    },
    putRecord: (stream, record) => streams.append(stream, record),
    ...(buckets === null ? {} : { buckets }),
    clock,
    logger,
  });
  const engine = {
    makeEngine,
    parse: parsed,
    evaluator,
    tasks,
    random: () => random.next(),
    ...(idleEnginesMax === undefined ? {} : { idleEnginesMax }),
    ...(buckets === null ? {} : { objects: buckets }),
  };
  const workflows = new Workflows(
    {
      ...parts,
      propose: (data) => parts.propose(data, 'committed'),
      reached: (index, timeoutMs) => catalog.waitFor(index, timeoutMs),
      catchUp,
      driving: engine,
    },
    {
      adoptAfterMs: config.asyncAdoptAfterMs,
      leftAfterMs: Math.max(config.asyncAdoptAfterMs, config.drainNoticeMs + config.drainMs),
    },
  );
  const testState = testStateWith({
    evaluator,
    tasks,
    clock,
    random: () => random.next(),
    uuid: randomUuid,
  });
  const service: WorkflowService = new WorkflowService({
    registry: {
      get core() {
        return workflows.registry;
      },
      propose: (command) => workflows.propose(command),
      catchUp,
    },
    executions: workflows.executions,
    testState,
    random,
    uuid: randomUuid,
  });
  const stop = async (): Promise<void> => {
    await workflows.stop();
    evaluator.stop();
    await tasks.stop();
    buckets?.close();
  };
  return { workflows, service, stop };
}

/** null where none are configured. */
function bucketsOf(
  { workflowObjects }: Pick<NodeConfig, 'workflowObjects'>,
  clock: Clock,
): S3Buckets | null {
  if (workflowObjects === undefined) return null;
  const { endpoint = null, region, buckets = null, credentialsFile = null } = workflowObjects;
  return new S3Buckets({ endpoint, region, buckets, credentialsFile }, clock);
}

/** Of a definition that had been accepted. */
function parsed(text: string): Definition {
  const result = parseDefinition(text, 'STANDARD');
  if (result.kind === 'valid') return result.definition;
  throw new HearthError('invalid-definition', result.message);
}
