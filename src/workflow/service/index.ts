/** The Step Functions API, apart from how it is carried. */
export { wrongBody } from './check.js';
export type { Output, Registry, WorkflowCall, WorkflowDeps } from './deps.js';
export { inputOf, WorkflowService } from './service.js';
export { type Input, type OperationName, operationNames } from './shapes.js';
