/** The policies of functions, versions and aliases: an action in, the catalogue asked, AWS's answer out. */
import { type CatalogService, latestVersion } from '../../catalog/index.js';
import { functionArn, HearthError } from '../../types/index.js';
import type { FunctionLookup } from '../form/function-lookup.js';
import type { FunctionName } from '../form/function-name.js';
import { emptyReply, jsonReply, type Reply } from '../http/http.js';
import type { Of } from '../operation.js';
import { policyOf, statementOf } from './statement.js';
import { addStatement, type PolicyPlace, removeStatement } from './statements.js';

export class Policies {
  constructor(
    private readonly catalog: CatalogService,
    private readonly lookup: FunctionLookup,
  ) {}

  async add({ target, grant, revisionId }: Of<'add-permission'>): Promise<Reply> {
    const { name, qualifier } = target;
    await this.lookup.known({ name, qualifier: undefined });
    if (qualifier !== undefined) await this.lookup.knownAt(name, qualifier);
    const statement = statementOf(grant, functionArn(name, qualifier));
    await addStatement(this.#place(target), statement, revisionId);
    return jsonReply(201, { Statement: JSON.stringify(statement) });
  }

  async get({ target }: Of<'get-policy'>): Promise<Reply> {
    const present = this.#place(target).read();
    if (present === undefined) {
      throw new HearthError('not-attached', 'The resource you requested does not exist.');
    }
    const { policy, revisionId } = present;
    return jsonReply(200, { Policy: JSON.stringify(policy), RevisionId: revisionId });
  }

  async remove({ target, statementId, revisionId }: Of<'remove-permission'>): Promise<Reply> {
    const { name, qualifier } = target;
    await this.#checkRemovable(name);
    if (qualifier !== undefined) await this.lookup.knownAt(name, qualifier);
    await removeStatement(this.#place(target), statementId, revisionId);
    return emptyReply(204);
  }

  async #checkRemovable(name: string): Promise<void> {
    try {
      await this.lookup.known({ name, qualifier: undefined });
    } catch (thrown) {
      const isUnknown = thrown instanceof HearthError && thrown.code === 'function-not-found';
      if (!isUnknown) throw thrown;
      throw new HearthError('not-attached', `No policy found for: ${functionArn(name)}`);
    }
  }

  #place({ name, qualifier }: FunctionName): PolicyPlace {
    const { catalog } = this;
    const at = qualifier ?? latestVersion;
    return {
      reader: 'GetPolicy',
      ownRevisionId: (catalog.alias(name, at) ?? catalog.get(name, at))?.revisionId,
      read: () => {
        const policy = policyOf(catalog, name, at);
        const revisionId = catalog.attachment(name, 'policy', at)?.revisionId;
        return policy && revisionId ? { policy, revisionId } : undefined;
      },
      write: async (policy, revisionId) => {
        const expect = revisionId === undefined ? ('absent' as const) : { revisionId };
        return (await catalog.attach(name, 'policy', at, policy, { expect }))?.revisionId;
      },
      catchUp: () => catalog.catchUp(),
    };
  }
}
