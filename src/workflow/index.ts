/** Workflows: AWS Step Functions on the cluster. */
export { activityArn, parseStatesArn, stateMachineArn } from './arns.js';
export { S3Buckets } from './buckets/index.js';
export { makeEngine } from './engine/index.js';
export type { JsonObject } from './json.js';
export { JsonataEvaluator } from './jsonata/index.js';
export { type Definition, parseDefinition } from './language/index.js';
export { Workflows, workflowBatchLevel, workflowBatchTag } from './machine/index.js';
export { RegistryCore, type RegistryReader } from './registry/index.js';
export {
  type Input,
  inputOf,
  type OperationName,
  operationNames,
  type Registry,
  type WorkflowCall,
  type WorkflowDeps,
  WorkflowService,
  wrongBody,
} from './service/index.js';
export { ClusterTasks } from './tasks/index.js';
export { testStateWith } from './test-state/index.js';
