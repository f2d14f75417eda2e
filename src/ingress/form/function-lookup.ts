/** Finds what a request names in the catalogue: a function, a version, or what an alias points to. */
import type { CatalogService, FunctionRecord } from '../../catalog/index.js';
import { latestVersion } from '../../catalog/index.js';
import {
  functionArn,
  functionNotFound,
  functionUnconfirmed,
  HearthError,
} from '../../types/index.js';
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

  /** A version, or what an alias points to, told in the words that AWS has where something hangs on these. */
  async knownAt(name: string, qualifier: string): Promise<FunctionRecord> {
    try {
      return await this.known({ name, qualifier });
    } catch (thrown) {
      const isUnknown = thrown instanceof HearthError && thrown.code === 'function-not-found';
      if (!isUnknown || !isAliasName(qualifier)) throw thrown;
      const message = `Cannot find alias arn: ${functionArn(name, qualifier)}`;
      throw new HearthError('function-not-found', message);
    }
  }

  #find({ name, qualifier }: FunctionName): FunctionRecord | undefined {
    if (qualifier === undefined) return this.catalog.get(name);
    const alias = this.catalog.alias(name, qualifier);
    return this.catalog.get(name, alias?.version ?? qualifier);
  }
}

/** No version is named like that. */
function isAliasName(qualifier: string): boolean {
  return /^(?!\d+$)[a-zA-Z0-9-_]+$/.test(qualifier);
}
