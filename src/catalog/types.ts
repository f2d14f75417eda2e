/** The catalogue's records and the services that the ingress calls. */
import type { BundleHash } from '../types/index.js';

export type Architecture = 'x86_64' | 'arm64';

/** What a function is set to; everything that UpdateFunctionConfiguration can change. */
export interface FunctionSettings {
  readonly runtime: string;
  readonly handler: string;
  readonly role: string;
  readonly description: string;
  readonly timeoutS: number;
  readonly memoryMb: number;
  readonly ephemeralMb: number;
  readonly environment: Readonly<Record<string, string>>;
}

export interface FunctionRecord extends FunctionSettings {
  readonly name: string;
  readonly version: '$LATEST';
  readonly architecture: Architecture;
  readonly codeHash: BundleHash;
  readonly codeBytes: number;
  readonly tags: Readonly<Record<string, string>>;
  /** A UUID, new with every change. */
  readonly revisionId: string;
  /** ISO 8601 with milliseconds and `+0000`, as AWS writes it. */
  readonly lastModified: string;
  /**
   * The log index of the last change of code or settings: a sandbox made for another one is stale. Also
   * tells a function from one of the same name that was deleted.
   */
  readonly revision: number;
}

export interface NewFunction extends FunctionSettings {
  readonly name: string;
  readonly architecture: Architecture;
  readonly tags: Readonly<Record<string, string>>;
}

/** Every method throws HearthError; writes are acknowledged when a majority has them on disk. */
export interface CatalogService {
  /** What this node knows, at once: the warm path. */
  get(name: string): FunctionRecord | undefined;
  /** In the order of names (code units). */
  list(): readonly FunctionRecord[];
  /**
   * Waits until this node has applied everything that was acknowledged before the call, for at most a
   * short deadline; without a majority it returns at once and reads are local. Never throws.
   */
  catchUp(): Promise<void>;
  /** `function-exists` where the name is taken; `invalid-parameter` where the zip is unsafe or none. */
  create(input: NewFunction, zip: Uint8Array): Promise<FunctionRecord>;
  /** `dryRun`: everything is checked and the would-be record returned, nothing changed. */
  updateCode(
    name: string,
    zip: Uint8Array,
    options: { revisionId?: string; architecture?: Architecture; dryRun?: boolean },
  ): Promise<FunctionRecord>;
  updateSettings(
    name: string,
    changes: Partial<FunctionSettings>,
    revisionId?: string,
  ): Promise<FunctionRecord>;
  delete(name: string): Promise<void>;
  /** The zip as uploaded, from this node or another that holds it. `bundle-missing` where none answers. */
  readBundle(hash: BundleHash): Promise<Uint8Array>;
}
