/** The management operations: an action in, the catalogue asked, AWS's answer out. */
import type { CatalogService, FunctionRecord } from '../catalog/index.js';
import { functionNotFound, HearthError } from '../types/index.js';
import type { Action, ListFunctions, UpdateCode } from './action.js';
import { functionConfiguration, listedConfiguration } from './function-configuration.js';
import type { FunctionName } from './function-name.js';
import { emptyReply, jsonReply, type Reply } from './http.js';
import { markerAfter } from './parse.js';

type Of<Kind extends Action['kind']> = Extract<Action, { readonly kind: Kind }>;

export class Management {
  constructor(private readonly catalog: CatalogService) {}

  async create({ input, zip }: Of<'create-function'>): Promise<Reply> {
    const record = await this.catalog.create(input, zip);
    return jsonReply(201, functionConfiguration(record, 'created'));
  }

  async updateCode({ target, zip, revisionId, architecture, dryRun }: UpdateCode): Promise<Reply> {
    this.#latestOnly(target);
    await this.#known(target);
    const record = await this.catalog.updateCode(target.name, zip, {
      dryRun,
      ...(revisionId === undefined ? {} : { revisionId }),
      ...(architecture === undefined ? {} : { architecture }),
    });
    return jsonReply(200, functionConfiguration(record, dryRun ? 'settled' : 'updated'));
  }

  async updateSettings({ target, changes, revisionId }: Of<'update-settings'>): Promise<Reply> {
    this.#latestOnly(target);
    await this.#known(target);
    const record = await this.catalog.updateSettings(target.name, changes, revisionId);
    return jsonReply(200, functionConfiguration(record, 'updated'));
  }

  async get({ target, origin }: Of<'get-function'>): Promise<Reply> {
    const record = await this.#read(target);
    const hasTags = Object.keys(record.tags).length > 0;
    return jsonReply(200, {
      Configuration: functionConfiguration(record, 'settled', target.qualifier),
      Code: { RepositoryType: 'S3', Location: `${origin}/_hearth/code/${record.codeHash}` },
      ...(hasTags ? { Tags: record.tags } : {}),
    });
  }

  async getConfiguration({ target }: Of<'get-configuration'>): Promise<Reply> {
    const record = await this.#read(target);
    return jsonReply(200, functionConfiguration(record, 'settled', target.qualifier));
  }

  async list({ after, itemsMax, allVersions }: ListFunctions): Promise<Reply> {
    await this.catalog.catchUp();
    const rest = this.catalog.list().filter((record) => record.name > after);
    const page = rest.slice(0, itemsMax);
    const last = page.at(-1);
    const qualifier = allVersions ? '$LATEST' : undefined;
    return jsonReply(200, {
      Functions: page.map((record) => listedConfiguration(record, qualifier)),
      ...(rest.length > page.length && last ? { NextMarker: markerAfter(last.name) } : {}),
    });
  }

  /** A qualifier names a version, of which there are none yet; deleting what is not there is fine. */
  async delete({ target }: Of<'delete-function'>): Promise<Reply> {
    const { name, qualifier } = target;
    if (qualifier === '$LATEST') {
      throw new HearthError(
        'invalid-parameter',
        '$LATEST version cannot be deleted without deleting the function.',
      );
    }
    if (qualifier !== undefined && !/^\d+$/.test(qualifier)) {
      throw new HearthError('invalid-parameter', 'Deletion of aliases is not currently supported.');
    }
    await this.#known({ name, qualifier: undefined });
    if (qualifier === undefined) await this.catalog.delete(name);
    return emptyReply(204);
  }

  /** The function as every node would tell it now, for reads. */
  async #read(target: FunctionName): Promise<FunctionRecord> {
    await this.catalog.catchUp();
    this.#latestOnly(target);
    const record = this.catalog.get(target.name);
    if (record === undefined) throw functionNotFound(target.name, target.qualifier);
    return record;
  }

  /** Throws `function-not-found` unless the function is known here, or is once this node has caught up. */
  async #known({ name, qualifier }: FunctionName): Promise<void> {
    if (this.catalog.get(name) !== undefined) return;
    await this.catalog.catchUp();
    if (this.catalog.get(name) === undefined) throw functionNotFound(name, qualifier);
  }

  async dryRun({ target }: Of<'dry-run'>): Promise<Reply> {
    this.#latestOnly(target);
    await this.#known({ name: target.name, qualifier: target.qualifier ?? '$LATEST' });
    return emptyReply(204);
  }

  #latestOnly({ name, qualifier }: FunctionName): void {
    if (qualifier !== undefined && qualifier !== '$LATEST') throw functionNotFound(name, qualifier);
  }
}
