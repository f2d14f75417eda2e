/** What a request to invoke says, by whichever operation: how, whom, and with what. */
import { HearthError, limits, traceIdOf } from '../../types/index.js';
import type { InvokeInput } from '../action.js';
import { Constraints } from '../form/constraints.js';
import type { FunctionName } from '../form/function-name.js';
import { targetOf } from '../form/target.js';
import { notOffered } from '../functions/function-shapes.js';
import { header } from '../http/http.js';
import type { Asked } from '../operation.js';
import { checkedPayload } from './json-payload.js';

export interface InvokeHead {
  /** One of the types that the operation takes. */
  readonly type: string;
  readonly target: FunctionName;
  readonly tail: boolean;
}

/** Throws HearthError. */
export function invokeHead(asked: Asked, types: readonly string[]): InvokeHead {
  const { head } = asked;
  const type = header(head, 'x-amz-invocation-type') ?? 'RequestResponse';
  const logType = header(head, 'x-amz-log-type') ?? 'None';
  const constraints = new Constraints();
  constraints.oneOf(type, 'invocationType', types);
  constraints.oneOf(logType, 'logType', ['None', 'Tail']);
  const target = targetOf(asked, constraints);
  if (header(head, 'x-amz-tenant-id') !== undefined) throw notOffered('TenantId');
  const durable = header(head, 'x-amz-durable-execution-name');
  if (durable !== undefined) throw notOffered('DurableExecutionName');
  return { type, target, tail: logType === 'Tail' };
}

/** For what runs the function. Throws `invalid-json`. */
export function invokeInput<Kind extends string>(
  kind: Kind,
  { head, body }: Asked,
  { target, tail }: InvokeHead,
): InvokeInput & { readonly kind: Kind } {
  return {
    kind,
    target,
    payload: checkedPayload(body),
    traceId: traceIdOf(head.headers),
    clientContext: clientContext(header(head, 'x-amz-client-context') ?? ''),
    tail,
  };
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
