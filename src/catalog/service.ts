/**
 * The catalogue as the rest of the data thread sees it: reads from memory, writes as commands through
 * the durable log.
 */
import { randomUuid } from '../lib/index.js';
import { type BundleHash, HearthError, limits } from '../types/index.js';
import type { Attachment, AttachmentKind, JsonValue } from './attachment.js';
import { CodeFiles, type CodeFilesDeps } from './code-files.js';
import { imageHash } from './code-of.js';
import type { Command } from './command.js';
import { EnvironmentSealer } from './environment-sealer.js';
import type {
  LayerPolicy,
  LayerState,
  LayerUse,
  LayerVersion,
  PolicyExpectation,
} from './layer-state.js';
import { LayerWrites } from './layer-writes.js';
import { Majority } from './majority.js';
import {
  attachCommand,
  createAliasCommand,
  expected,
  publication,
  publishCommand,
  updateAliasCommand,
} from './new-command.js';
import { otherPackage } from './package-steps.js';
import { type CatalogLog, Proposer, type Settled, settled } from './proposer.js';
import { CatalogReplica, type ReplicaDeps } from './replica.js';
import type { Refusal } from './result.js';
import { openText, proofOf, sealText } from './sealed-text.js';
import {
  type AliasChanges,
  type AliasRecord,
  type AttachOptions,
  type CatalogService,
  type CatalogUsage,
  type CodeOptions,
  type FunctionImage,
  type FunctionRecord,
  type ImageSource,
  type LookAtCode,
  latestVersion,
  type NewFunction,
  type NewLayer,
  type Provisioned,
  type PublishOptions,
  type SealedSettings,
  type Setting,
  type SettingsChanges,
} from './types.js';

export interface CatalogDeps extends ReplicaDeps, CodeFilesDeps {
  readonly log: CatalogLog;
  /** The key of the cluster, 32 bytes, with which environments are sealed. */
  readonly sealingKey: () => Uint8Array;
}

/** How long a read waits for this node to catch up before it answers from what it has. */
const catchUpTimeoutMs = 2000;
/** A write does not need it: what it finds to be otherwise, the command finds, too. */
const writeCatchUpTimeoutMs = 300;

export class Catalog implements CatalogService {
  readonly #replica: CatalogReplica;
  readonly #sealer: EnvironmentSealer;
  readonly #majority: Majority;
  readonly #code: CodeFiles;
  readonly #proposer: Proposer;
  readonly #layers: LayerWrites;

  constructor(private readonly deps: CatalogDeps) {
    this.#replica = new CatalogReplica(deps);
    this.#sealer = new EnvironmentSealer(deps.sealingKey);
    this.#majority = new Majority(deps);
    this.#code = new CodeFiles(deps, this.#majority);
    this.#proposer = new Proposer(deps, this.#replica, catchUpTimeoutMs);
    this.#layers = new LayerWrites(this.#proposer, this.#code, (name) => this.layer(name));
  }

  get appliedIndex(): number {
    return this.#replica.core.appliedIndex;
  }

  /** Applies one committed entry; null for entries that are not the catalogue's. */
  apply(index: number, data: Uint8Array | null): void {
    this.#replica.apply(index, data);
  }

  /** All of it as it is at the call, at `appliedIndex`, in parts that are made as they are asked for. */
  snapshot(): AsyncIterable<Uint8Array> {
    return this.#replica.snapshot();
  }

  /** A snapshot that stands at `index` is about to come. */
  restoreBegin(index: number): void {
    this.#replica.restoreBegin(index);
  }

  /** Its next bytes, cut wherever. Throws `log-damaged`, `storage` for a newer format; then it begins anew. */
  restorePart(bytes: Uint8Array): void {
    this.#replica.restorePart(bytes);
  }

  /**
   * Takes the snapshot's place at once, before the call returns; throws `log-damaged` where it is not whole,
   * and goes on with what was. Resolves once `changed` and `codeWanted` were told what is different.
   */
  restoreEnd(): Promise<void> {
    return this.#replica.restoreEnd();
  }

  get(name: string, version?: string): FunctionRecord | undefined {
    return this.#replica.core.get(name, version);
  }

  alias(name: string, alias: string): AliasRecord | undefined {
    return this.#replica.core.alias(name, alias);
  }

  list(after = '', itemsMax = Number.POSITIVE_INFINITY): readonly FunctionRecord[] {
    return this.#replica.core.list(after, itemsMax);
  }

  versions(name: string): readonly FunctionRecord[] {
    const state = this.#replica.core.state(name);
    return state === undefined ? [] : [state.latest, ...state.versions.values()];
  }

  aliases(name: string): readonly AliasRecord[] {
    const aliases = [...(this.#replica.core.state(name)?.aliases.values() ?? [])];
    return aliases.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  reservedConcurrency(name: string): number | null {
    return this.#replica.core.state(name)?.reservedConcurrency ?? null;
  }

  provisioned(name: string): ReadonlyMap<string, Provisioned> {
    return this.#replica.core.state(name)?.provisioned ?? nothingProvisioned;
  }

  /** Those with reserved or provisioned concurrency, or a published version with SnapStart: kept, not searched. */
  functionsWithCapacity(): Iterable<string> {
    return this.#replica.core.functionsWithCapacity();
  }

  setting(name: string): Setting | undefined {
    return this.#replica.core.setting(name);
  }

  settings(prefix: string): readonly Setting[] {
    return this.#replica.core.settings(prefix);
  }

  seal(boundTo: string, text: string): string {
    return sealText(this.deps.sealingKey(), boundTo, text);
  }

  proof(text: string): string {
    return proofOf(this.deps.sealingKey(), text);
  }

  unseal(boundTo: string, sealed: string): string {
    const text = openText(this.deps.sealingKey(), boundTo, sealed);
    if (text !== null) return text;
    throw new HearthError(
      'storage',
      'A secret of the cluster cannot be opened with the key of this node; ask a node that has the key.',
    );
  }

  /** Whether some function, version or layer needs this bundle. */
  references(hash: BundleHash): boolean {
    return this.#replica.core.references(hash);
  }

  environment(record: FunctionRecord): Readonly<Record<string, string>> {
    return this.#sealer.open(record);
  }

  async catchUp(timeoutMs = catchUpTimeoutMs): Promise<boolean> {
    const index = await this.#majority.readIndex();
    return index !== null && this.waitFor(index, timeoutMs);
  }

  reached(index: number): Promise<boolean> {
    return this.waitFor(index, catchUpTimeoutMs);
  }

  /** Resolves true once `index` is applied here, false when `timeoutMs` has passed. */
  waitFor(index: number, timeoutMs: number): Promise<boolean> {
    return this.#replica.waitFor(index, timeoutMs);
  }

  async create(
    input: NewFunction,
    code: Uint8Array | FunctionImage,
    publish = false,
    look?: LookAtCode,
  ): Promise<FunctionRecord> {
    const startMs = this.deps.clock.nowMs();
    const isConfirmed = await this.catchUp(writeCatchUpTimeoutMs);
    const { environment, layers: arns, ...settings } = input;
    const layers = this.#layers.uses(arns, isConfirmed);
    if (this.get(input.name) !== undefined) {
      throw new HearthError('function-exists', `Function already exist: ${input.name}`);
    }
    const isZip = code instanceof Uint8Array;
    const codeHash = isZip
      ? await this.#code.keep(code, layers, look, startMs)
      : imageHash(code.uri);
    const record = {
      ...settings,
      layers,
      sealedEnvironment: this.#sealer.seal(input.name, environment),
      version: latestVersion,
      image: isZip ? null : code,
      codeHash,
      codeBytes: isZip ? code.length : 0,
      ...this.#proposer.stamp(),
    };
    return this.#record({ id: randomUuid(), kind: 'create', record, ...publication(publish) });
  }

  async updateCode(
    name: string,
    code: Uint8Array | ImageSource,
    options: CodeOptions,
  ): Promise<FunctionRecord> {
    const startMs = this.deps.clock.nowMs();
    await this.catchUp(writeCatchUpTimeoutMs);
    const present = recordOf(settled(this.#replica.core.check(name, options.revisionId)));
    const {
      architecture = present.architecture,
      revisionId,
      dryRun,
      publish = false,
      look,
    } = options;
    const image = code instanceof Uint8Array ? {} : { imageUri: code.imageUri };
    throwRefusal(otherPackage(present, image));
    const codeBytes = code instanceof Uint8Array ? code.length : 0;
    if (dryRun) {
      const codeHash = await this.#code.dryHash(code, present.layers, look);
      return { ...present, architecture, codeHash, codeBytes };
    }
    const codeHash =
      code instanceof Uint8Array
        ? await this.#code.keep(code, present.layers, look, startMs)
        : imageHash(code.imageUri);
    return this.#record({
      id: randomUuid(),
      kind: 'update-code',
      name,
      codeHash,
      codeBytes,
      ...image,
      architecture,
      ...expected(revisionId),
      ...this.#proposer.stamp(),
      ...publication(publish),
    });
  }

  async updateSettings(
    name: string,
    { environment, layers: arns, imageConfig, logging, ...settings }: SettingsChanges,
    revisionId?: string,
  ): Promise<FunctionRecord> {
    const layers = arns === undefined ? undefined : await this.#newLayers(name, arns);
    const changes: Partial<Omit<SealedSettings, 'logging'>> = {
      ...settings,
      ...(layers === undefined ? {} : { layers }),
      ...(environment === undefined
        ? {}
        : { sealedEnvironment: this.#sealer.seal(name, environment) }),
    };
    return this.#record({
      id: randomUuid(),
      kind: 'update-settings',
      name,
      changes,
      ...(imageConfig === undefined ? {} : { imageConfig }),
      ...(logging === undefined ? {} : { logging }),
      ...expected(revisionId),
      ...this.#proposer.stamp(),
    });
  }

  async delete(name: string): Promise<void> {
    await this.#proposer.propose({ id: randomUuid(), kind: 'delete', name });
  }

  publish(name: string, options: PublishOptions): Promise<FunctionRecord> {
    return this.#record(publishCommand(name, options));
  }

  async deleteVersion(name: string, version: string): Promise<void> {
    await this.#proposer.propose({ id: randomUuid(), kind: 'delete-version', name, version });
  }

  createAlias(alias: Omit<AliasRecord, 'revisionId'>): Promise<AliasRecord> {
    return this.#alias(createAliasCommand(alias));
  }

  updateAlias(
    name: string,
    alias: string,
    changes: AliasChanges,
    revisionId?: string,
  ): Promise<AliasRecord> {
    return this.#alias(updateAliasCommand(name, alias, changes, revisionId));
  }

  async deleteAlias(name: string, alias: string): Promise<void> {
    await this.#proposer.propose({ id: randomUuid(), kind: 'delete-alias', name, alias });
  }

  async reserveConcurrency(name: string, executions: number | null): Promise<void> {
    await this.#proposer.propose({
      id: randomUuid(),
      kind: 'reserve-concurrency',
      name,
      executions,
    });
  }

  async provisionConcurrency(
    name: string,
    qualifier: string,
    wanted: Omit<Provisioned, 'lastModified'> | null,
  ): Promise<void> {
    const { lastModified } = this.#proposer.stamp();
    const provisioned = wanted === null ? null : { ...wanted, lastModified };
    const id = randomUuid();
    await this.#proposer.propose({
      id,
      kind: 'provision-concurrency',
      name,
      qualifier,
      provisioned,
    });
  }

  attachment(name: string, kind: AttachmentKind, qualifier: string): Attachment | undefined {
    return this.#replica.core.state(name)?.attachments.get(kind)?.get(qualifier);
  }

  attachments(name: string, kind: AttachmentKind): readonly Attachment[] {
    const all = [...(this.#replica.core.state(name)?.attachments.get(kind)?.values() ?? [])];
    return all.sort((a, b) => (a.qualifier < b.qualifier ? -1 : 1));
  }

  async attach(
    name: string,
    kind: AttachmentKind,
    qualifier: string,
    value: JsonValue | null,
    options: AttachOptions = {},
  ): Promise<Attachment | null> {
    const { revisionId, lastModified: at } = this.#proposer.stamp();
    const change = { name, attachment: kind, qualifier, value, revisionId, at };
    const result = await this.#proposer.propose(attachCommand(change, options));
    if (result.kind !== 'attachment') throw new Error(`attach was answered by ${result.kind}`);
    return result.attachment;
  }

  usage(): CatalogUsage {
    const { functionCount, totals } = this.#replica.core;
    const { codeBytes, reservedConcurrency } = totals;
    return { functions: functionCount, codeBytes, reservedConcurrency };
  }

  async tag(name: string, tags: Readonly<Record<string, string>>): Promise<void> {
    await this.#proposer.propose({
      id: randomUuid(),
      kind: 'tag',
      name,
      tags,
      revisionId: randomUuid(),
    });
  }

  async untag(name: string, keys: readonly string[]): Promise<void> {
    await this.#proposer.propose({
      id: randomUuid(),
      kind: 'untag',
      name,
      keys,
      revisionId: randomUuid(),
    });
  }

  layer(name: string): LayerState | undefined {
    return this.#replica.core.layers.get(name);
  }

  layersFollowing(after: string): Iterable<LayerState> {
    return this.#replica.core.layers.following(after);
  }

  async publishLayer(layer: NewLayer, zip: Uint8Array, look?: LookAtCode): Promise<LayerVersion> {
    const startMs = this.deps.clock.nowMs();
    await this.catchUp(writeCatchUpTimeoutMs);
    return this.#layers.publish(layer, zip, look, startMs);
  }

  deleteLayerVersion(name: string, version: number): Promise<void> {
    return this.#layers.deleteVersion(name, version);
  }

  setLayerPolicy(
    name: string,
    version: number,
    policy: JsonValue | null,
    expected: PolicyExpectation,
  ): Promise<LayerPolicy | null> {
    return this.#layers.setPolicy(name, version, policy, expected);
  }

  async set(name: string, value: unknown, expectedRevision?: number): Promise<Setting | null> {
    const bytes = Buffer.byteLength(JSON.stringify(value));
    if (bytes > limits.settingBytesMax) {
      throw new HearthError(
        'request-too-large',
        `The setting ${name} is ${bytes} bytes long, more than ${limits.settingBytesMax}; make it smaller.`,
      );
    }
    const result = await this.#proposer.propose({
      id: randomUuid(),
      kind: 'set',
      name,
      value,
      ...(expectedRevision === undefined ? {} : { expectedRevision }),
    });
    if (result.kind !== 'setting') throw new Error(`a setting was answered by ${result.kind}`);
    return result.setting;
  }

  readBundle(hash: BundleHash): Promise<Uint8Array> {
    return this.#code.read(hash);
  }

  /** The directory with a function's unpacked code, fetched from another node where need be. */
  taskRoot(hash: BundleHash): Promise<string> {
    return this.#code.taskRoot(hash);
  }

  /** The directory that is to stand at /opt, made of a function's layers; null where it has none. */
  layersRoot(record: Pick<FunctionRecord, 'layers'>): Promise<string | null> {
    return this.#code.layersRoot(record);
  }

  /** The layers of a function that is there; what else it is, the command finds. */
  async #newLayers(name: string, arns: readonly string[]): Promise<readonly LayerUse[]> {
    const layers = this.#layers.uses(arns, await this.catchUp(writeCatchUpTimeoutMs));
    const present = this.get(name);
    if (layers.length === 0 || present === undefined || present.image !== null) return layers;
    await this.taskRoot(present.codeHash);
    await this.#code.checkSize(present.codeHash, layers);
    return layers;
  }

  async #record(command: Command): Promise<FunctionRecord> {
    return recordOf(await this.#proposer.propose(command));
  }

  async #alias(command: Command): Promise<AliasRecord> {
    const result = await this.#proposer.propose(command);
    if (result.kind !== 'alias') throw new Error(`${command.kind} was answered by ${result.kind}`);
    return result.alias;
  }
}

const nothingProvisioned: ReadonlyMap<string, Provisioned> = new Map();

function throwRefusal(refusal: Refusal | null): void {
  if (refusal !== null) throw new HearthError(refusal.code, refusal.message);
}

function recordOf(result: Settled): FunctionRecord {
  if (result.kind === 'done') return result.record;
  throw new Error(`a function was answered by ${result.kind}`);
}
