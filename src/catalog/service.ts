/**
 * The catalogue as the rest of the data thread sees it: reads from memory, writes as commands through
 * the durable log. The one owner of the core: committed commands come in here, in order.
 */
import { type Clock, randomUuid } from '../lib/index.js';
import { type BundleHash, HearthError, limits } from '../types/index.js';
import type { BundlePeers } from './bundle-peers.js';
import type { BundleStore } from './bundle-store.js';
import { type Command, decodeCommand, encodeCommand } from './command.js';
import { CatalogCore, type CommandResult } from './core.js';
import type {
  Architecture,
  CatalogService,
  FunctionRecord,
  FunctionSettings,
  NewFunction,
} from './types.js';

/** What the catalogue needs of the durable log. */
export interface CatalogLog {
  /** Resolves with the index of the committed command. Throws `no-quorum`. */
  propose(command: Uint8Array): Promise<number>;
  /** The index that a read must wait for; null where no leader answers in time. */
  readIndex(): Promise<number | null>;
}

export interface CatalogDeps {
  readonly log: CatalogLog;
  readonly bundles: BundleStore;
  readonly peers: BundlePeers;
  readonly clock: Clock;
  /** A function has this code from now on: whoever votes should hold it. */
  readonly codeWanted: (hash: BundleHash) => void;
  /** A function was changed or deleted: sandboxes made for what it was are stale. */
  readonly changed: (name: string) => void;
}

/** Code that no function refers to is kept this long: a deploy under way may be about to. */
const unusedMs = 3_600_000;
/** How long a read waits for this node to catch up before it answers from what it has. */
const catchUpTimeoutMs = 2000;

export class Catalog implements CatalogService {
  readonly #core = new CatalogCore();
  readonly #answers = new Map<string, (result: CommandResult) => void>();
  /** Callers that wait for an index to be applied. */
  #waiters: { readonly index: number; readonly resolve: () => void }[] = [];

  constructor(private readonly deps: CatalogDeps) {}

  get appliedIndex(): number {
    return this.#core.appliedIndex;
  }

  /** Applies one committed entry; null for entries that are not the catalogue's. */
  apply(index: number, data: Uint8Array | null): void {
    if (data === null) this.#core.skipTo(index);
    else this.#applyCommand(index, decodeCommand(data));
    if (this.#waiters.length === 0) return;
    const due = this.#waiters.filter((waiter) => waiter.index <= index);
    this.#waiters = this.#waiters.filter((waiter) => waiter.index > index);
    for (const { resolve } of due) resolve();
  }

  get(name: string): FunctionRecord | undefined {
    return this.#core.get(name);
  }

  /** Whether some function runs this code. */
  references(hash: BundleHash): boolean {
    return this.#core.references(hash);
  }

  list(): readonly FunctionRecord[] {
    return this.#core.list();
  }

  async catchUp(): Promise<void> {
    const index = await this.deps.log.readIndex();
    if (index !== null) await this.waitFor(index, catchUpTimeoutMs);
  }

  /** Resolves true once `index` is applied here, false when `timeoutMs` has passed. */
  waitFor(index: number, timeoutMs: number): Promise<boolean> {
    if (this.#core.appliedIndex >= index) return Promise.resolve(true);
    return new Promise((resolve) => {
      const cancel = this.deps.clock.after(timeoutMs, () => {
        this.#waiters = this.#waiters.filter((waiter) => waiter !== entry);
        resolve(false);
      });
      const entry = {
        index,
        resolve: () => {
          cancel();
          resolve(true);
        },
      };
      this.#waiters.push(entry);
    });
  }

  async create(input: NewFunction, zip: Uint8Array): Promise<FunctionRecord> {
    await this.catchUp();
    if (this.get(input.name) !== undefined) {
      throw new HearthError('function-exists', `Function already exist: ${input.name}`);
    }
    const codeHash = await this.#keepBundle(zip);
    const record = {
      ...input,
      version: '$LATEST' as const,
      codeHash,
      codeBytes: zip.length,
      ...this.#stamp(),
    };
    return this.#propose({ id: randomUuid(), kind: 'create', record });
  }

  async updateCode(
    name: string,
    zip: Uint8Array,
    options: { revisionId?: string; architecture?: Architecture; dryRun?: boolean },
  ): Promise<FunctionRecord> {
    await this.catchUp();
    const present = settled(this.#core.check(name, options.revisionId));
    const { architecture = present.architecture, revisionId, dryRun } = options;
    if (dryRun) {
      const codeHash = await this.deps.bundles.add(zip);
      if (!this.#core.references(codeHash)) await this.deps.bundles.remove(codeHash);
      return { ...present, architecture, codeHash, codeBytes: zip.length };
    }
    const codeHash = await this.#keepBundle(zip);
    return this.#propose({
      id: randomUuid(),
      kind: 'update-code',
      name,
      codeHash,
      codeBytes: zip.length,
      architecture,
      ...(revisionId === undefined ? {} : { expectedRevisionId: revisionId }),
      ...this.#stamp(),
    });
  }

  async updateSettings(
    name: string,
    changes: Partial<FunctionSettings>,
    revisionId?: string,
  ): Promise<FunctionRecord> {
    return this.#propose({
      id: randomUuid(),
      kind: 'update-settings',
      name,
      changes,
      ...(revisionId === undefined ? {} : { expectedRevisionId: revisionId }),
      ...this.#stamp(),
    });
  }

  async delete(name: string): Promise<void> {
    await this.#propose({ id: randomUuid(), kind: 'delete', name });
  }

  async readBundle(hash: BundleHash): Promise<Uint8Array> {
    return (await this.deps.bundles.get(hash)) ?? this.deps.peers.fetch(hash);
  }

  /** The directory with a function's unpacked code, fetched from another node where need be. */
  taskRoot(hash: BundleHash): Promise<string> {
    return this.deps.bundles.unpacked(hash, () => this.deps.peers.fetch(hash));
  }

  /**
   * Removes code that no function refers to. Only after a confirmed read: by then every command that was
   * proposed when a bundle came here is either applied or will never be, so that nothing acknowledged
   * loses a copy of its code, also not on a node that was cut off for long.
   */
  async collectBundles(): Promise<void> {
    const index = await this.deps.log.readIndex();
    if (index === null || !(await this.waitFor(index, catchUpTimeoutMs))) return;
    for (const hash of await this.deps.bundles.olderThan(this.deps.clock.wallMs() - unusedMs)) {
      if (!this.#core.references(hash)) await this.deps.bundles.remove(hash);
    }
  }

  /** On disk here, and on a majority of the voters, before the command that refers to it. */
  async #keepBundle(zip: Uint8Array): Promise<BundleHash> {
    const hash = await this.deps.bundles.add(zip);
    await this.deps.peers.push(hash, zip);
    return hash;
  }

  async #propose(command: Command): Promise<FunctionRecord> {
    const data = encodeCommand(command);
    if (data.length > limits.logEntryBytesMax) {
      throw new HearthError(
        'request-too-large',
        `The settings of the function are ${data.length} bytes long, more than ${limits.logEntryBytesMax}; make them smaller.`,
      );
    }
    const answer = new Promise<CommandResult>((resolve) => this.#answers.set(command.id, resolve));
    try {
      const index = await this.deps.log.propose(data);
      if (!(await this.waitFor(index, catchUpTimeoutMs))) {
        throw new HearthError(
          'no-quorum',
          'The change was committed, but this node has not applied it yet; read it again in a moment.',
        );
      }
      return settled(await answer);
    } finally {
      this.#answers.delete(command.id);
    }
  }

  #applyCommand(index: number, command: Command): void {
    const result = this.#core.apply(index, command);
    this.#answers.get(command.id)?.(result);
    if (result.kind === 'refused') return;
    const { name, codeHash } = result.record;
    if (command.kind !== 'delete') this.deps.codeWanted(codeHash);
    if (command.kind !== 'create') this.deps.changed(name);
  }

  #stamp(): { revisionId: string; lastModified: string } {
    const lastModified = new Date(this.deps.clock.wallMs()).toISOString().replace('Z', '+0000');
    return { revisionId: randomUuid(), lastModified };
  }
}

function settled(result: CommandResult): FunctionRecord {
  if (result.kind === 'done') return result.record;
  throw new HearthError(result.code, result.message);
}
