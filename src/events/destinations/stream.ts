/** Delivers to a stream of the cluster: one record, which stands in it once however often it is delivered. */
import { asHearthError } from '../../types/index.js';
import type { DeliveryResult } from '../async/index.js';
import type { StreamService } from '../streams/index.js';
import type { Deliverer, Dispatch } from './deliverer.js';
import type { Target } from './target.js';

export class StreamDeliverer implements Deliverer<'stream'> {
  constructor(private readonly streams: Pick<StreamService, 'append'>) {}

  async deliver(
    { name }: Extract<Target, { kind: 'stream' }>,
    { id, message }: Dispatch,
  ): Promise<DeliveryResult> {
    try {
      await this.streams.append(name, { id, data: message.body, attributes: message.attributes });
      return { kind: 'done' };
    } catch (thrown) {
      const { code, message: error } = asHearthError(thrown);
      return { kind: code === 'request-too-large' ? 'refused' : 'retry', error };
    }
  }
}
