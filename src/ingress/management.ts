/** The management operations on functions: an action in, the catalogue asked, AWS's answer out. */
import { type CatalogService, type FunctionRecord, latestVersion } from '../catalog/index.js';
import { HearthError } from '../types/index.js';
import type { Action, ListFunctions, UpdateCode } from './action.js';
import { functionConfiguration, listedConfiguration } from './function-configuration.js';
import type { FunctionLookup } from './function-lookup.js';
import { emptyReply, jsonReply, type Reply } from './http.js';
import { cutPage } from './paging.js';
import { versionNumber } from './versions.js';

type Of<Kind extends Action['kind']> = Extract<Action, { readonly kind: Kind }>;

export class Management {
  readonly #environment = (record: FunctionRecord) => this.catalog.environment(record);

  constructor(
    private readonly catalog: CatalogService,
    private readonly lookup: FunctionLookup,
  ) {}

  async create({ input, code, publish }: Of<'create-function'>): Promise<Reply> {
    const record = await this.catalog.create(input, code, publish);
    return jsonReply(201, functionConfiguration(record, this.#environment, 'created'));
  }

  async updateCode(action: UpdateCode): Promise<Reply> {
    const { target, code, revisionId, architecture, dryRun, publish } = action;
    await this.lookup.knownWhole(target);
    const record = await this.catalog.updateCode(target.name, code, {
      dryRun,
      publish,
      ...(revisionId === undefined ? {} : { revisionId }),
      ...(architecture === undefined ? {} : { architecture }),
    });
    const moment = dryRun ? 'settled' : publish ? 'created' : 'updated';
    const qualifier = record.version === latestVersion ? undefined : record.version;
    return jsonReply(200, functionConfiguration(record, this.#environment, moment, qualifier));
  }

  async updateSettings({ target, changes, revisionId }: Of<'update-settings'>): Promise<Reply> {
    await this.lookup.knownWhole(target);
    const record = await this.catalog.updateSettings(target.name, changes, revisionId);
    return jsonReply(200, functionConfiguration(record, this.#environment, 'updated'));
  }

  async get({ target, origin }: Of<'get-function'>): Promise<Reply> {
    const record = await this.lookup.known(target);
    const tags = this.catalog.get(target.name)?.tags ?? {};
    const { qualifier } = target;
    return jsonReply(200, {
      Configuration: functionConfiguration(record, this.#environment, 'settled', qualifier),
      Code: codeLocation(record, origin),
      ...(Object.keys(tags).length > 0 ? { Tags: tags } : {}),
    });
  }

  async getConfiguration({ target }: Of<'get-configuration'>): Promise<Reply> {
    const record = await this.lookup.known(target);
    const { qualifier } = target;
    return jsonReply(200, functionConfiguration(record, this.#environment, 'settled', qualifier));
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

function codeLocation({ image, codeHash }: FunctionRecord, origin: string): Record<string, string> {
  if (image === null) {
    return { RepositoryType: 'S3', Location: `${origin}/_hearth/code/${codeHash}` };
  }
  // AWS resolves every tag; here only a digest in the name says which image it is
  const resolved = image.uri.includes('@sha256:') ? { ResolvedImageUri: image.uri } : {};
  return { RepositoryType: 'ECR', ImageUri: image.uri, ...resolved };
}
