/** The cluster's own pages under `/_hearth/`. */
import type { Operation } from '../operation.js';

export const pageOperations: readonly Operation[] = [
  { name: 'Health', method: 'GET', path: '/_hearth/health', parse: () => ({ kind: 'health' }) },
  { name: 'Cluster', method: 'GET', path: '/_hearth/cluster', parse: () => ({ kind: 'cluster' }) },
  { name: 'Metrics', method: 'GET', path: '/_hearth/metrics', parse: () => ({ kind: 'metrics' }) },
];
