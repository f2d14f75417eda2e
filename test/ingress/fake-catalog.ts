/** A catalogue in memory, for tests of the ingress: one node, every write acknowledged at once. */
import { createHash, randomUUID } from 'node:crypto';
import type {
  Architecture,
  CatalogService,
  FunctionRecord,
  FunctionSettings,
  NewFunction,
} from '../../src/catalog/index.js';
import { type BundleHash, bundleHash, HearthError } from '../../src/types/index.js';

export class FakeCatalog implements CatalogService {
  readonly bundles = new Map<BundleHash, Uint8Array>();
  readonly #functions = new Map<string, FunctionRecord>();
  /** Functions that another node has acknowledged, known here only after `catchUp`. */
  readonly behind = new Map<string, FunctionRecord>();
  #revision = 0;

  get(name: string): FunctionRecord | undefined {
    return this.#functions.get(name);
  }

  list(): readonly FunctionRecord[] {
    return [...this.#functions.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async catchUp(): Promise<void> {
    for (const [name, record] of this.behind) this.#functions.set(name, record);
    this.behind.clear();
  }

  /** Makes a function known to the cluster, but not to this node yet. */
  hide(name: string): void {
    const record = this.#functions.get(name);
    if (record === undefined) throw new Error(`no function ${name} to hide`);
    this.#functions.delete(name);
    this.behind.set(name, record);
  }

  async create(input: NewFunction, zip: Uint8Array): Promise<FunctionRecord> {
    if (this.#functions.has(input.name)) {
      throw new HearthError('function-exists', `Function already exist: ${input.name}`);
    }
    return this.#put({ ...input, version: '$LATEST', ...this.#keep(zip), ...this.#stamp() });
  }

  async updateCode(
    name: string,
    zip: Uint8Array,
    options: { revisionId?: string; architecture?: Architecture; dryRun?: boolean },
  ): Promise<FunctionRecord> {
    const present = this.#checked(name, options.revisionId);
    const architecture = options.architecture ?? present.architecture;
    const changed = { ...present, architecture, ...this.#keep(zip) };
    return options.dryRun ? changed : this.#put({ ...changed, ...this.#stamp() });
  }

  async updateSettings(
    name: string,
    changes: Partial<FunctionSettings>,
    revisionId?: string,
  ): Promise<FunctionRecord> {
    return this.#put({ ...this.#checked(name, revisionId), ...changes, ...this.#stamp() });
  }

  async delete(name: string): Promise<void> {
    this.#checked(name);
    this.#functions.delete(name);
  }

  async readBundle(hash: BundleHash): Promise<Uint8Array> {
    const zip = this.bundles.get(hash);
    if (zip === undefined) throw new HearthError('bundle-missing', `No node holds ${hash}.`);
    return zip;
  }

  #checked(name: string, revisionId?: string): FunctionRecord {
    const present = this.#functions.get(name);
    if (present === undefined) throw new HearthError('function-not-found', `No ${name}.`);
    if (revisionId !== undefined && revisionId !== present.revisionId) {
      throw new HearthError('revision-mismatch', 'The Revision Id provided does not match.');
    }
    return present;
  }

  #keep(zip: Uint8Array): { codeHash: BundleHash; codeBytes: number } {
    if (zip[0] !== 0x50 || zip[1] !== 0x4b) {
      throw new HearthError('invalid-parameter', 'Could not unzip uploaded file.');
    }
    const codeHash = bundleHash(createHash('sha256').update(zip).digest('hex'));
    this.bundles.set(codeHash, zip);
    return { codeHash, codeBytes: zip.length };
  }

  #put(record: FunctionRecord): FunctionRecord {
    this.#functions.set(record.name, record);
    return record;
  }

  #stamp(): { revisionId: string; lastModified: string; revision: number } {
    this.#revision += 1;
    return {
      revisionId: randomUUID(),
      lastModified: '2026-01-01T00:00:00.000+0000',
      revision: this.#revision,
    };
  }
}
