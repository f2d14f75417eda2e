/**
 * The catalogue as a deterministic state machine: the same commands in the same order give the same
 * functions, and the same answer to each command, on every node.
 */
import { strict as assert } from 'node:assert';
import { type BundleHash, limits } from '../types/index.js';
import { attachmentCount } from './attachment-steps.js';
import { CapacityIndex } from './capacity-index.js';
import {
  type Command,
  type CreateCommand,
  type FunctionCommand,
  isLayerCommand,
  type SettingCommand,
} from './command.js';
import { type FunctionState, newState, versionOf } from './function-state.js';
import { stepOf } from './function-steps.js';
import { LayerShelf } from './layer-shelf.js';
import type { LayerState } from './layer-state.js';
import { type CommandResult, notFound, refused, revisionMismatch } from './result.js';
import { SortedNames } from './sorted-names.js';
import { Totals } from './totals.js';
import type { AliasRecord, FunctionRecord, Setting } from './types.js';
import { publish } from './version-steps.js';

/** Answers to this many commands are remembered, so that a repeated one is answered, not repeated. */
const rememberedMax = 4096;

/** All of the catalogue at one index, as references to what never changes. */
export interface CatalogImage {
  readonly index: number;
  readonly functions: readonly FunctionState[];
  readonly layers: readonly LayerState[];
  readonly settings: readonly Setting[];
  /** From the oldest command on. */
  readonly results: readonly (readonly [id: string, result: CommandResult])[];
}

export class CatalogCore {
  readonly #functions = new Map<string, FunctionState>();
  readonly #names = new SortedNames((name) => this.#functions.has(name));
  readonly totals = new Totals();
  readonly layers = new LayerShelf((version, by) => this.totals.putLayerVersion(version, by));
  readonly #capacity = new CapacityIndex();
  readonly #settings = new Map<string, Setting>();
  readonly #results = new Map<string, CommandResult>();
  #appliedIndex = 0;

  get appliedIndex(): number {
    return this.#appliedIndex;
  }

  get(name: string, version?: string): FunctionRecord | undefined {
    const state = this.#functions.get(name);
    if (state === undefined || version === undefined) return state?.latest;
    return versionOf(state, version);
  }

  /** All of a function. */
  state(name: string): FunctionState | undefined {
    return this.#functions.get(name);
  }

  alias(name: string, alias: string): AliasRecord | undefined {
    return this.#functions.get(name)?.aliases.get(alias);
  }

  setting(name: string): Setting | undefined {
    return this.#settings.get(name);
  }

  /** Those whose names begin with `prefix`, in the order of names. */
  settings(prefix: string): readonly Setting[] {
    const found = [...this.#settings.values()].filter(({ name }) => name.startsWith(prefix));
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** At most `itemsMax` functions whose names follow `after`, in the order of names (code units). */
  list(after = '', itemsMax = Number.POSITIVE_INFINITY): readonly FunctionRecord[] {
    return this.#names.page(after, itemsMax).flatMap((name) => this.get(name) ?? []);
  }

  names(): Iterable<string> {
    return this.#functions.keys();
  }

  /** Those with reserved or provisioned concurrency, or a published version with SnapStart. */
  functionsWithCapacity(): Iterable<string> {
    return this.#capacity.names();
  }

  /** Whether some function, version or layer needs this bundle. */
  references(codeHash: BundleHash): boolean {
    return this.totals.references(codeHash);
  }

  get functionCount(): number {
    return this.#functions.size;
  }

  /** What a command did, while it is remembered. */
  resultOf(id: string): CommandResult | undefined {
    return this.#results.get(id);
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
    this.#remember(command.id, result);
    return result;
  }

  /** What `apply` would answer to a change of `name`, without applying it: for dry runs. */
  check(name: string, expectedRevisionId?: string): CommandResult {
    const present = this.get(name);
    if (present === undefined) return notFound(name);
    if (expectedRevisionId !== undefined && expectedRevisionId !== present.revisionId) {
      return revisionMismatch;
    }
    return { kind: 'done', record: present };
  }

  /** All of it as it is now: cheap, for nothing is copied but references. */
  image(): CatalogImage {
    return {
      index: this.#appliedIndex,
      functions: [...this.#functions.values()],
      layers: [...this.layers.all()],
      settings: [...this.#settings.values()],
      results: [...this.#results],
    };
  }

  /** Takes a function of an image: only while nothing has been applied. */
  restoreFunction(state: FunctionState): void {
    this.#put(state.latest.name, state);
  }

  restoreSetting(setting: Setting): void {
    this.#settings.set(setting.name, setting);
  }

  restoreResult(id: string, result: CommandResult): void {
    this.#remember(id, result);
  }

  #remember(id: string, result: CommandResult): void {
    this.#results.set(id, result);
    if (this.#results.size <= rememberedMax) return;
    const oldest = this.#results.keys().next().value;
    if (oldest !== undefined) this.#results.delete(oldest);
  }

  #execute(index: number, command: Command): CommandResult {
    if (command.kind === 'create') return this.#create(index, command);
    if (command.kind === 'set') return this.#set(index, command);
    if (isLayerCommand(command)) return this.layers.apply(command);
    const state = this.#functions.get(command.name);
    if (state === undefined) return notFound(command.name, namedQualifier(command));
    const step = stepOf(state, index, command);
    if (step.state === state) return step.result;
    const added = (step.state?.versions.size ?? 0) - state.versions.size;
    if (added > 0 && this.totals.versions >= limits.versionsMax) return tooManyVersions;
    if (command.kind === 'attach' && this.totals.attachments >= limits.attachmentsMax) {
      const isMore = step.state !== null && attachmentCount(step.state) > attachmentCount(state);
      if (isMore) return tooManyAttachments;
    }
    this.#put(command.name, step.state);
    return step.result;
  }

  #create(index: number, command: CreateCommand): CommandResult {
    const record: FunctionRecord = Object.freeze({ ...command.record, revision: index });
    if (this.#functions.has(record.name)) {
      return refused('function-exists', `Function already exist: ${record.name}`);
    }
    if (this.#functions.size >= limits.functionsMax) {
      const message = `The cluster holds ${limits.functionsMax} functions, its limit; delete some first.`;
      return refused('invalid-parameter', message);
    }
    const { versionRevisionId } = command;
    if (versionRevisionId === undefined) {
      this.#put(record.name, newState(record));
      return { kind: 'done', record };
    }
    if (this.totals.versions >= limits.versionsMax) return tooManyVersions;
    const { revisionId } = record;
    const step = publish(newState(record), index, { versionRevisionId, revisionId });
    this.#put(record.name, step.state);
    return step.result;
  }

  #set(index: number, { name, value, expectedRevision }: SettingCommand): CommandResult {
    const present = this.#settings.get(name);
    if (expectedRevision !== undefined && expectedRevision !== (present?.revision ?? 0)) {
      const message = `The setting ${name} has changed since it was read; read it again.`;
      return refused('revision-mismatch', message);
    }
    if (value === null) {
      this.#settings.delete(name);
      return { kind: 'setting', setting: null };
    }
    if (present === undefined && this.#settings.size >= limits.settingsMax) {
      const message = `The cluster holds ${limits.settingsMax} settings, its limit; remove some first.`;
      return refused('invalid-parameter', message);
    }
    const setting = Object.freeze({ name, value, revision: index });
    this.#settings.set(name, setting);
    return { kind: 'setting', setting };
  }

  /** Sets or removes (null) a function: the one place where functions change, and what is counted of them. */
  #put(name: string, after: FunctionState | null): void {
    const before = this.#functions.get(name);
    if (after === null) {
      this.#functions.delete(name);
      this.#names.remove();
    } else {
      this.#functions.set(name, after);
      if (before === undefined) this.#names.add(name);
    }
    this.#capacity.put(name, before, after);
    this.totals.put(before, after);
  }
}

const tooManyVersions = refused(
  'invalid-parameter',
  `The cluster holds ${limits.versionsMax} versions, its limit; delete some first.`,
);

const tooManyAttachments = refused(
  'invalid-parameter',
  `The cluster holds ${limits.attachmentsMax} policies, URLs and other configurations of functions, its limit; delete some first.`,
);

/** The qualifier with which AWS names a function that is not there. */
function namedQualifier(command: FunctionCommand): string | undefined {
  return command.kind === 'create-alias' ? command.changes.version : undefined;
}
