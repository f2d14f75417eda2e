/**
 * The errors of workflows: those of the Step Functions API, each under the name that its SDKs know.
 *
 * Source: botocore's model of the Step Functions API.
 */
import type { GrpcStatusName } from './errors.js';

export type WorkflowErrorCode =
  | 'activity-already-exists'
  | 'activity-does-not-exist'
  | 'activity-limit-exceeded'
  | 'activity-worker-limit-exceeded'
  | 'workflow-conflict'
  | 'execution-already-exists'
  | 'execution-does-not-exist'
  | 'execution-limit-exceeded'
  | 'execution-not-redrivable'
  | 'invalid-arn'
  | 'invalid-definition'
  | 'invalid-encryption-configuration'
  | 'invalid-execution-input'
  | 'invalid-logging-configuration'
  | 'invalid-name'
  | 'invalid-output'
  | 'invalid-token'
  | 'invalid-tracing-configuration'
  | 'missing-required-parameter'
  | 'workflow-resource-not-found'
  | 'service-quota-exceeded'
  | 'state-machine-already-exists'
  | 'state-machine-deleting'
  | 'state-machine-does-not-exist'
  | 'state-machine-limit-exceeded'
  | 'state-machine-type-not-supported'
  | 'task-does-not-exist'
  | 'task-timed-out'
  | 'too-many-tags';

/** All are 400, the caller's, and no better when they are sent again. */
export const workflowErrorNames: Readonly<
  Record<WorkflowErrorCode, readonly [aws: string, grpc: GrpcStatusName]>
> = {
  'activity-already-exists': ['ActivityAlreadyExists', 'ALREADY_EXISTS'],
  'activity-does-not-exist': ['ActivityDoesNotExist', 'NOT_FOUND'],
  'activity-limit-exceeded': ['ActivityLimitExceeded', 'RESOURCE_EXHAUSTED'],
  'activity-worker-limit-exceeded': ['ActivityWorkerLimitExceeded', 'RESOURCE_EXHAUSTED'],
  'workflow-conflict': ['ConflictException', 'FAILED_PRECONDITION'],
  'execution-already-exists': ['ExecutionAlreadyExists', 'ALREADY_EXISTS'],
  'execution-does-not-exist': ['ExecutionDoesNotExist', 'NOT_FOUND'],
  'execution-limit-exceeded': ['ExecutionLimitExceeded', 'RESOURCE_EXHAUSTED'],
  'execution-not-redrivable': ['ExecutionNotRedrivable', 'FAILED_PRECONDITION'],
  'invalid-arn': ['InvalidArn', 'INVALID_ARGUMENT'],
  'invalid-definition': ['InvalidDefinition', 'INVALID_ARGUMENT'],
  'invalid-encryption-configuration': ['InvalidEncryptionConfiguration', 'INVALID_ARGUMENT'],
  'invalid-execution-input': ['InvalidExecutionInput', 'INVALID_ARGUMENT'],
  'invalid-logging-configuration': ['InvalidLoggingConfiguration', 'INVALID_ARGUMENT'],
  'invalid-name': ['InvalidName', 'INVALID_ARGUMENT'],
  'invalid-output': ['InvalidOutput', 'INVALID_ARGUMENT'],
  'invalid-token': ['InvalidToken', 'INVALID_ARGUMENT'],
  'invalid-tracing-configuration': ['InvalidTracingConfiguration', 'INVALID_ARGUMENT'],
  'missing-required-parameter': ['MissingRequiredParameter', 'INVALID_ARGUMENT'],
  'workflow-resource-not-found': ['ResourceNotFound', 'NOT_FOUND'],
  'service-quota-exceeded': ['ServiceQuotaExceededException', 'RESOURCE_EXHAUSTED'],
  'state-machine-already-exists': ['StateMachineAlreadyExists', 'ALREADY_EXISTS'],
  'state-machine-deleting': ['StateMachineDeleting', 'FAILED_PRECONDITION'],
  'state-machine-does-not-exist': ['StateMachineDoesNotExist', 'NOT_FOUND'],
  'state-machine-limit-exceeded': ['StateMachineLimitExceeded', 'RESOURCE_EXHAUSTED'],
  'state-machine-type-not-supported': ['StateMachineTypeNotSupported', 'FAILED_PRECONDITION'],
  'task-does-not-exist': ['TaskDoesNotExist', 'NOT_FOUND'],
  'task-timed-out': ['TaskTimedOut', 'FAILED_PRECONDITION'],
  'too-many-tags': ['TooManyTags', 'INVALID_ARGUMENT'],
};
