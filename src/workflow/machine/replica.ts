/**
 * This node's copy of the workflows, and the one owner of their cores: committed batches come in here, in order, and now
 * and then a whole snapshot instead of many of them.
 */
import { inTurns, Restore } from '../../lib/index.js';
import { Answers } from '../../replication/index.js';
import type { NodeId } from '../../types/index.js';
import { ExecutionsCore, type StoredExecution, type StoredToken } from '../executions/index.js';
import { RegistryCore } from '../registry/index.js';
import { decodeWorkflowBatch, type WorkflowCommand, type WorkflowResult } from './command.js';
import { encodeWorkflows, type WorkflowCores, WorkflowsReader } from './snapshot.js';

export interface WorkflowsReplicaDeps {
  /** Lets others of this thread have their turn. */
  readonly nextTurn: () => Promise<void>;
  /** What executions have become, each time that a batch has been applied. */
  readonly changed: (executions: readonly StoredExecution[]) => void;
  /** Tasks whose workers were heard of. */
  readonly heard: (tokens: readonly StoredToken[]) => void;
  /** All of them may have changed: a snapshot took their place. */
  readonly replaced: () => void;
}

export class WorkflowsReplica {
  /** For who proposes batches here. */
  readonly answers = new Answers<WorkflowResult>();
  #cores: WorkflowCores = { executions: new ExecutionsCore(), registry: new RegistryCore() };
  readonly #restore = new Restore<WorkflowsReader>('workflows');

  constructor(private readonly deps: WorkflowsReplicaDeps) {}

  /** For reads; others after a snapshot was restored. */
  get executions(): ExecutionsCore {
    return this.#cores.executions;
  }

  get registry(): RegistryCore {
    return this.#cores.registry;
  }

  apply(data: Uint8Array): void {
    const { id, node, wallMs, commands } = decodeWorkflowBatch(data);
    const results = commands.map((command) => this.#apply(command, node, wallMs));
    this.answers.put(id, results);
    const changed = this.executions.takeChanged();
    for (const { status, stateMachineName } of changed) {
      if (status === 'RUNNING' || this.#running(stateMachineName) > 0) continue;
      this.registry.ended(stateMachineName);
    }
    if (changed.length > 0) this.deps.changed(changed);
    const heard = this.executions.takeHeard();
    if (heard.length > 0) this.deps.heard(heard);
  }

  /** All of them as they are at the call, in parts that are made as they are asked for. */
  snapshot(): AsyncIterable<Uint8Array> {
    const image = { executions: this.executions.image(), registry: [...this.registry.image()] };
    return inTurns(encodeWorkflows(image), this.deps.nextTurn);
  }

  restoreBegin(): void {
    this.#restore.begin(new WorkflowsReader());
  }

  /** The next bytes, in any pieces. Throws `log-damaged`, `storage`; then nothing of the snapshot is kept. */
  restorePart(bytes: Uint8Array): void {
    this.#restore.read((reader) => reader.add(bytes));
  }

  /** Throws `log-damaged` where the snapshot is not whole; else they are this node's workflows from the call on. */
  restoreEnd(): void {
    this.#replaceBy(this.#restore.end((reader) => reader.end()));
  }

  /** A snapshot of a release that knew no workflows. */
  restoreNothing(): void {
    this.#restore.forget();
    this.#replaceBy({ executions: new ExecutionsCore(), registry: new RegistryCore() });
  }

  readonly #running = (name: string): number => this.executions.runningOf(name);

  #apply(entry: WorkflowCommand, node: NodeId, wallMs: number): WorkflowResult {
    return entry.of === 'registry'
      ? { of: 'registry', result: this.registry.apply(entry.command, wallMs, this.#running) }
      : { of: 'executions', result: this.executions.apply(entry.command, node, wallMs) };
  }

  #replaceBy(cores: WorkflowCores): void {
    this.#cores = cores;
    this.deps.replaced();
  }
}
