/** Function URLs: any method, any path behind the function's name. */
import { latestVersion } from '../../catalog/index.js';
import { HearthError, limits } from '../../types/index.js';
import type { Action } from '../action.js';
import type { Asked, Operation } from '../operation.js';

export const callFunctionUrl: Operation = {
  name: 'CallFunctionUrl',
  method: 'ANY',
  path: '/fn/{}/{...}',
  who: 'own-rules',
  bodyBytesMax: limits.invokeBodyBytesMax,
  invokes: true,
  parse: callUrl,
};

export const urlOperations: readonly Operation[] = [callFunctionUrl];

function callUrl({ subject, rest, head }: Asked): Action {
  const [, name, alias] = /^([a-zA-Z0-9-_]{1,64})(?::([a-zA-Z0-9-_]{1,128}))?$/.exec(subject) ?? [];
  if (name === undefined) {
    const at = head.path.slice(0, 200);
    const message = `There is nothing at ${at}; a function URL is /fn/NAME/ or /fn/NAME:ALIAS/.`;
    throw new HearthError('route-not-found', message);
  }
  const qualifier = alias ?? latestVersion;
  return { kind: 'call-url', name, qualifier, rawPath: rest, head };
}
