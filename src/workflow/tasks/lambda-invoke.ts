/**
 * `lambda:invoke`, optimised and by `aws-sdk`: the whole answer of the Invoke operation, with the payload as JSON (or,
 * by `aws-sdk`, as a text, where an error of the function is an answer like any other).
 */
import { embeddedJson, jsonObject } from '../../lib/index.js';
import { HearthError, type InvocationOutcome } from '../../types/index.js';
import type { JsonValue } from '../json.js';
import {
  answered,
  checkedJson,
  type FunctionCall,
  type FunctionCalls,
  functionRef,
  optimisedLambda,
} from './function-calls.js';
import type { Integration, TaskWork } from './integration.js';
import { sdkMetadata } from './sdk-metadata.js';
import { serviceFailure } from './service-failure.js';
import { serviceText } from './service-text.js';

type InvocationType = 'RequestResponse' | 'Event' | 'DryRun';

interface Answer {
  readonly status: number;
  /** Null where nobody waited for one. */
  readonly outcome: InvocationOutcome | null;
  readonly log: string | null;
}

/** `wallMs`: for the date of the answer. */
export function lambdaInvoke(calls: FunctionCalls, wallMs: () => number): Integration {
  return async (work) => {
    const { requestId, traceId } = work.request;
    try {
      const answer = await invoke(calls, work);
      return optimisedResult(answer, requestId, traceId, wallMs());
    } catch (thrown) {
      throw serviceFailure(optimisedLambda, thrown, requestId);
    }
  };
}

export function sdkLambdaInvoke(calls: FunctionCalls): Integration {
  return async (work) => {
    try {
      return sdkResult(await invoke(calls, work));
    } catch (thrown) {
      const name = { prefix: 'Lambda', service: 'Lambda', sdk: 'aws-sdk' } as const;
      throw serviceFailure(name, thrown, work.request.requestId);
    }
  };
}

async function invoke(calls: FunctionCalls, work: TaskWork): Promise<Answer> {
  const call = callOf(work);
  switch (invocationType(work.parameters.InvocationType)) {
    case 'Event':
      await calls.submit(call);
      return { status: 202, outcome: null, log: null };
    case 'DryRun':
      return { status: 204, outcome: null, log: null };
    case 'RequestResponse': {
      const outcome = await calls.run(call);
      const isTail = work.parameters.LogType === 'Tail';
      const log = isTail ? Buffer.from(outcome.logTail()).toString('base64') : null;
      return { status: 200, outcome, log };
    }
  }
}

function callOf({ request, parameters, signal }: TaskWork): FunctionCall {
  const { FunctionName, Qualifier, Payload, ClientContext } = parameters;
  const ref = functionRef(text(FunctionName) ?? '', text(Qualifier));
  const context = text(ClientContext);
  return {
    ...ref,
    executionArn: request.executionArn,
    requestId: request.requestId,
    payload: checkedJson(serviceText(Payload)),
    clientContext: context === null ? '' : checkedContext(context),
    traceId: request.traceId,
    signal,
  };
}

/** Members in the order of AWS's events. */
function optimisedResult(
  { status, outcome, log }: Answer,
  requestId: string,
  traceId: string,
  wallMs: number,
): string {
  // a function may answer with what is no JSON: then it is a text
  const payload = outcome === null ? '{}' : embeddedJson(Buffer.from(answered(outcome, 'service')));
  const bytes = outcome?.payload.length ?? 0;
  const headers = {
    ...(log === null ? {} : { 'X-Amz-Log-Result': log }),
    ...(outcome === null ? {} : { 'X-Amz-Executed-Version': outcome.executedVersion }),
    'x-amzn-Remapped-Content-Length': '0',
    Connection: 'keep-alive',
    'Content-Length': String(bytes),
    'X-Amzn-Trace-Id': traceId,
    'Content-Type': 'application/json',
  };
  const metadata = sdkMetadata({ status, headers, requestId, wallMs });
  return jsonObject([
    ...executedVersion(outcome),
    ...(log === null ? [] : [['LogResult', JSON.stringify(log)] as const]),
    ['Payload', payload],
    ...Object.entries(metadata).map(([name, value]) => [name, JSON.stringify(value)] as const),
    ['StatusCode', String(status)],
  ]);
}

function sdkResult({ status, outcome, log }: Answer): string {
  const payload = outcome === null ? '' : Buffer.from(outcome.payload).toString();
  return jsonObject([
    ...executedVersion(outcome),
    ...(outcome?.functionError ? [['FunctionError', '"Unhandled"'] as const] : []),
    ...(log === null ? [] : [['LogResult', JSON.stringify(log)] as const]),
    ...(outcome === null ? [] : [['Payload', JSON.stringify(payload)] as const]),
    ['StatusCode', String(status)],
  ]);
}

function executedVersion(
  outcome: InvocationOutcome | null,
): readonly (readonly [string, string])[] {
  return outcome === null ? [] : [['ExecutedVersion', JSON.stringify(outcome.executedVersion)]];
}

function invocationType(value: JsonValue | undefined): InvocationType {
  if (value === undefined || value === null) return 'RequestResponse';
  if (value === 'RequestResponse' || value === 'Event' || value === 'DryRun') return value;
  throw new HearthError(
    'validation',
    `1 validation error detected: Value '${serviceText(value)}' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]`,
  );
}

/** Base64, as the API takes it; an object of the state machine is written as JSON. */
function checkedContext(base64: string): string {
  const context = Buffer.from(base64, 'base64').toString();
  try {
    const value: unknown = JSON.parse(context);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return context;
  } catch {
    // said below
  }
  throw new HearthError(
    'invalid-json',
    'Client context must be a valid Base64-encoded JSON object.',
  );
}

function text(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
