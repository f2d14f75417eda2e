/** What a request says that hands in an invocation nobody waits for. */
import { traceIdOf } from '../../types/index.js';
import type { Submit } from '../action.js';
import type { FunctionName } from '../form/function-name.js';
import { header } from '../http/http.js';
import type { Asked } from '../operation.js';
import { checkedPayload } from './json-payload.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Throws `invalid-json`. */
export function submission({ head, body }: Asked, target: FunctionName, isLegacy: boolean): Submit {
  const clientId = header(head, 'amz-sdk-invocation-id')?.toLowerCase() ?? '';
  return {
    kind: 'submit',
    target,
    payload: checkedPayload(body),
    traceId: traceIdOf(head.headers),
    clientId: uuid.test(clientId) ? clientId : '',
    idempotencyKey: header(head, 'x-hearth-idempotency-key') ?? '',
    isLegacy,
  };
}
