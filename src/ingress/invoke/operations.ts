/** Invocations: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html, and by function URL. */
import { HearthError, limits } from '../../types/index.js';
import type { Action, Invoke } from '../action.js';
import { Constraints } from '../form/constraints.js';
import { targetOf } from '../form/target.js';
import { header } from '../http/http.js';
import type { Asked, Operation } from '../operation.js';
import { checkedPayload } from './json-payload.js';

export const invokeOperations: readonly Operation[] = [
  {
    name: 'InvokeFunction',
    method: 'POST',
    path: '/2015-03-31/functions/{}/invocations',
    bodyBytesMax: limits.invokeBodyBytesMax,
    parse: invoke,
  },
];

function invoke(asked: Asked): Action {
  const { head, body } = asked;
  const type = header(head, 'x-amz-invocation-type') ?? 'RequestResponse';
  const logType = header(head, 'x-amz-log-type') ?? 'None';
  const constraints = new Constraints();
  constraints.oneOf(type, 'invocationType', ['Event', 'RequestResponse', 'DryRun']);
  constraints.oneOf(logType, 'logType', ['None', 'Tail']);
  const target = targetOf(asked, constraints);
  if (type === 'DryRun') return { kind: 'dry-run', target };
  if (type === 'Event') {
    throw new HearthError(
      'not-offered',
      'Invocations of type Event are not offered by this release; use RequestResponse.',
    );
  }
  const action: Invoke = {
    kind: 'invoke',
    target,
    payload: checkedPayload(body),
    traceId: header(head, 'x-amzn-trace-id') ?? '',
    clientContext: clientContext(header(head, 'x-amz-client-context') ?? ''),
    tail: logType === 'Tail',
  };
  return action;
}

function clientContext(base64: string): string {
  if (base64 === '') return '';
  const wrong = 'Client context must be a valid Base64-encoded JSON object.';
  if (base64.length > limits.clientContextBytesMax) {
    throw new HearthError(
      'invalid-json',
      `Client context is ${base64.length} bytes long; the limit is ${limits.clientContextBytesMax}.`,
    );
  }
  const text = Buffer.from(base64, 'base64').toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return text;
  } catch {
    // said below
  }
  throw new HearthError('invalid-json', wrong);
}
