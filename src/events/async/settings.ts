/** How a function wants its events to be treated now: asked at each attempt, so that changes concern those that wait, too. */
import type { CatalogService } from '../../catalog/index.js';
import { defaultSettings, type EventSettings } from './retry-policy.js';
import type { AsyncEvent } from './types.js';

/** As the ingress attaches it. */
type EventInvokeConfig = {
  readonly retriesMax: number | null;
  readonly ageMaxS: number | null;
  readonly onSuccess: string | null;
  readonly onFailure: string | null;
};

export function settingsOf(
  catalog: Pick<CatalogService, 'attachment' | 'reservedConcurrency'>,
  { functionName, qualifier }: Pick<AsyncEvent, 'functionName' | 'qualifier'>,
): EventSettings {
  const attached = catalog.attachment(functionName, 'event-invoke', qualifier)?.value;
  const config = attached as EventInvokeConfig | undefined;
  const recursion = catalog.attachment(functionName, 'recursion', '$LATEST')?.value;
  return {
    retriesMax: config?.retriesMax ?? defaultSettings.retriesMax,
    ageMaxMs: config?.ageMaxS ? config.ageMaxS * 1000 : defaultSettings.ageMaxMs,
    onSuccess: config?.onSuccess ?? null,
    onFailure: config?.onFailure ?? null,
    deadLetter: null,
    isSwitchedOff: catalog.reservedConcurrency(functionName) === 0,
    mayRecur: recursion === 'Allow',
  };
}
