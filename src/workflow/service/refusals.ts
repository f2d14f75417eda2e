/** Why an operation is refused, in the words of AWS where those are recorded. */
import { HearthError } from '../../types/index.js';

export function invalidArn(detail: string): HearthError {
  return new HearthError('invalid-arn', `Invalid Arn: '${detail}'`);
}

export function invalidName(name: string): HearthError {
  return new HearthError('invalid-name', `Invalid Name: '${name}'`);
}

export function invalid(message: string): HearthError {
  return new HearthError('validation', message);
}

export function invalidToken(): HearthError {
  return new HearthError('invalid-token', "Invalid Token: 'Invalid token'");
}

/** `arn` as it was asked for, with its qualifier. */
export function noStateMachine(arn: string): HearthError {
  return new HearthError('state-machine-does-not-exist', `State Machine Does Not Exist: '${arn}'`);
}

export function stateMachineDeleting(arn: string): HearthError {
  return new HearthError('state-machine-deleting', `State Machine Deleting: '${arn}'`);
}

/** What a node says of something that it does not know, while it cannot know whether there is such a thing. */
export function unconfirmed(arn: string): HearthError {
  return new HearthError(
    'no-quorum',
    `This node does not know ${arn}, and no majority tells it in time whether there is such a thing; try again, here or at another node.`,
    { retryAfterS: 1 },
  );
}

export function noExecution(arn: string): HearthError {
  return new HearthError('execution-does-not-exist', `Execution Does Not Exist: '${arn}'`);
}

export function noActivity(arn: string): HearthError {
  return new HearthError('activity-does-not-exist', `Activity Does Not Exist: '${arn}'`);
}

export function noResource(
  message = 'Request references a resource that does not exist.',
): HearthError {
  return new HearthError('workflow-resource-not-found', message);
}

export function wrongType(): HearthError {
  return new HearthError(
    'state-machine-type-not-supported',
    'This operation is not supported by this type of state machine',
  );
}
