/**
 * `POST /_hearth/warm/NAME`: starts one more sandbox of a function and runs its initialisation, before anybody calls
 * it. Answers when the sandbox is ready.
 */
import { latestVersion } from '../../catalog/index.js';
import { asHearthError, type Cancelled, functionNotFound } from '../../types/index.js';
import type { Action } from '../action.js';
import type { IngressDeps } from '../deps.js';
import type { FunctionLookup } from '../form/function-lookup.js';
import { jsonReply, type Reply } from '../http/http.js';

export class Warm {
  constructor(
    private readonly deps: Pick<IngressDeps, 'warm'>,
    private readonly lookup: FunctionLookup,
  ) {}

  async ping(
    { target }: Extract<Action, { kind: 'warm' }>,
    signal: Cancelled | undefined,
  ): Promise<Reply> {
    const { name, qualifier = latestVersion } = target;
    await this.lookup.known(target);
    try {
      const { version, initMs, node } = await this.deps.warm({
        functionName: name,
        qualifier,
        ...(signal === undefined ? {} : { signal }),
      });
      const took = initMs === undefined ? {} : { initMs };
      return jsonReply(200, { functionName: name, version, ...took, node });
    } catch (thrown) {
      if (asHearthError(thrown).code !== 'function-not-found') throw thrown;
      throw functionNotFound(name, target.qualifier);
    }
  }
}
