/** What the Task states of workflows can call. */
export { ClusterTasks, type ClusterTasksDeps } from './cluster-tasks.js';
export type { EventCall } from './function-calls.js';
export type { PutRecord } from './kinesis.js';
export type { StatesApi } from './states-calls.js';
export type * from './types.js';
