/** Delivers to a function: the message is the event of another asynchronous invocation. */
import { createHash } from 'node:crypto';
import { type CatalogService, latestVersion } from '../../catalog/index.js';
import {
  asHearthError,
  type ErrorCode,
  functionArn,
  type RequestId,
  requestId,
} from '../../types/index.js';
import type { AsyncEvents, DeliveryResult } from '../async/index.js';
import type { Deliverer, Dispatch } from './deliverer.js';
import type { Target } from './target.js';

/** Another try would end as this one. */
const final: ReadonlySet<ErrorCode> = new Set([
  'request-too-large',
  'invalid-parameter',
  'recursive-invocation',
]);

export class FunctionDeliverer implements Deliverer<'function'> {
  constructor(
    private readonly catalog: Pick<CatalogService, 'get' | 'alias' | 'catchUp'>,
    private readonly submit: AsyncEvents['submit'],
  ) {}

  async deliver(
    { name, qualifier }: FunctionTarget,
    { id, message, traceId }: Dispatch,
  ): Promise<DeliveryResult> {
    if (!this.#isThere(name, qualifier)) {
      const isConfirmed = await this.catalog.catchUp();
      if (!this.#isThere(name, qualifier)) {
        const error = `there is no function ${functionArn(name, qualifier ?? undefined)}`;
        return { kind: isConfirmed ? 'refused' : 'retry', error };
      }
    }
    try {
      await this.submit({
        id: derivedId(id),
        functionName: name,
        qualifier: qualifier ?? latestVersion,
        invokedAs: qualifier ?? '',
        payload: message.body,
        traceId,
        idempotencyKey: '',
      });
      return { kind: 'done' };
    } catch (thrown) {
      const { code, message: error } = asHearthError(thrown);
      return { kind: final.has(code) ? 'refused' : 'retry', error };
    }
  }

  #isThere(name: string, qualifier: string | null): boolean {
    if (qualifier === null) return this.catalog.get(name) !== undefined;
    return (
      this.catalog.get(name, qualifier) !== undefined ||
      this.catalog.alias(name, qualifier) !== undefined
    );
  }
}

/** The same UUID for the same delivery, so that one made twice is one event. */
function derivedId(dispatch: string): RequestId {
  const hex = createHash('sha256').update(dispatch).digest('hex');
  const [a, b, c, d] = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(13, 16), hex.slice(17, 20)];
  // version 8: made by a rule of one's own (RFC 9562, section 5.8)
  return requestId(`${a}-${b}-8${c}-8${d}-${hex.slice(20, 32)}`);
}

type FunctionTarget = Extract<Target, { kind: 'function' }>;
