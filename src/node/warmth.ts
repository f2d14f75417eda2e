/** The sandboxes that this node has in use, told and made ready for another node that leaves. */
import type { Catalog } from '../catalog/index.js';
import type { Executor } from '../executor/index.js';
import type { Logger } from '../lib/index.js';
import type { Warmth, WarmthDesk } from '../rollout/index.js';

export interface WarmthParts {
  readonly catalog: Pick<Catalog, 'get'>;
  readonly executor: () => Pick<Executor, 'figures' | 'inUse' | 'warmUp'>;
  readonly logger: Logger;
}

/** What has not run for longer is not what the load needs. */
const usedWithinMs = 10_000;

export function makeWarmth(parts: WarmthParts): WarmthDesk {
  return {
    inUse: () => parts.executor().inUse(usedWithinMs),
    // one after the other: requests are served meanwhile
    make: async (wanted) => {
      for (const one of wanted) await makeReady(parts, one);
    },
  };
}

async function makeReady(
  { catalog, executor, logger }: WarmthParts,
  { functionName, version, sandboxes }: Warmth,
): Promise<void> {
  const record = catalog.get(functionName, version);
  if (record === undefined) return;
  try {
    for (let made = 0; made < sandboxes; made++) {
      const { idle, busy, starting } = executor().figures(record);
      if (idle + busy + starting >= sandboxes) return;
      await executor().warmUp(record);
    }
  } catch (error) {
    logger.info({ functionName, version, err: error }, 'a function could not be made ready here');
  }
}
