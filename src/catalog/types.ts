/** The catalogue's records and the services that the ingress calls. */
import type { BundleHash } from '../types/index.js';
import type { Attachment, AttachmentKind, Expectation, JsonValue } from './attachment.js';
import type {
  LayerPolicy,
  LayerState,
  LayerUse,
  LayerVersion,
  PolicyExpectation,
} from './layer-state.js';
import type { LoggingSettings } from './logging.js';

export type Architecture = 'x86_64' | 'arm64';

/** The version that is not published: what the next deploy changes. */
export const latestVersion = '$LATEST';

/** What a function is set to, but for its environment. */
interface PlainSettings {
  /** Empty for a container image, as the handler is. */
  readonly runtime: string;
  readonly handler: string;
  readonly role: string;
  readonly description: string;
  readonly timeoutS: number;
  readonly memoryMb: number;
  readonly ephemeralMb: number;
  /** Published versions are initialised once, and started from what came of it (SnapStart). */
  readonly snapStart: boolean;
  /** What AWS's tools set and read back; it changes nothing here. */
  readonly tracing: 'Active' | 'PassThrough';
  /** Null for AWS's defaults. */
  readonly logging: LoggingSettings | null;
  /** Where an asynchronous invocation goes that has failed for good; empty for nowhere. */
  readonly deadLetterTarget: string;
}

/** What a function is set to; everything that UpdateFunctionConfiguration can change. */
export interface FunctionSettings extends PlainSettings {
  /** Null where none was given, not even one without variables. */
  readonly environment: Readonly<Record<string, string>> | null;
  /** ARNs of layer versions, in the order in which they are laid over one another. */
  readonly layers: readonly string[];
}

/** The same as it stands in the log, in snapshots and in memory. */
export interface SealedSettings extends PlainSettings {
  /** The environment as `EnvironmentSealer` has sealed it; empty where the function was given none. */
  readonly sealedEnvironment: string;
  /** In the order in which they are laid over one another. */
  readonly layers: readonly LayerUse[];
}

/** Over the image's own; empty where that is not changed. */
export interface ImageConfig {
  readonly entryPoint: readonly string[];
  readonly command: readonly string[];
  readonly workingDirectory: string;
}

/** A container image that runs as a function. */
export interface FunctionImage extends ImageConfig {
  /** As Docker names it, such as `registry:5000/app@sha256:...` or `hello:1`. */
  readonly uri: string;
}

/** A function as it is (`$LATEST`), or one of its published versions, which never changes. */
export interface FunctionRecord extends SealedSettings {
  readonly name: string;
  /** `$LATEST`, or a whole number from 1. */
  readonly version: string;
  readonly architecture: Architecture;
  /** Null for a function of a zip. */
  readonly image: FunctionImage | null;
  /** Of an image: its digest, or the hash of its name where that has none. */
  readonly codeHash: BundleHash;
  /** 0 for an image. */
  readonly codeBytes: number;
  /** Of the whole function: they stand in the record of `$LATEST` and are empty in versions. */
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

/** A name that points to a version, and may give a share of the invocations to a second one. */
export interface AliasRecord {
  readonly functionName: string;
  readonly name: string;
  /** `$LATEST` or a published version. */
  readonly version: string;
  readonly description: string;
  /** The second version and its share of the invocations, 0 to 1. */
  readonly additional: AdditionalVersion | null;
  readonly revisionId: string;
}

export interface AdditionalVersion {
  readonly version: string;
  readonly weight: number;
}

/** How many sandboxes of a version or alias are kept initialised in the cluster. */
export interface Provisioned {
  /** Outside of all windows. */
  readonly executions: number;
  readonly windows: readonly ProvisionedWindow[];
  /** ISO 8601, as in `FunctionRecord`. */
  readonly lastModified: string;
}

/** From each time that `start` names to the next that `end` names. In several at once the highest counts. */
export interface ProvisionedWindow {
  /** Cron expressions of five fields. */
  readonly start: string;
  readonly end: string;
  /** IANA, such as `Europe/Berlin`. */
  readonly timeZone: string;
  readonly executions: number;
}

/** What a later change of the cluster's own settings compares with is the log index of the last one. */
export interface Setting {
  readonly name: string;
  /** Any JSON value. */
  readonly value: unknown;
  readonly revision: number;
}

export interface NewFunction extends FunctionSettings {
  readonly name: string;
  readonly architecture: Architecture;
  readonly tags: Readonly<Record<string, string>>;
}

/** A layer version as its publisher gives it. */
export type NewLayer = Pick<
  LayerVersion,
  'name' | 'description' | 'licenseInfo' | 'compatibleRuntimes' | 'compatibleArchitectures'
>;

export interface ImageSource {
  readonly imageUri: string;
}

/** Shown the unpacked code before it is taken; what it throws refuses the code. */
export type LookAtCode = (directory: string) => Promise<void>;

export interface CodeOptions {
  readonly revisionId?: string;
  readonly architecture?: Architecture;
  readonly dryRun?: boolean;
  /** Publish what comes of it as a version, which is then the answer. */
  readonly publish?: boolean;
  readonly look?: LookAtCode | undefined;
}

export type SettingsChanges = Partial<Omit<FunctionSettings, 'logging'>> & {
  readonly imageConfig?: ImageConfig;
  /** What is not among them stays. */
  readonly logging?: Partial<LoggingSettings>;
};

export interface PublishOptions {
  /** Refused unless `$LATEST` has this code. */
  readonly codeHash?: string;
  /** Refused unless `$LATEST` is at this revision. */
  readonly revisionId?: string;
  readonly description?: string;
}

export interface AliasChanges {
  readonly version?: string;
  readonly description?: string;
  readonly additional?: AdditionalVersion | null;
}

export interface AttachOptions {
  /** `already-attached`, `not-attached` or `revision-mismatch` where it is otherwise. */
  readonly expect?: Expectation;
}

/** What the catalogue holds, as accounts are told. */
export interface CatalogUsage {
  readonly functions: number;
  /** Of the zips of all functions, versions and layer versions, each for itself. */
  readonly codeBytes: number;
  /** Of all functions together. */
  readonly reservedConcurrency: number;
}

/** Every method throws HearthError; writes are acknowledged when a majority has them on disk. */
export interface CatalogService {
  /** What this node knows, at once: the warm path. Without `version`, `$LATEST`. */
  get(name: string, version?: string): FunctionRecord | undefined;
  alias(name: string, alias: string): AliasRecord | undefined;
  /** At most `itemsMax` functions whose names follow `after`, in the order of names (code units). */
  list(after: string, itemsMax: number): readonly FunctionRecord[];
  /** `$LATEST` and the published versions from the oldest on; empty where there is no such function. */
  versions(name: string): readonly FunctionRecord[];
  /** In the order of names; empty where there is no such function. */
  aliases(name: string): readonly AliasRecord[];
  /** A record's environment variables. Throws `storage` where this node cannot open them. */
  environment(record: FunctionRecord): Readonly<Record<string, string>>;
  /** The log index up to which this node has applied everything. */
  readonly appliedIndex: number;
  /** Resolves true once `index` is applied here, false when that has taken too long. */
  reached(index: number): Promise<boolean>;
  /**
   * Waits until this node has applied everything that was acknowledged before the call, for at most a
   * short deadline; without a majority it returns at once and reads are local. Never throws.
   * Resolves true where that was reached: reads from then on are linearizable.
   */
  catchUp(): Promise<boolean>;
  /**
   * `code`: a zip, or an image. `function-exists` where the name is taken; `invalid-parameter` where the zip is
   * unsafe or none, or a layer is not there.
   */
  create(
    input: NewFunction,
    code: Uint8Array | FunctionImage,
    publish?: boolean,
    look?: LookAtCode,
  ): Promise<FunctionRecord>;
  /** `dryRun`: everything is checked and the would-be record returned, nothing changed. */
  updateCode(
    name: string,
    code: Uint8Array | ImageSource,
    options: CodeOptions,
  ): Promise<FunctionRecord>;
  updateSettings(
    name: string,
    changes: SettingsChanges,
    revisionId?: string,
  ): Promise<FunctionRecord>;
  /** The function with all its versions and aliases. */
  delete(name: string): Promise<void>;
  /** The new version; the last one where nothing has changed since. */
  publish(name: string, options: PublishOptions): Promise<FunctionRecord>;
  /** `conflict` where an alias points to it. A version that is not there is deleted already. */
  deleteVersion(name: string, version: string): Promise<void>;
  createAlias(alias: Omit<AliasRecord, 'revisionId'>): Promise<AliasRecord>;
  updateAlias(
    name: string,
    alias: string,
    changes: AliasChanges,
    revisionId?: string,
  ): Promise<AliasRecord>;
  deleteAlias(name: string, alias: string): Promise<void>;
  /** What is reserved for a function, and its limit; null where nothing is. */
  reservedConcurrency(name: string): number | null;
  /** By version or alias; empty where there is no such function. */
  provisioned(name: string): ReadonlyMap<string, Provisioned>;
  /** Null reserves nothing. `invalid-parameter` where more is provisioned. */
  reserveConcurrency(name: string, executions: number | null): Promise<void>;
  /**
   * Null provisions nothing. `conflict` where the version is provisioned under another name, `invalid-parameter`
   * for $LATEST, a version with SnapStart, and for more than is reserved.
   */
  provisionConcurrency(
    name: string,
    qualifier: string,
    provisioned: Omit<Provisioned, 'lastModified'> | null,
  ): Promise<void>;
  /** What is attached to a function (qualifier `$LATEST`), or to one of its versions or aliases, at once. */
  attachment(name: string, kind: AttachmentKind, qualifier: string): Attachment | undefined;
  /** All of a kind that are attached to a function, its versions and aliases, in the order of qualifiers. */
  attachments(name: string, kind: AttachmentKind): readonly Attachment[];
  /**
   * Sets or replaces what is attached; null removes it, and is answered with null. `function-not-found` where there is no such
   * function, version or alias, `request-too-large`.
   */
  attach(
    name: string,
    kind: AttachmentKind,
    qualifier: string,
    value: JsonValue | null,
    options?: AttachOptions,
  ): Promise<Attachment | null>;
  /** Kept with every change, so asking costs nothing. */
  usage(): CatalogUsage;
  tag(name: string, tags: Readonly<Record<string, string>>): Promise<void>;
  untag(name: string, keys: readonly string[]): Promise<void>;
  /** A layer with those of its versions that were not deleted. */
  layer(name: string): LayerState | undefined;
  /** In the order of names, those that follow `after`. */
  layersFollowing(after: string): Iterable<LayerState>;
  /** The next version of a layer, which is made where there is none of the name. */
  publishLayer(layer: NewLayer, zip: Uint8Array, look?: LookAtCode): Promise<LayerVersion>;
  /** Functions that have the version keep it. One that is not there is deleted already. */
  deleteLayerVersion(name: string, version: number): Promise<void>;
  /** A setting of the cluster: what belongs to no function. */
  setting(name: string): Setting | undefined;
  /** Those whose names begin with `prefix`, in the order of names. */
  settings(prefix: string): readonly Setting[];
  /**
   * Changes a setting of the cluster (null removes it). `revision-mismatch` unless `expectedRevision` is that
   * of the present one, 0 where there is none.
   */
  set(name: string, value: unknown, expectedRevision?: number): Promise<Setting | null>;
  /** A secret as it may stand in a setting: sealed with the cluster's key, and bound to what it belongs to. */
  seal(boundTo: string, text: string): string;
  /** `storage` where this node cannot open it. */
  unseal(boundTo: string, sealed: string): string;
  /** What only nodes of the cluster can say of a text: each says the same. */
  proof(text: string): string;
  /** Null removes it. `function-not-found` where there is no such version, `revision-mismatch` where it is another one by now. */
  setLayerPolicy(
    name: string,
    version: number,
    policy: JsonValue | null,
    expected: PolicyExpectation,
  ): Promise<LayerPolicy | null>;
  /** The zip as uploaded, from this node or another that holds it. `bundle-missing` where none answers. */
  readBundle(hash: BundleHash): Promise<Uint8Array>;
}
