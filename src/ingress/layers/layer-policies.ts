/** The policies of layer versions: an action in, the catalogue asked, AWS's answer out. */
import type { CatalogService } from '../../catalog/index.js';
import { HearthError, layerArn } from '../../types/index.js';
import { emptyReply, jsonReply, type Reply } from '../http/http.js';
import type { Of } from '../operation.js';
import { type Policy, statementOf } from '../policy/statement.js';
import { addStatement, type PolicyPlace, removeStatement } from '../policy/statements.js';

export class LayerPolicies {
  constructor(private readonly catalog: CatalogService) {}

  async add(action: Of<'add-layer-permission'>): Promise<Reply> {
    const { name, version, grant, revisionId } = action;
    const place = await this.#place(name, version);
    const statement = statementOf(grant, layerArn(name, version));
    const revision = await addStatement(place, statement, revisionId);
    return jsonReply(201, { Statement: JSON.stringify(statement), RevisionId: revision });
  }

  async get({ name, version }: Of<'get-layer-policy'>): Promise<Reply> {
    const present = (await this.#place(name, version)).read();
    if (present === undefined) {
      throw new HearthError('not-attached', 'No policy is associated with the given resource.');
    }
    const { policy, revisionId } = present;
    return jsonReply(200, { Policy: JSON.stringify(policy), RevisionId: revisionId });
  }

  async remove(action: Of<'remove-layer-permission'>): Promise<Reply> {
    const { name, version, statementId, revisionId } = action;
    await removeStatement(await this.#place(name, version), statementId, revisionId);
    return emptyReply(204);
  }

  /** Throws `function-not-found` where there is no such version. */
  async #place(name: string, version: number): Promise<PolicyPlace> {
    const { catalog } = this;
    const isThere = (): boolean => catalog.layer(name)?.versions.has(version) === true;
    if (!isThere()) await catalog.catchUp();
    if (!isThere()) {
      const message = `Layer version ${layerArn(name, version)} does not exist.`;
      throw new HearthError('function-not-found', message);
    }
    return {
      reader: 'GetLayerPolicy',
      read: () => {
        const present = catalog.layer(name)?.policies.get(version);
        // only `write` below sets it
        return present && { policy: present.value as Policy, revisionId: present.revisionId };
      },
      write: async (policy, revisionId) => {
        const expected = revisionId === undefined ? ('absent' as const) : { revisionId };
        const written = await catalog.setLayerPolicy(name, version, policy, expected);
        return written?.revisionId;
      },
      catchUp: () => catalog.catchUp(),
    };
  }
}
