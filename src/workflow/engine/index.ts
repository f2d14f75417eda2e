/** The engine: one execution of a state machine as a pure core. */
export { makeEngine } from './engine.js';
export { EvaluationFailure } from './evaluation.js';
export { payloadBytesMax } from './payload.js';
export { historyEventsMax } from './recorder.js';
export {
  answersTo,
  backoffSeconds,
  decideRetry,
  findCatcher,
  isFatal,
  type RetryDecision,
} from './retry.js';
export type * from './types.js';
