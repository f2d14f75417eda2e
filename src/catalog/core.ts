/**
 * The catalogue as a deterministic state machine: the same commands in the same order give the same
 * functions, and the same answer to each command, on every node.
 */
import { strict as assert } from 'node:assert';
import { type BundleHash, type ErrorCode, functionNotFound, limits } from '../types/index.js';
import type { Command } from './command.js';
import type { FunctionRecord } from './types.js';

/** What a command did: the function as it is now (as it was, for a deletion), or why not. */
export type CommandResult =
  | { readonly kind: 'done'; readonly record: FunctionRecord }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string };

/** Answers to this many commands are remembered, so that a repeated one is answered, not repeated. */
const rememberedMax = 4096;

export class CatalogCore {
  readonly #functions = new Map<string, FunctionRecord>();
  /** How many functions run each code: asked for every bundle when a node starts. */
  readonly #codeUses = new Map<BundleHash, number>();
  readonly #results = new Map<string, CommandResult>();
  #appliedIndex = 0;

  get appliedIndex(): number {
    return this.#appliedIndex;
  }

  get(name: string): FunctionRecord | undefined {
    return this.#functions.get(name);
  }

  list(): readonly FunctionRecord[] {
    return [...this.#functions.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Whether some function runs this code. */
  references(codeHash: BundleHash): boolean {
    return this.#codeUses.has(codeHash);
  }

  /** Entries of other kinds move the index on too: reads wait for it. */
  skipTo(index: number): void {
    assert(index > this.#appliedIndex, 'the log is applied in order');
    this.#appliedIndex = index;
  }

  apply(index: number, command: Command): CommandResult {
    this.skipTo(index);
    const known = this.#results.get(command.id);
    if (known !== undefined) return known;
    const result = this.#execute(index, command);
    this.#results.set(command.id, result);
    if (this.#results.size > rememberedMax) {
      const oldest = this.#results.keys().next().value;
      if (oldest !== undefined) this.#results.delete(oldest);
    }
    return result;
  }

  /** What `apply` would answer to a change of `name`, without applying it: for dry runs. */
  check(name: string, expectedRevisionId?: string): CommandResult {
    const present = this.#functions.get(name);
    if (present === undefined) return notFound(name);
    if (expectedRevisionId !== undefined && expectedRevisionId !== present.revisionId) {
      return revisionMismatch;
    }
    return { kind: 'done', record: present };
  }

  #execute(index: number, command: Command): CommandResult {
    switch (command.kind) {
      case 'create':
        return this.#create({ ...command.record, revision: index });
      case 'update-code':
      case 'update-settings':
        return this.#change(index, command);
      case 'delete': {
        const checked = this.check(command.name);
        this.#put(command.name, null);
        return checked;
      }
      default:
        return assertNever(command);
    }
  }

  #create(record: FunctionRecord): CommandResult {
    if (this.#functions.has(record.name)) {
      const message = `Function already exist: ${record.name}`;
      return { kind: 'refused', code: 'function-exists', message };
    }
    if (this.#functions.size >= limits.functionsMax) {
      const message = `The cluster holds ${limits.functionsMax} functions, its limit; delete some first.`;
      return { kind: 'refused', code: 'invalid-parameter', message };
    }
    this.#put(record.name, record);
    return { kind: 'done', record };
  }

  #change(
    index: number,
    command: Extract<Command, { kind: 'update-code' | 'update-settings' }>,
  ): CommandResult {
    const checked = this.check(command.name, command.expectedRevisionId);
    if (checked.kind === 'refused') return checked;
    const changes =
      command.kind === 'update-settings'
        ? command.changes
        : {
            codeHash: command.codeHash,
            codeBytes: command.codeBytes,
            architecture: command.architecture ?? checked.record.architecture,
          };
    const { revisionId, lastModified } = command;
    const record = { ...checked.record, ...changes, revisionId, lastModified, revision: index };
    this.#put(record.name, record);
    return { kind: 'done', record };
  }

  /** Sets or removes (null) a function: the one place where functions and the uses of code change. */
  #put(name: string, record: FunctionRecord | null): void {
    const before = this.#functions.get(name);
    if (record === null) this.#functions.delete(name);
    else {
      this.#functions.set(name, Object.freeze(record));
      this.#codeUses.set(record.codeHash, (this.#codeUses.get(record.codeHash) ?? 0) + 1);
    }
    if (before === undefined) return;
    const uses = (this.#codeUses.get(before.codeHash) ?? 0) - 1;
    if (uses > 0) this.#codeUses.set(before.codeHash, uses);
    else this.#codeUses.delete(before.codeHash);
  }
}

const revisionMismatch: CommandResult = {
  kind: 'refused',
  code: 'revision-mismatch',
  message:
    'The Revision Id provided does not match the latest Revision Id. ' +
    'Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
};

function notFound(name: string): CommandResult {
  const { code, message } = functionNotFound(name);
  return { kind: 'refused', code, message };
}

function assertNever(command: never): never {
  throw new Error(`a command of an unknown kind: ${JSON.stringify(command)}`);
}
