/**
 * The operations of the Lambda API that Hearth knows and does not offer: answered by 501, never as if they had been
 * done. `test/ingress/api-model.test.ts` compares the whole table with the model of AWS's SDK.
 */
import { HearthError } from '../../types/index.js';
import type { Operation } from '../operation.js';

const mappings = '/2015-03-31/event-source-mappings';
const signing = '/2020-04-22/code-signing-configs';
const providers = '/2025-11-30/capacity-providers';
const scaling = '/2025-11-30/functions/{}/function-scaling-config';
const durable = '/2025-12-01/durable-executions/{}';
const callback = '/2025-12-01/durable-execution-callbacks/{}';
const resourcePolicy = '/2026-07-09/resource-policy/{}';

export const notOfferedOperations: readonly Operation[] = [
  notOffered('CreateEventSourceMapping', 'POST', mappings),
  notOffered('ListEventSourceMappings', 'GET', mappings),
  notOffered('GetEventSourceMapping', 'GET', `${mappings}/{}`),
  notOffered('UpdateEventSourceMapping', 'PUT', `${mappings}/{}`),
  notOffered('DeleteEventSourceMapping', 'DELETE', `${mappings}/{}`),
  notOffered('CreateCodeSigningConfig', 'POST', signing),
  notOffered('ListCodeSigningConfigs', 'GET', signing),
  notOffered('GetCodeSigningConfig', 'GET', `${signing}/{}`),
  notOffered('UpdateCodeSigningConfig', 'PUT', `${signing}/{}`),
  notOffered('DeleteCodeSigningConfig', 'DELETE', `${signing}/{}`),
  notOffered('ListFunctionsByCodeSigningConfig', 'GET', `${signing}/{}/functions`),
  notOffered('PutFunctionCodeSigningConfig', 'PUT', '/2020-06-30/functions/{}/code-signing-config'),
  notOffered('CreateCapacityProvider', 'POST', providers),
  notOffered('ListCapacityProviders', 'GET', providers),
  notOffered('GetCapacityProvider', 'GET', `${providers}/{}`),
  notOffered('UpdateCapacityProvider', 'PUT', `${providers}/{}`),
  notOffered('DeleteCapacityProvider', 'DELETE', `${providers}/{}`),
  notOffered('ListFunctionVersionsByCapacityProvider', 'GET', `${providers}/{}/function-versions`),
  notOffered('GetFunctionScalingConfig', 'GET', scaling),
  notOffered('PutFunctionScalingConfig', 'PUT', scaling),
  notOffered('GetDurableExecution', 'GET', durable),
  notOffered('GetDurableExecutionHistory', 'GET', `${durable}/history`),
  notOffered('GetDurableExecutionState', 'GET', `${durable}/state`),
  notOffered('CheckpointDurableExecution', 'POST', `${durable}/checkpoint`),
  notOffered('StopDurableExecution', 'POST', `${durable}/stop`),
  notOffered(
    'ListDurableExecutionsByFunction',
    'GET',
    '/2025-12-01/functions/{}/durable-executions',
  ),
  notOffered('SendDurableExecutionCallbackSuccess', 'POST', `${callback}/succeed`),
  notOffered('SendDurableExecutionCallbackFailure', 'POST', `${callback}/fail`),
  notOffered('SendDurableExecutionCallbackHeartbeat', 'POST', `${callback}/heartbeat`),
  notOffered('GetResourcePolicy', 'GET', resourcePolicy),
  notOffered('PutResourcePolicy', 'PUT', resourcePolicy),
  notOffered('DeleteResourcePolicy', 'DELETE', resourcePolicy),
];

function notOffered(name: string, method: Operation['method'], path: string): Operation {
  return {
    name,
    method,
    path,
    ...(path.includes('/functions/{}') ? {} : { on: 'cluster' }),
    parse: () => {
      const message = `The operation ${name} is not offered by this release.`;
      throw new HearthError('not-offered', message);
    },
  };
}
