/** What became of invocations on this node: records, what functions used, and counts. */
export { ExecutionCounts, type Phase, phaseBounds, phases } from './counts.js';
export { dayMs, type HourUsage, hourMs } from './day-usage.js';
export {
  type Ended,
  type EndedInVain,
  type EndedRun,
  executionOf,
  failureBytesMax,
  type Making,
} from './ended.js';
export {
  billedMsOf,
  type Execution,
  type ExecutionResult,
  endedMsOf,
  executionResults,
  type StartType,
  startTypes,
  totalMsOf,
  type UnderWay,
} from './execution.js';
export { type ExecutionQuery, inOrder } from './query.js';
export {
  type ExecutionCounters,
  type ExecutionSink,
  ExecutionStore,
  type ExecutionStoreOptions,
  noExecutions,
} from './store.js';
export type { UsageQuery } from './usage.js';
