/** A Task whose Resource is a function's ARN: its input is the payload, the payload of the answer its result. */
import { embeddedJson } from '../../lib/index.js';
import { answered, type FunctionCalls, functionRef, lambdaFailure } from './function-calls.js';
import type { Integration } from './integration.js';

export function functionTask(calls: FunctionCalls): Integration {
  return async ({ request, signal }) => {
    const { executionArn, resource, requestId, input, traceId } = request;
    if (resource.kind !== 'function') throw new TypeError('not a function');
    try {
      const ref = functionRef(resource.arn);
      const more = { payload: input, clientContext: '', traceId, signal };
      const call = { ...ref, executionArn, requestId, ...more };
      return embeddedJson(Buffer.from(answered(await calls.run(call), 'arn')));
    } catch (thrown) {
      throw lambdaFailure(thrown, requestId);
    }
  };
}
