/** Code as uploaded: for who may read functions, and between nodes. */
import { bundleHash, HearthError, limits } from '../../types/index.js';
import type { Asked, Operation } from '../operation.js';

export const bundleOperations: readonly Operation[] = [
  {
    name: 'ReadCode',
    method: 'GET',
    path: '/_hearth/code/{}',
    on: 'cluster',
    parse: (asked) => ({ kind: 'read-code', hash: hashOf(asked) }),
  },
  {
    name: 'GetBundle',
    method: 'GET',
    path: '/_hearth/bundles/{}',
    who: 'peer',
    parse: (asked) => ({ kind: 'get-bundle', hash: hashOf(asked) }),
  },
  {
    name: 'HasBundle',
    method: 'HEAD',
    path: '/_hearth/bundles/{}',
    who: 'peer',
    parse: (asked) => ({ kind: 'has-bundle', hash: hashOf(asked) }),
  },
  {
    name: 'PutBundle',
    method: 'PUT',
    path: '/_hearth/bundles/{}',
    who: 'peer',
    bodyBytesMax: limits.zipBytesMax,
    parse: (asked) => ({ kind: 'put-bundle', hash: hashOf(asked), zip: asked.body }),
  },
];

function hashOf({ subject, head }: Asked) {
  if (/^[0-9a-f]{64}$/.test(subject)) return bundleHash(subject);
  throw new HearthError('route-not-found', `There is nothing at ${head.path.slice(0, 200)}.`);
}
