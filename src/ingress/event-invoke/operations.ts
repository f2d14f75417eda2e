/** https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html and those beside it. */

import type { Action } from '../action.js';
import { functionsAmong } from '../form/destination.js';
import { listOfFunction } from '../functions/parse-versions.js';
import type { Operation } from '../operation.js';
import { ofEventInvoke, putEventInvoke } from './event-invoke-input.js';

const path = '/2019-09-25/functions/{}/event-invoke-config';

export const eventInvokeOperations: readonly Operation[] = [
  {
    name: 'PutFunctionEventInvokeConfig',
    method: 'PUT',
    path,
    touches,
    parse: (asked) => putEventInvoke('put-event-invoke', asked),
  },
  {
    name: 'UpdateFunctionEventInvokeConfig',
    method: 'POST',
    path,
    touches,
    parse: (asked) => putEventInvoke('update-event-invoke', asked),
  },
  {
    name: 'GetFunctionEventInvokeConfig',
    method: 'GET',
    path,
    parse: (asked) => ofEventInvoke('get-event-invoke', asked),
  },
  {
    name: 'DeleteFunctionEventInvokeConfig',
    method: 'DELETE',
    path,
    parse: (asked) => ofEventInvoke('delete-event-invoke', asked),
  },
  {
    name: 'ListFunctionEventInvokeConfigs',
    method: 'GET',
    path: `${path}/list`,
    parse: (asked) => listOfFunction('list-event-invoke', asked),
  },
];

/** The function, and those that are to be told of its invocations. */
function touches(action: Action): readonly string[] {
  const isPut = action.kind === 'put-event-invoke' || action.kind === 'update-event-invoke';
  if (!isPut) return ['*'];
  const { target, changes } = action;
  return [target.name, ...functionsAmong([changes.onSuccess, changes.onFailure])];
}
