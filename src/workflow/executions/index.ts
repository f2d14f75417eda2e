/** Executions: kept on the log, driven by the node that owns them. */
export {
  decodeExecutionCommand,
  type ExecutionCommand,
  type ExecutionResult,
  encodeExecutionCommand,
  executionCommandLevel,
} from './command.js';
export { ExecutionsCore, type ExecutionsImage } from './core.js';
export type { Ledger } from './ledger.js';
export { type ExecutionsDeps, ExecutionsService } from './service.js';
export { ExecutionsReader, executionFrames } from './snapshot.js';
export type { StoredExecution, StoredToken } from './stored.js';
export type * from './types.js';
