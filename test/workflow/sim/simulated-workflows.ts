/** Workflows on several simulated nodes, with the toy engine, and tasks that are performed in simulated time. */
import assert from 'node:assert/strict';
import { nextTurn, silentLogger } from '../../../src/lib/index.js';
import type { StoredExecution } from '../../../src/workflow/executions/index.js';
import { decodeRecords } from '../../../src/workflow/executions/record-codec.js';
import type { NewExecution } from '../../../src/workflow/executions/types.js';
import type { HistoryRecord } from '../../../src/workflow/history.js';
import type { Definition } from '../../../src/workflow/language/types.js';
import { WorkflowsReplica } from '../../../src/workflow/machine/replica.js';
import { encodeWorkflows } from '../../../src/workflow/machine/snapshot.js';
import { Workflows } from '../../../src/workflow/machine/workflows.js';
import type { TaskReport, TaskRequest } from '../../../src/workflow/tasks/types.js';
import { type NodeDeps, SimulatedCluster } from '../../replication/simulated-cluster.js';
import { ToyEngine, type ToyStep } from './toy-engine.js';

export interface SimulationOptions {
  readonly seed: number;
  readonly nodes: number;
  readonly lossOfAnswers: number;
}

export class SimulatedWorkflows {
  readonly cluster: SimulatedCluster<Workflows>;
  /** All that is committed, at once. */
  readonly truth = new WorkflowsReplica({
    nextTurn,
    changed: () => {},
    heard: () => {},
    replaced: () => {},
  });
  /** Tokens of tasks that have begun. */
  readonly tokens = new Set<string>();
  begun = 0;

  constructor({ seed, nodes, lossOfAnswers }: SimulationOptions) {
    this.cluster = new SimulatedCluster<Workflows>({
      seed,
      nodes,
      lossOfAnswers,
      make: (deps) => this.#make(deps),
      machineOf: ({ replica }) => replica,
      committed: (entry) => this.truth.apply(entry),
      started: (workflows) => workflows.start(),
    });
  }

  /** Of every node that is alive, once all have applied everything: the same bytes. */
  states(): string[] {
    this.cluster.settle();
    return this.cluster.alive.map(({ service }) => {
      if (service === null) return '';
      const { executions, registry } = service.replica;
      const image = { executions: executions.image(), registry: [...registry.image()] };
      return Buffer.concat([...encodeWorkflows(image)]).toString('latin1');
    });
  }

  #make({ id, clock, view, propose, reached, lives, random }: NodeDeps): Workflows {
    return new Workflows(
      {
        clock,
        logger: silentLogger,
        self: () => id,
        view,
        propose,
        reached,
        catchUp: async () => true,
        driving: {
          makeEngine: (...of) => new ToyEngine(...of),
          parse: () => ({}) as Definition,
          evaluator: {
            evaluate: async () => {
              await this.cluster.delay(this.cluster.random.below(50));
              return lives() ? { kind: 'values', values: [] } : new Promise(() => {});
            },
          },
          tasks: { begin: (request, tell) => this.#begin(request, tell, lives) },
          random: () => this.cluster.random.next(),
          // some keep no engine that waits
          idleEnginesMax: random.below(2) * 1000,
        },
      },
      { adoptAfterMs: 500, leftAfterMs: 1000 },
    );
  }

  #begin(
    request: TaskRequest,
    tell: (report: TaskReport) => void,
    lives: () => boolean,
  ): () => void {
    this.begun++;
    const execution = this.truth.executions.get(request.executionArn);
    const scheduled = execution && recordsOf(execution).at(-1);
    const note = scheduled?.note as { task?: { id: string } } | undefined;
    assert.equal(note?.task?.id, request.id, 'what begins is in the log, and has not ended');
    if (request.taskToken !== null) {
      this.tokens.add(request.taskToken);
      return () => {};
    }
    let isCancelled = false;
    void this.cluster.delay(this.cluster.random.below(150)).then(() => {
      if (!isCancelled && lives()) tell({ kind: 'succeeded', output: '{}' });
    });
    return () => {
      isCancelled = true;
    };
  }
}

export function recordsOf({ history, chunks }: StoredExecution): HistoryRecord[] {
  return history.slice(0, chunks).flatMap(({ bytes }) => decodeRecords(bytes));
}

export function execution(name: string, steps: readonly ToyStep[]): NewExecution {
  return {
    stateMachineName: 'm',
    stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:m',
    stateMachineVersionArn: null,
    stateMachineAliasArn: null,
    type: 'STANDARD',
    definition: '{"a":"definition"}',
    revisionId: '',
    roleArn: '',
    name,
    input: JSON.stringify(steps),
    traceId: '',
    mapRunArn: null,
  };
}
