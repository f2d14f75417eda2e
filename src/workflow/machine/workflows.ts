/**
 * Workflows as one thing on a node: what is accepted is in the log, this node's executions are driven here, and on the
 * Master the executions of nodes that are gone find others.
 */
import { type Clock, type Logger, nextTurn } from '../../lib/index.js';
import {
  Adopter,
  type Adoption,
  adoptedAtOnce,
  Proposer,
  takersOf,
} from '../../replication/index.js';
import type { ClusterView, NodeId } from '../../types/index.js';
import {
  type ExecutionCommand,
  type ExecutionResult,
  type ExecutionStats,
  type ExecutionsDeps,
  ExecutionsService,
  type Ledger,
} from '../executions/index.js';
import type { RegistryCommand, RegistryCore, RegistryResult } from '../registry/index.js';
import {
  encodeWorkflowBatch,
  encodeWorkflowCommand,
  type WorkflowCommand,
  type WorkflowResult,
} from './command.js';
import { WorkflowsReplica } from './replica.js';

export interface WorkflowsDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly self: () => NodeId;
  readonly view: () => ClusterView | null;
  /** Puts an entry into the log; resolves with its index. Throws `no-quorum`, `too-many-requests`. */
  readonly propose: (data: Uint8Array) => Promise<number>;
  /** Resolves true once this node has applied the entry at `index`, false when `timeoutMs` has passed. */
  readonly reached: (index: number, timeoutMs: number) => Promise<boolean>;
  /** Waits until this node knows all that was acknowledged; false where no majority confirms that in time. */
  readonly catchUp: () => Promise<boolean>;
  /** What executions are driven with. */
  readonly driving: Pick<
    ExecutionsDeps,
    'makeEngine' | 'parse' | 'evaluator' | 'tasks' | 'random' | 'objects' | 'idleEnginesMax'
  >;
}

export interface WorkflowsOptions {
  /** How long a node that died may take to come back. */
  readonly adoptAfterMs: number;
  /** How long a node that was stopped may take to end what it runs. */
  readonly leftAfterMs: number;
}

const proposing = {
  what: 'changes of workflows',
  asksMax: 65_536,
  askBytesMax: 64 * 1024 * 1024,
};
/** How long a stopping node goes on to write down what it has done. */
const flushMs = 2000;

export class Workflows {
  readonly replica: WorkflowsReplica;
  readonly executions: ExecutionsService;
  readonly #proposer: Proposer<WorkflowCommand, WorkflowResult>;
  readonly #adopter: Adopter;
  #started = false;

  constructor(
    private readonly deps: WorkflowsDeps,
    options: WorkflowsOptions,
  ) {
    this.replica = new WorkflowsReplica({
      nextTurn,
      changed: (executions) => this.executions.changed(executions),
      heard: (tokens) => this.executions.heard(tokens),
      replaced: () => this.executions.replaced(),
    });
    const { replica } = this;
    this.#proposer = new Proposer(
      {
        ...deps,
        nextTurn,
        answers: replica.answers,
        encodeCommand: encodeWorkflowCommand,
        encodeBatch: (commands) => encodeWorkflowBatch(deps.self(), deps.clock.wallMs(), commands),
        known: (command) => known(command, replica),
      },
      proposing,
    );
    const ledger: Ledger = {
      self: deps.self,
      core: () => replica.executions,
      ask: (command) => this.#ask(command),
      catchUp: deps.catchUp,
    };
    this.executions = new ExecutionsService({
      ...deps,
      ledger,
      nextTurn,
      ...deps.driving,
      adopted: () => this.#adopter.adopted,
    });
    this.#adopter = new Adopter(
      { ...deps, owners: () => replica.executions.owners(), adopt: (way) => this.#adopt(way) },
      {
        what: 'executions',
        deadAfterMs: options.adoptAfterMs,
        leftAfterMs: options.leftAfterMs,
      },
    );
  }

  /** As this node knows it. */
  get registry(): RegistryCore {
    return this.replica.registry;
  }

  /** Resolves when a majority has it on disk and this node knows. Throws `no-quorum`, `too-many-requests`. */
  async propose(command: RegistryCommand): Promise<RegistryResult> {
    const answer = await this.#proposer.ask({ of: 'registry', command });
    if (answer.of !== 'registry') throw new Error('the registry was answered by executions');
    return answer.result;
  }

  stats(): ExecutionStats {
    return this.executions.stats();
  }

  /** From now on executions are driven: this node knows what is still to be done. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.executions.begin();
    this.#adopter.start();
  }

  /** Begins nothing new, and ends within `timeoutMs` what runs; what is left, others drive. */
  async drain(timeoutMs: number): Promise<void> {
    this.#adopter.stop();
    await this.executions.drain(timeoutMs);
    if (this.#started) this.#handOver();
  }

  /** After `drain`: accepts nothing more, and has written down within two seconds what was done. */
  async stop(): Promise<void> {
    if (this.#started) this.#handOver();
    await this.#proposer.stop(flushMs);
    this.executions.end();
  }

  /** What is left goes to others at once; tasks under way still, they may run a second time. */
  #handOver(): void {
    const view = this.deps.view();
    if (view === null) return;
    const { self } = view;
    const to = takersOf(view, self);
    const pieces = Math.ceil([...this.replica.executions.openOf(self)].length / adoptedAtOnce);
    for (let piece = 0; piece < pieces && to.length > 0; piece++) {
      const command = { kind: 'adopt', from: self, to, itemsMax: adoptedAtOnce } as const;
      this.#proposer.note({ of: 'executions', command });
    }
  }

  async #ask(command: ExecutionCommand): Promise<ExecutionResult> {
    const answer = await this.#proposer.ask({ of: 'executions', command });
    if (answer.of !== 'executions') throw new Error('an execution was answered by the registry');
    return answer.result;
  }

  async #adopt(way: Adoption): Promise<number> {
    const result = await this.#ask({ kind: 'adopt', ...way });
    return result.kind === 'changed' ? result.count : 0;
  }
}

/** What a command came to whose entry came within a snapshot. */
function known(
  { of, command }: WorkflowCommand,
  { executions }: WorkflowsReplica,
): WorkflowResult | null {
  if (of !== 'executions') return null;
  if (command.kind === 'record' && executions.get(command.arn)?.step === command.step) {
    return { of, result: { kind: 'done' } };
  }
  if (command.kind !== 'start') return null;
  const { arn } = command.origin;
  const started = executions.get(arn);
  return started
    ? { of, result: { kind: 'started', arn, startedAtMs: started.startedAtMs } }
    : null;
}
