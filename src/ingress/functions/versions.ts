/** PublishVersion and ListVersionsByFunction. */
import { type CatalogService, type FunctionRecord, latestVersion } from '../../catalog/index.js';
import type { Action, ListOfFunction } from '../action.js';
import type { FunctionLookup } from '../form/function-lookup.js';
import { cutPage } from '../form/paging.js';
import { jsonReply, type Reply } from '../http/http.js';
import { functionConfiguration, listedConfiguration } from './function-configuration.js';

export class Versions {
  readonly #environment = (record: FunctionRecord) => this.catalog.environment(record);

  constructor(
    private readonly catalog: CatalogService,
    private readonly lookup: FunctionLookup,
  ) {}

  async publish(action: Extract<Action, { kind: 'publish-version' }>): Promise<Reply> {
    const { target, options } = action;
    await this.lookup.knownWhole(target);
    const record = await this.catalog.publish(target.name, options);
    const { version } = record;
    return jsonReply(201, functionConfiguration(record, this.#environment, 'settled', version));
  }

  async list({ target, after, itemsMax }: ListOfFunction<'list-versions'>): Promise<Reply> {
    await this.lookup.known({ ...target, qualifier: undefined });
    const items = this.catalog
      .versions(target.name)
      .filter(({ version }) => after === '' || versionNumber(version) > versionNumber(after));
    const { page, next } = cutPage(items, itemsMax, ({ version }) => version);
    const listed = page.map((record) =>
      listedConfiguration(record, this.#environment, record.version),
    );
    return jsonReply(200, { Versions: listed, ...next });
  }
}

/** The place of a version in lists: `$LATEST` stands first. */
export function versionNumber(version: string): number {
  return version === latestVersion ? 0 : Number(version);
}
