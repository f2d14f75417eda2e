/** Function URLs: any method, any path behind the function's name. */
import { HearthError, limits } from '../../types/index.js';
import type { Action } from '../action.js';
import type { Asked, Operation } from '../operation.js';

export const urlOperations: readonly Operation[] = [
  {
    name: 'CallFunctionUrl',
    method: 'ANY',
    path: '/fn/{}/{...}',
    who: 'own-rules',
    bodyBytesMax: limits.invokeBodyBytesMax,
    parse: callUrl,
  },
];

function callUrl({ subject, rest, head, body }: Asked): Action {
  if (!/^[a-zA-Z0-9-_]{1,64}$/.test(subject)) {
    const message = `There is nothing at ${head.path.slice(0, 200)}; a function URL is /fn/NAME/.`;
    throw new HearthError('route-not-found', message);
  }
  return { kind: 'call-url', name: subject, rawPath: rest, head, body };
}
