/** https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html and those beside it. */
import { targetOf } from '../form/target.js';
import { listOfFunction } from '../functions/parse-versions.js';
import type { Operation } from '../operation.js';
import { nodeCapacityQuery } from './cluster-capacity.js';
import { ofProvisioned, ofReserved, putProvisioned, putReserved } from './concurrency-input.js';

const reserved = '/2017-10-31/functions/{}/concurrency';
const provisioned = '/2019-09-30/functions/{}/provisioned-concurrency';

export const concurrencyOperations: readonly Operation[] = [
  { name: 'PutFunctionConcurrency', method: 'PUT', path: reserved, parse: putReserved },
  {
    name: 'GetFunctionConcurrency',
    method: 'GET',
    path: '/2019-09-30/functions/{}/concurrency',
    parse: (asked) => ofReserved('get-reserved', asked),
  },
  {
    name: 'DeleteFunctionConcurrency',
    method: 'DELETE',
    path: reserved,
    parse: (asked) => ofReserved('delete-reserved', asked),
  },
  {
    name: 'PutProvisionedConcurrencyConfig',
    method: 'PUT',
    path: provisioned,
    parse: putProvisioned,
  },
  {
    name: 'GetProvisionedConcurrencyConfig',
    method: 'GET',
    path: provisioned,
    parse: (asked) => ofProvisioned('get-provisioned', asked),
  },
  {
    name: 'DeleteProvisionedConcurrencyConfig',
    method: 'DELETE',
    path: provisioned,
    parse: (asked) => ofProvisioned('delete-provisioned', asked),
  },
  {
    name: 'ListProvisionedConcurrencyConfigs',
    method: 'GET',
    path: provisioned,
    query: ['List', 'ALL'],
    parse: (asked) => listOfFunction('list-provisioned', asked),
  },
  {
    name: 'Warm',
    method: 'POST',
    path: '/_hearth/warm/{}',
    on: 'function',
    changes: false,
    parse: (asked) => ({ kind: 'warm', target: targetOf(asked) }),
  },
  {
    name: 'NodeCapacity',
    method: 'GET',
    path: '/_hearth/node-capacity',
    who: 'peer',
    parse: ({ head }) => ({
      kind: 'node-capacity',
      query: nodeCapacityQuery(new URLSearchParams(head.query)),
    }),
  },
];
