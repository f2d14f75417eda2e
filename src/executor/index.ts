/** Pools of sandboxes and the requests that compete for them. */
export {
  Executor,
  type ExecutorCounters,
  type ExecutorDeps,
  type ExecutorOptions,
  type ExecutorStats,
} from './actor.js';
export type { PoolStats } from './pool.js';
