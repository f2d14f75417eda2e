/** Executions: kept on the log, driven by the node that owns them. */
export {
  decodeExecutionCommand,
  type ExecutionCommand,
  type ExecutionResult,
  encodeExecutionCommand,
  executionCommandLevel,
} from './command.js';
export { ExecutionsCore, type ExecutionsImage } from './core.js';
export { ExecutionsReader, executionFrames } from './snapshot.js';
export type { StoredExecution } from './stored.js';
export type * from './types.js';
