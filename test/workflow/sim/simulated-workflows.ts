/** Workflows on several simulated nodes, with the toy engine, and tasks that are performed in simulated time. */
import { silentLogger } from '../../../src/lib/index.js';
import type { StoredExecution } from '../../../src/workflow/executions/index.js';
import { decodeRecords } from '../../../src/workflow/executions/record-codec.js';
import type { NewExecution } from '../../../src/workflow/executions/types.js';
import type { HistoryRecord } from '../../../src/workflow/history.js';
import type { Definition } from '../../../src/workflow/language/types.js';
import type { WorkflowsReplica } from '../../../src/workflow/machine/replica.js';
import { encodeWorkflows } from '../../../src/workflow/machine/snapshot.js';
import { Workflows } from '../../../src/workflow/machine/workflows.js';
import type { TaskReport, TaskRequest } from '../../../src/workflow/tasks/types.js';
import { type NodeDeps, SimulatedCluster } from '../../replication/simulated-cluster.js';
import { ToyEngine, type ToyStep } from './toy-engine.js';
import { Witness } from './witness.js';

export interface SimulationOptions {
  readonly seed: number;
  readonly nodes: number;
  readonly lossOfAnswers: number;
}

export class SimulatedWorkflows {
  readonly cluster: SimulatedCluster<Workflows>;
  readonly witness = new Witness(() => this.cluster.clock.nowMs());
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
      committed: (entry) => this.witness.committed(entry),
      started: (workflows) => workflows.start(),
    });
  }

  get truth(): WorkflowsReplica {
    return this.witness.truth;
  }

  /** Of all that is committed, and of every node that is alive, once all have applied everything: the same bytes. */
  states(): string[] {
    this.cluster.settle();
    const { alive } = this.cluster;
    const replicas = alive.flatMap(({ service }) => (service === null ? [] : service.replica));
    return [this.truth, ...replicas].map(({ executions, registry }) => {
      const image = { executions: executions.image(), registry: [...registry.image()] };
      return Buffer.concat([...encodeWorkflows(image)]).toString('latin1');
    });
  }

  #make({ id, turn, random, ...deps }: NodeDeps): Workflows {
    return new Workflows(
      {
        ...deps,
        logger: silentLogger,
        self: () => id,
        driving: {
          makeEngine: (...of) => new ToyEngine(...of),
          parse: () => ({}) as Definition,
          evaluator: {
            evaluate: async () => {
              await this.cluster.delay(this.cluster.random.below(50));
              await turn();
              return { kind: 'values', values: [] };
            },
          },
          tasks: { begin: (request, tell) => this.#begin(request, tell, turn) },
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
    turn: () => Promise<void>,
  ): () => void {
    this.begun++;
    this.witness.beginsStandard(request.requestId);
    if (request.taskToken !== null) {
      this.tokens.add(request.taskToken);
      return () => {};
    }
    let isCancelled = false;
    const end = async (): Promise<void> => {
      await this.cluster.delay(this.cluster.random.below(150));
      await turn();
      if (!isCancelled) tell({ kind: 'succeeded', output: '{}' });
    };
    void end();
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
