/**
 * Functions as tasks call them: the same request id for the same try, whatever becomes of the node. What no node could
 * take on is tried again for a while: it is the cluster's failure, not the function's.
 */

import { latestVersion } from '../../catalog/index.js';
import type { Clock } from '../../lib/index.js';
import {
  type Cancelled,
  HearthError,
  type Invocation,
  type InvocationOutcome,
  type RequestId,
} from '../../types/index.js';
import { isAbreast } from '../abreast.js';
import { isExpressArn } from '../arns.js';
import { type FunctionRef, functionRef } from './function-ref.js';
import { TaskFailure } from './integration.js';
import { type ServiceName, serviceFailure } from './service-failure.js';
import { whileUnavailable } from './unavailable.js';

export interface FunctionCallsDeps {
  /** The router's. */
  invoke(invocation: Invocation): Promise<InvocationOutcome>;
  /** Keeps an event that nobody waits for (`InvocationType: Event`); resolves once it is kept. */
  submit(event: EventCall): Promise<void>;
  /** Waits until this node knows all that was acknowledged; false where no majority confirms that in time. */
  catchUp(): Promise<boolean>;
  readonly clock: Clock;
}

/** The same id is the same event. */
export type EventCall = Pick<
  Invocation,
  'requestId' | 'functionName' | 'qualifier' | 'invokedAs' | 'payload' | 'traceId'
>;

export interface FunctionCall extends FunctionRef {
  readonly executionArn: string;
  readonly requestId: RequestId;
  /** JSON text. */
  readonly payload: string;
  /** JSON text, or empty. */
  readonly clientContext: string;
  readonly traceId: string;
  readonly signal: Cancelled;
}

export class FunctionCalls {
  constructor(private readonly deps: FunctionCallsDeps) {}

  /** Throws HearthError. */
  run(call: FunctionCall): Promise<InvocationOutcome> {
    const { clock, invoke } = this.deps;
    const { signal, executionArn } = call;
    const work = () => invoke({ ...invocationOf(call), signal });
    if (isExpressArn(executionArn)) return whileUnavailable(clock, signal, work);
    // meanwhile another node may have gone on with it, and come to its end
    return whileUnavailable(clock, signal, work, () => isAbreast(this.deps));
  }

  /** Throws HearthError. */
  submit(call: FunctionCall): Promise<void> {
    const { requestId, functionName, qualifier, invokedAs, payload, traceId } = invocationOf(call);
    return this.deps.submit({ requestId, functionName, qualifier, invokedAs, payload, traceId });
  }
}

/**
 * What the function has answered. Throws TaskFailure for an error of the function: its cause is the payload, by ARN as the
 * function's runtime wrote it, by the service written anew, without spaces.
 */
export function answered(
  { payload, functionError }: InvocationOutcome,
  by: 'arn' | 'service',
): string {
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString();
  if (functionError) throw functionFailure(text, by);
  return text;
}

/** Of a text that is no JSON, no event can be made. Throws `invalid-json`. */
export function checkedJson(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch (thrown) {
    throw new HearthError(
      'invalid-json',
      `Could not parse request body into json: Could not parse payload into json: ${(thrown as Error).message}`,
    );
  }
}

export { functionRef };

/** Of calls by ARN and of `lambda:invoke`. */
export const optimisedLambda: ServiceName = {
  prefix: 'Lambda',
  service: 'AWSLambda',
  sdk: 'optimised',
};

export function lambdaFailure(thrown: unknown, requestId: RequestId): TaskFailure {
  return serviceFailure(optimisedLambda, thrown, requestId);
}

function functionFailure(text: string, by: 'arn' | 'service'): TaskFailure {
  try {
    const value: unknown = JSON.parse(text);
    const type = (value as { errorType?: unknown } | null)?.errorType;
    if (typeof type === 'string' && type !== '') {
      return new TaskFailure(type, by === 'arn' ? text : JSON.stringify(value));
    }
  } catch {
    // a payload that is no JSON has no type either
  }
  return new TaskFailure(
    'Lambda.Unknown',
    `The cause could not be determined because Lambda did not return an error type. Returned payload: ${text}`,
  );
}

function invocationOf(call: FunctionCall): Invocation {
  return {
    requestId: call.requestId,
    functionName: call.name,
    qualifier: call.qualifier ?? latestVersion,
    invokedAs: call.qualifier ?? '',
    payload: Buffer.from(call.payload),
    traceId: call.traceId,
    clientContext: call.clientContext,
    hops: 0,
    caller: 'workflow',
  };
}
