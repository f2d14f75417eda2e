/** Pools of sandboxes and the requests that compete for them. */
export { Executor } from './actor.js';
export { CapacityKeeper, type KeeperDeps, type KeeperOptions } from './capacity/keeper.js';
export { Snapshots, type SnapshotsDeps } from './capacity/snapshots.js';
export type {
  ExecutorCounters,
  ExecutorDeps,
  ExecutorOptions,
  ExecutorStats,
} from './deps.js';
export * from './executions/index.js';
export type { FloorWish } from './floors.js';
export { hostMemory, type MemoryReading } from './host-memory.js';
export type { PoolStats } from './pool.js';
export {
  SandboxSource,
  type SandboxSourceDeps,
  type SandboxSourceOptions,
  type SandboxSourceStats,
} from './sandbox-source.js';
export { spareTime } from './spare-time.js';
export type { InUse, PoolFigures } from './views.js';
export { zygoteKeyOf } from './zygotes.js';
