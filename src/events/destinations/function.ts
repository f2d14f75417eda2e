/** Delivers to a function: the message is the event of another asynchronous invocation. */
import { type CatalogService, latestVersion } from '../../catalog/index.js';
import { randomUuid } from '../../lib/index.js';
import { asHearthError, type ErrorCode, functionArn, requestId } from '../../types/index.js';
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
        id: requestId(randomUuid()),
        functionName: name,
        qualifier: qualifier ?? latestVersion,
        invokedAs: qualifier ?? '',
        payload: message.body,
        traceId,
        idempotencyKey: id,
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

type FunctionTarget = Extract<Target, { kind: 'function' }>;
