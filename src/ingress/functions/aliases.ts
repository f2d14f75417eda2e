/** The operations on aliases: an action in, the catalogue asked, AWS's answer out. */
import type { AliasRecord, CatalogService } from '../../catalog/index.js';
import { functionArn, HearthError } from '../../types/index.js';
import type { ListAliases, UpdateAlias } from '../action.js';
import type { FunctionLookup } from '../form/function-lookup.js';
import { cutPage } from '../form/paging.js';
import { emptyReply, jsonReply, type Reply } from '../http/http.js';
import type { Of } from '../operation.js';

export class Aliases {
  constructor(
    private readonly catalog: CatalogService,
    private readonly lookup: FunctionLookup,
  ) {}

  async create({ alias }: Of<'create-alias'>): Promise<Reply> {
    return jsonReply(201, aliasConfiguration(await this.catalog.createAlias(alias)));
  }

  async get({ target, alias }: Of<'get-alias'>): Promise<Reply> {
    await this.lookup.known({ ...target, qualifier: undefined });
    const record = this.catalog.alias(target.name, alias);
    if (record !== undefined) return jsonReply(200, aliasConfiguration(record));
    throw new HearthError(
      'function-not-found',
      `Cannot find alias arn: ${functionArn(target.name, alias)}`,
    );
  }

  async update({ target, alias, changes, revisionId }: UpdateAlias): Promise<Reply> {
    const record = await this.catalog.updateAlias(target.name, alias, changes, revisionId);
    return jsonReply(200, aliasConfiguration(record));
  }

  /** Deleting what is not there is fine. */
  async delete({ target, alias }: Of<'delete-alias'>): Promise<Reply> {
    await this.catalog.deleteAlias(target.name, alias);
    return emptyReply(204);
  }

  async list({ target, after, itemsMax, version }: ListAliases): Promise<Reply> {
    await this.lookup.known({ ...target, qualifier: undefined });
    const items = this.catalog.aliases(target.name).filter((alias) => {
      const points = alias.version === version || alias.additional?.version === version;
      return alias.name > after && (version === undefined || points);
    });
    const { page, next } = cutPage(items, itemsMax, ({ name }) => name);
    return jsonReply(200, { Aliases: page.map(aliasConfiguration), ...next });
  }
}

function aliasConfiguration(alias: AliasRecord): Record<string, unknown> {
  const { functionName, name, version, description, additional, revisionId } = alias;
  const weights = additional === null ? null : { [additional.version]: additional.weight };
  return {
    AliasArn: functionArn(functionName, name),
    Name: name,
    FunctionVersion: version,
    Description: description,
    ...(weights === null ? {} : { RoutingConfig: { AdditionalVersionWeights: weights } }),
    RevisionId: revisionId,
  };
}
