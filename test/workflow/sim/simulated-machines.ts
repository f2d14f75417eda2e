/**
 * Workflows as a node composes them (the engine, the tasks, distributed Maps, the API), on several simulated nodes; only
 * what functions do, and where expressions are evaluated, is the simulation's.
 */
import assert from 'node:assert/strict';
import { silentLogger } from '../../../src/lib/index.js';
import { type ComposedWorkflows, makeWorkflows } from '../../../src/node/workflows.js';
import {
  HearthError,
  type Invocation,
  type InvocationOutcome,
  type NodeId,
} from '../../../src/types/index.js';
import { executionArn, stateMachineArn } from '../../../src/workflow/arns.js';
import type { StoredExecution } from '../../../src/workflow/executions/index.js';
import { bounds } from '../../../src/workflow/jsonata/bounds.js';
import { evaluateAll } from '../../../src/workflow/jsonata/evaluation.js';
import { type Evaluating, JsonataEvaluator } from '../../../src/workflow/jsonata/index.js';
import {
  encodeWorkflowBatch,
  encodeWorkflowCommand,
} from '../../../src/workflow/machine/command.js';
import type { WorkflowsReplica } from '../../../src/workflow/machine/replica.js';
import {
  type NodeDeps,
  SimulatedCluster,
  type SimulatedNode,
} from '../../replication/simulated-cluster.js';
import { child, corpus } from './corpus.js';
import { recordsOf, type SimulationOptions } from './simulated-workflows.js';
import { Witness } from './witness.js';

const role = 'arn:aws:iam::000000000000:role/sim';

export class SimulatedMachines {
  readonly cluster: SimulatedCluster<ComposedWorkflows>;
  readonly witness = new Witness(() => this.cluster.clock.nowMs());
  /** Tokens that functions were given, and workers took. */
  readonly tokens = new Set<string>();
  /** Of all functions that were called: how often for one try. */
  readonly calls = new Map<string, number>();

  constructor({ seed, nodes, lossOfAnswers }: SimulationOptions) {
    this.cluster = new SimulatedCluster<ComposedWorkflows>({
      seed,
      nodes,
      lossOfAnswers,
      make: (deps) => this.#make(deps),
      machineOf: ({ workflows }) => workflows.replica,
      committed: (entry) => this.witness.committed(entry),
      started: ({ workflows }) => workflows.start(),
    });
  }

  get truth(): WorkflowsReplica {
    return this.witness.truth;
  }

  /** All machines of the corpus are there. */
  async create(): Promise<void> {
    const all: [string, unknown][] = [['child', child]];
    for (const [name, { definition }] of corpus) all.push([name, definition]);
    for (const [name, definition] of all) {
      const asked = { name, definition: JSON.stringify(definition), roleArn: role };
      void this.anyone()
        ?.service.perform('CreateStateMachine', asked)
        .catch((error: unknown) => assert.ok(isLater(error), `${name}: ${error}`));
    }
    void this.anyone()
      ?.service.perform('CreateActivity', { name: 'work' })
      .catch((error: unknown) => assert.ok(isLater(error), `activity: ${error}`));
    await this.cluster.pass(400);
    const { registry } = this.truth;
    const missing = all.filter(
      ([name]) => registry.runnable(stateMachineArn(name), 0) === undefined,
    );
    if (missing.length > 0 || registry.activity('work') === undefined) await this.create();
  }

  anyone(): ComposedWorkflows | undefined {
    const { alive, random } = this.cluster;
    return alive[random.below(alive.length)]?.service ?? undefined;
  }

  /** Says with which ARN it was accepted, if it was. */
  async start(machine: string, name: string): Promise<string | null> {
    const input = corpus.get(machine)?.input ?? '{}';
    const asked = { stateMachineArn: stateMachineArn(machine), name, input };
    const service = this.anyone()?.service;
    if (service === undefined) return null;
    try {
      const { executionArn: arn } = await service.perform('StartExecution', asked);
      assert.equal(arn, executionArn(machine, name));
      return String(arn);
    } catch (error) {
      assert.ok(isLater(error), String(error));
      return null;
    }
  }

  /** All that a node drives goes to another one, while it goes on. */
  adopt(from: NodeId): void {
    const { alive, clock, random } = this.cluster;
    const to = alive[random.below(alive.length)]?.id ?? from;
    const command = { kind: 'adopt', from, to: [to], itemsMax: 1000 } as const;
    const encoded = encodeWorkflowCommand({ of: 'executions', command });
    this.cluster.append(encodeWorkflowBatch(to, clock.wallMs(), [encoded]).data);
  }

  /** A node that is told to stop: what runs has a moment to end, the rest is given to others. */
  leave(node: SimulatedNode<ComposedWorkflows>): void {
    const { service, life } = node;
    const left = async (): Promise<void> => {
      await service?.workflows.drain(200);
      await service?.stop();
      if (node.life === life) this.cluster.kill(node);
    };
    void left();
  }

  get(arn: string): StoredExecution | undefined {
    return this.truth.executions.get(arn);
  }

  /** Of all that is committed, and of every node that is alive, once all have applied everything. */
  states(): object[] {
    this.cluster.settle();
    return [this.truth, ...this.replicas()].map(({ executions, registry }) => {
      executions.invariants();
      const image = executions.image();
      return {
        definitions: image.definitions.map(([hash]) => hash).sort(),
        executions: image.executions.map(withText),
        tokens: image.tokens,
        mapRuns: image.mapRuns,
        registry: [...registry.image()],
      };
    });
  }

  replicas(): WorkflowsReplica[] {
    return this.cluster.alive.flatMap(({ service }) => service?.workflows.replica ?? []);
  }

  #make(deps: NodeDeps): ComposedWorkflows {
    const { id, clock, view, propose, reached, catchUp, turn, random } = deps;
    return makeWorkflows(
      {
        catalog: { catchUp, waitFor: reached },
        propose,
        invoke: (invocation) => this.#invoke(invocation, turn),
        events: { submit: notUsed },
        streams: { append: notUsed },
        self: () => id,
        view,
        clock,
        logger: silentLogger,
        random,
        // some keep no engine that waits
        idleEnginesMax: random.below(2) * 1000,
        evaluator: new JsonataEvaluator(clock, undefined, inThisThread),
      },
      { asyncAdoptAfterMs: 500, drainNoticeMs: 400, drainMs: 600 },
    );
  }

  async #invoke(invocation: Invocation, turn: () => Promise<void>): Promise<InvocationOutcome> {
    this.witness.begins(invocation.requestId);
    await turn();
    const { requestId, functionName, payload } = invocation;
    this.calls.set(requestId, (this.calls.get(requestId) ?? 0) + 1);
    const given = JSON.parse(Buffer.from(payload).toString()) as Given;
    if (typeof given === 'object' && given.token !== undefined) this.tokens.add(given.token);
    const { random } = this.cluster;
    await this.cluster.delay(functionName === 'slow' ? 3_600_000 : random.below(150));
    await turn();
    if (random.next() < 0.05) throw new HearthError('sandbox-unavailable', 'none is free');
    return outcome(functionName, given);
  }
}

type Given = number | { readonly n?: number; readonly tries?: number; readonly token?: string };

function outcome(name: string, given: Given): InvocationOutcome {
  const { n = 0, tries = 0 } = typeof given === 'number' ? { n: given } : given;
  const failure = name === 'broken' ? 'Broken' : name === 'flaky' && tries < 1 ? 'Flaky' : null;
  const value =
    failure === null
      ? { n: name === 'double' ? n * 2 : n, tries }
      : { errorType: failure, errorMessage: 'because' };
  return {
    payload: Buffer.from(JSON.stringify(value)),
    streamed: false,
    functionError: failure !== null,
    executedVersion: '$LATEST',
    start: 'warm',
    durationMs: 1,
    logTail: () => new Uint8Array(0),
  };
}

function inThisThread(): Evaluating {
  const { evaluationMsMax } = bounds.long;
  return {
    evaluate: (question) => evaluateAll({ ...question, evaluationMsMax }),
    stop: () => {},
  };
}

function withText(stored: StoredExecution): object {
  const { history: _, input, ...facts } = stored;
  return { ...facts, input: Buffer.from(input).toString(), records: recordsOf(stored) };
}

function notUsed(): never {
  throw new Error('no machine of the corpus does that');
}

export function isLater(error: unknown): boolean {
  return (
    error instanceof HearthError && /^(no-quorum|too-many-requests|draining)$/.test(error.code)
  );
}
