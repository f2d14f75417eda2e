/** Invocations that nobody waits for: answered when they are kept, and run after that. */
import { latestVersion } from '../../catalog/index.js';
import { requestId } from '../../types/index.js';
import type { Submit } from '../action.js';
import { callerName } from '../auth/caller.js';
import type { IngressDeps } from '../deps.js';
import type { FunctionLookup } from '../form/function-lookup.js';
import { emptyReply, jsonReply, type Reply } from '../http/http.js';
import type { Call } from '../operation.js';

export class Submissions {
  constructor(
    private readonly deps: Pick<IngressDeps, 'events'>,
    private readonly lookup: FunctionLookup,
  ) {}

  /** A client that sends the same request once more is told of the first one. */
  async submit(action: Submit, call: Call): Promise<Reply> {
    const { target, payload, traceId, clientId, idempotencyKey, isLegacy } = action;
    const qualifier = target.qualifier ?? latestVersion;
    await this.lookup.known({ name: target.name, qualifier });
    const { id } = await this.deps.events.submit({
      id: clientId === '' ? call.requestId : requestId(clientId),
      functionName: target.name,
      qualifier,
      invokedAs: target.qualifier ?? '',
      payload,
      traceId,
      idempotencyKey,
      caller: callerName(call.caller),
    });
    const reply = isLegacy ? jsonReply(202, { Status: 202 }) : emptyReply(202);
    return { ...reply, requestId: id };
  }
}
