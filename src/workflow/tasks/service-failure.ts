/**
 * What a service refuses, in AWS's words. Optimised integrations speak as the first SDK for Java did, those of
 * `aws-sdk` as the second one: prefixes, and what stands behind the message, differ. Recorded on live AWS.
 */
import { asHearthError, errorTable } from '../../types/index.js';
import { TaskFailure } from './integration.js';

export interface ServiceName {
  /** Before the dot of the error, such as `Lambda`, `StepFunctions`, `Sfn`. */
  readonly prefix: string;
  /** As the cause names it, such as `AWSLambda`, `Sfn`. */
  readonly service: string;
  readonly sdk: 'optimised' | 'aws-sdk';
}

/** Of what a service threw (a HearthError; any other thing is an internal one). */
export function serviceFailure(
  { prefix, service, sdk }: ServiceName,
  thrown: unknown,
  requestId: string,
): TaskFailure {
  if (thrown instanceof TaskFailure) return thrown;
  const error = asHearthError(thrown);
  const { aws, http } = errorTable[error.code];
  const where =
    sdk === 'optimised'
      ? `(Service: ${service}; Status Code: ${http}; Error Code: ${aws}; Request ID: ${requestId}; Proxy: null)`
      : `(Service: ${service}, Status Code: ${http}, Request ID: ${requestId}) (SDK Attempt Count: 1)`;
  // what is wrong with the service, not with the request, has one name, which people write in their Retry
  const name = http >= 500 ? 'ServiceException' : exceptionName(aws);
  return new TaskFailure(`${prefix}.${name}`, `${error.message} ${where}`);
}

/** A Java class is named so, whatever the API calls the error. */
function exceptionName(aws: string): string {
  return aws.endsWith('Exception') ? aws : `${aws}Exception`;
}
