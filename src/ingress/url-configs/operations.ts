/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html and those beside it. */
import { originOf } from '../form/target.js';
import { listOfFunction } from '../functions/parse-versions.js';
import type { Operation } from '../operation.js';
import { createUrlConfig, updateUrlConfig, urlTarget } from './url-config-input.js';

const path = '/2021-10-31/functions/{}/url';

export const urlConfigOperations: readonly Operation[] = [
  { name: 'CreateFunctionUrlConfig', method: 'POST', path, parse: createUrlConfig },
  {
    name: 'GetFunctionUrlConfig',
    method: 'GET',
    path,
    parse: (asked) => ({ kind: 'get-url-config', target: urlTarget(asked) }),
  },
  { name: 'UpdateFunctionUrlConfig', method: 'PUT', path, parse: updateUrlConfig },
  {
    name: 'DeleteFunctionUrlConfig',
    method: 'DELETE',
    path,
    parse: (asked) => ({ kind: 'delete-url-config', target: urlTarget(asked) }),
  },
  {
    name: 'ListFunctionUrlConfigs',
    method: 'GET',
    path: `${path}s`,
    parse: (asked) => ({
      ...listOfFunction('list-url-configs', asked),
      origin: originOf(asked),
    }),
  },
];
