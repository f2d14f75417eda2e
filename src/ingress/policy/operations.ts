/** https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html and those beside it. */
import type { Operation } from '../operation.js';
import { addPermission, getPolicy, removePermission } from './policy-input.js';

const path = '/2015-03-31/functions/{}/policy';

export const policyOperations: readonly Operation[] = [
  { name: 'AddPermission', method: 'POST', path, parse: addPermission },
  { name: 'GetPolicy', method: 'GET', path, parse: getPolicy },
  { name: 'RemovePermission', method: 'DELETE', path: `${path}/{}`, parse: removePermission },
];
