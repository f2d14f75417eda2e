/** The management operations on functions: an action in, the catalogue asked, AWS's answer out. */
import type { Inspector } from '../../agent/index.js';
import {
  type CatalogService,
  type FunctionRecord,
  latestVersion,
  type SettingsChanges,
} from '../../catalog/index.js';
import { HearthError } from '../../types/index.js';
import type { ListFunctions, UpdateCode } from '../action.js';
import type { CodeLinks } from '../auth/code-links.js';
import type { CapacitySum, ClusterCapacity } from '../concurrency/cluster-capacity.js';
import { reservedMember } from '../concurrency/concurrency.js';
import type { FunctionLookup } from '../form/function-lookup.js';
import type { FunctionName } from '../form/function-name.js';
import { cutPage } from '../form/paging.js';
import { emptyReply, jsonReply, type Reply } from '../http/http.js';
import type { Of } from '../operation.js';
import { withFindings } from './code-findings.js';
import { checkRuntimeCan } from './execution-input.js';
import { functionConfiguration, listedConfiguration } from './function-configuration.js';
import { versionNumber } from './versions.js';

export class Management {
  readonly #environment = (record: FunctionRecord) => this.catalog.environment(record);

  constructor(
    private readonly catalog: CatalogService,
    private readonly lookup: FunctionLookup,
    private readonly cluster: Pick<ClusterCapacity, 'of'>,
    private readonly inspector: Pick<Inspector, 'begin'>,
    private readonly links: Pick<CodeLinks, 'url'>,
  ) {}

  async create({ input, code, publish, strict }: Of<'create-function'>): Promise<Reply> {
    const { runtime, handler, layers } = input;
    const inspection = this.inspector.begin(
      { runtime, handler, hasLayers: layers.length > 0 },
      strict,
    );
    const record = await this.catalog.create(input, code, publish, inspection.look);
    const configuration = functionConfiguration(record, this.#environment, 'created');
    return withFindings(jsonReply(201, configuration), inspection);
  }

  async updateCode(action: UpdateCode): Promise<Reply> {
    const { target, code, revisionId, architecture, dryRun, publish, strict } = action;
    const { runtime, handler, layers } = await this.lookup.knownWhole(target);
    const inspection = this.inspector.begin(
      { runtime, handler, hasLayers: layers.length > 0 },
      strict,
    );
    const record = await this.catalog.updateCode(target.name, code, {
      dryRun,
      publish,
      look: inspection.look,
      ...(revisionId === undefined ? {} : { revisionId }),
      ...(architecture === undefined ? {} : { architecture }),
    });
    const moment = dryRun ? 'settled' : publish ? 'created' : 'updated';
    const qualifier = record.version === latestVersion ? undefined : record.version;
    const configuration = functionConfiguration(record, this.#environment, moment, qualifier);
    return withFindings(jsonReply(200, configuration), inspection);
  }

  async updateSettings({ target, changes, revisionId }: Of<'update-settings'>): Promise<Reply> {
    this.#checkSettings(await this.lookup.knownWhole(target), changes);
    const record = await this.catalog.updateSettings(target.name, changes, revisionId);
    return jsonReply(200, functionConfiguration(record, this.#environment, 'updated'));
  }

  async get({ target, origin }: Of<'get-function'>): Promise<Reply> {
    const record = await this.lookup.known(target);
    const tags = this.catalog.get(target.name)?.tags ?? {};
    const concurrency = reservedMember(this.catalog, target.name);
    return jsonReply(200, {
      Configuration: await this.#configuration(record, target),
      Code: this.#codeLocation(record, origin),
      ...(Object.keys(tags).length > 0 ? { Tags: tags } : {}),
      ...(Object.keys(concurrency).length > 0 ? { Concurrency: concurrency } : {}),
    });
  }

  async getConfiguration({ target }: Of<'get-configuration'>): Promise<Reply> {
    const record = await this.lookup.known(target);
    return jsonReply(200, await this.#configuration(record, target));
  }

  async list({ after, itemsMax, allVersions }: ListFunctions): Promise<Reply> {
    // one more than the page holds tells whether another follows
    const items = allVersions
      ? this.#allVersions(after, itemsMax + 1)
      : this.catalog.list(after, itemsMax + 1);
    const { page, next } = cutPage(items, itemsMax, ({ name, version }) =>
      allVersions ? `${name}:${version}` : name,
    );
    const listed = page.map((record) =>
      listedConfiguration(record, this.#environment, allVersions ? record.version : undefined),
    );
    return jsonReply(200, { Functions: listed, ...next });
  }

  /** A function, or one version of it; deleting a version that is not there is fine. */
  async delete({ target }: Of<'delete-function'>): Promise<Reply> {
    const { name, qualifier } = target;
    if (qualifier === latestVersion) {
      throw new HearthError(
        'invalid-parameter',
        '$LATEST version cannot be deleted without deleting the function.',
      );
    }
    if (qualifier !== undefined && !/^\d+$/.test(qualifier)) {
      throw new HearthError('invalid-parameter', 'Deletion of aliases is not currently supported.');
    }
    await this.lookup.known({ name, qualifier: undefined });
    if (qualifier === undefined) await this.catalog.delete(name);
    else await this.catalog.deleteVersion(name, qualifier);
    return emptyReply(204);
  }

  async dryRun({ target }: Of<'dry-run'>): Promise<Reply> {
    await this.lookup.known({ ...target, qualifier: target.qualifier ?? latestVersion });
    return emptyReply(204);
  }

  async #configuration(
    record: FunctionRecord,
    { qualifier }: FunctionName,
  ): Promise<Record<string, unknown>> {
    const capacity = await this.#snapshots(record);
    return functionConfiguration(record, this.#environment, 'settled', qualifier, capacity);
  }

  #codeLocation({ image, codeHash }: FunctionRecord, origin: string): Record<string, string> {
    if (image === null) {
      return { RepositoryType: 'S3', Location: this.links.url(origin, codeHash) };
    }
    // AWS resolves every tag; here only a digest in the name says which image it is
    const resolved = image.uri.includes('@sha256:') ? { ResolvedImageUri: image.uri } : {};
    return { RepositoryType: 'ECR', ImageUri: image.uri, ...resolved };
  }

  /** Only of a version that is started from snapshots the nodes are asked whether they have one. */
  async #snapshots({ name, version, snapStart }: FunctionRecord): Promise<CapacitySum | undefined> {
    if (!snapStart || version === latestVersion) return undefined;
    return (await this.cluster.of(name, [version])).get(version);
  }

  /** What the function would be, where that depends on settings that are not changed. */
  #checkSettings(record: FunctionRecord, changes: SettingsChanges): void {
    const { runtime = record.runtime, snapStart = record.snapStart, environment } = changes;
    const isOther = runtime !== record.runtime || snapStart !== record.snapStart;
    if (!isOther && environment === undefined) return;
    checkRuntimeCan({
      runtime,
      snapStart,
      environment: () => environment ?? this.catalog.environment(record),
    });
  }

  /** `after`: `NAME:VERSION` of the last one that was told; empty at the beginning. */
  #allVersions(after: string, itemsMax: number): readonly FunctionRecord[] {
    const [name = '', version = ''] = after.split(':');
    const items = this.catalog
      .versions(name)
      .filter((record) => versionNumber(record.version) > versionNumber(version));
    for (const record of this.catalog.list(name, itemsMax)) {
      if (items.length >= itemsMax) break;
      items.push(...this.catalog.versions(record.name));
    }
    return items;
  }
}
