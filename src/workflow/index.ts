/** Workflows: AWS Step Functions on the cluster. */
export { activityArn, parseStatesArn, stateMachineArn } from './arns.js';
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
