/** The cluster's own pages under `/_hearth/`. */
import type { Operation } from '../operation.js';

export const pageOperations: readonly Operation[] = [
  {
    name: 'Health',
    method: 'GET',
    path: '/_hearth/health',
    isOfNode: true,
    who: 'anyone',
    parse: () => ({ kind: 'health' }),
  },
  {
    name: 'ReadCluster',
    method: 'GET',
    path: '/_hearth/cluster',
    isOfNode: true,
    parse: () => ({ kind: 'cluster' }),
  },
  {
    name: 'ReadMetrics',
    method: 'GET',
    path: '/_hearth/metrics',
    isOfNode: true,
    parse: () => ({ kind: 'metrics' }),
  },
];
