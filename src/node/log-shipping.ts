/** The shipper of this node's logs, where a bucket is configured. */
import { join } from 'node:path';
import { LogReader, LogShipper, type LogStore, S3Bucket } from '../agent/index.js';
import { type Clock, type Logger, systemRandom } from '../lib/index.js';
import type { NodeConfig } from '../types/index.js';

export interface ShippingDeps {
  readonly store: LogStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The id of the node, once it has one. */
  readonly node: () => string | null;
}

/** null where no bucket is configured. To be started after the store, and stopped before it. */
export function logShipper(
  { data, logBucket }: Pick<NodeConfig, 'data' | 'logBucket'>,
  deps: ShippingDeps,
): LogShipper | null {
  if (logBucket === undefined) return null;
  const { bucket, endpoint = null, region, prefix, credentialsFile = null } = logBucket;
  const { store, clock } = deps;
  return new LogShipper(
    {
      ...deps,
      reader: new LogReader(store, clock),
      bucket: new S3Bucket({ bucket, endpoint, region, credentialsFile }, clock),
      random: systemRandom(),
    },
    { directory: join(data, 'logs'), prefix },
  );
}
