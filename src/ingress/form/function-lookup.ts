/** Finds what a request names in the catalogue: a function, a version, or what an alias points to. */
import type { CatalogService, FunctionRecord } from '../../catalog/index.js';
import { latestVersion } from '../../catalog/index.js';
import { functionNotFound, functionUnconfirmed } from '../../types/index.js';
import type { FunctionName } from './function-name.js';

export class FunctionLookup {
  constructor(private readonly catalog: CatalogService) {}

  /**
   * As this node knows it, or after it has caught up where it does not. Throws `function-not-found`, and
   * `no-quorum` where nobody confirms that.
   */
  async known(target: FunctionName): Promise<FunctionRecord> {
    const present = this.#find(target);
    if (present !== undefined) return present;
    const isConfirmed = await this.catalog.catchUp();
    const found = this.#find(target);
    if (found !== undefined) return found;
    const { name, qualifier } = target;
    throw isConfirmed ? functionNotFound(name, qualifier) : functionUnconfirmed(name);
  }

  /** The same for what only the function itself can be asked for: no version and no alias. */
  async knownWhole(target: FunctionName): Promise<FunctionRecord> {
    const { name, qualifier } = target;
    if (qualifier !== undefined && qualifier !== latestVersion) {
      throw functionNotFound(name, qualifier);
    }
    return this.known(target);
  }

  #find({ name, qualifier }: FunctionName): FunctionRecord | undefined {
    if (qualifier === undefined) return this.catalog.get(name);
    const alias = this.catalog.alias(name, qualifier);
    return this.catalog.get(name, alias?.version ?? qualifier);
  }
}
