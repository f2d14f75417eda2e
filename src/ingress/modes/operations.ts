/** https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionRecursionConfig.html and those like it. */
import { targetOf, wholeFunction } from '../form/target.js';
import type { Operation } from '../operation.js';
import { putRecursion, putRuntimeManagement } from './modes-input.js';

const recursion = '/2024-08-31/functions/{}/recursion-config';
const runtime = '/2021-07-20/functions/{}/runtime-management-config';
const codeSigning = '/2020-06-30/functions/{}/code-signing-config';

export const modeOperations: readonly Operation[] = [
  { name: 'PutFunctionRecursionConfig', method: 'PUT', path: recursion, parse: putRecursion },
  {
    name: 'GetFunctionRecursionConfig',
    method: 'GET',
    path: recursion,
    parse: (asked) => ({ kind: 'get-recursion', name: wholeFunction(asked) }),
  },
  { name: 'PutRuntimeManagementConfig', method: 'PUT', path: runtime, parse: putRuntimeManagement },
  {
    name: 'GetRuntimeManagementConfig',
    method: 'GET',
    path: runtime,
    parse: (asked) => ({ kind: 'get-runtime-management', target: targetOf(asked) }),
  },
  {
    name: 'GetFunctionCodeSigningConfig',
    method: 'GET',
    path: codeSigning,
    parse: (asked) => ({ kind: 'get-code-signing', name: wholeFunction(asked) }),
  },
  {
    name: 'DeleteFunctionCodeSigningConfig',
    method: 'DELETE',
    path: codeSigning,
    parse: (asked) => ({ kind: 'delete-code-signing', name: wholeFunction(asked) }),
  },
];
