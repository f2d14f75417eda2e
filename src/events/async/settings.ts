/** How a function wants its events to be treated now: asked at each attempt, so that changes concern those that wait, too. */
import { type CatalogService, eventInvokeConfigOf } from '../../catalog/index.js';
import { defaultSettings, type EventSettings } from './retry-policy.js';
import type { AsyncEvent } from './types.js';

export function settingsOf(
  catalog: Pick<CatalogService, 'get' | 'alias' | 'attachment' | 'reservedConcurrency'>,
  { functionName, qualifier }: Pick<AsyncEvent, 'functionName' | 'qualifier'>,
): EventSettings {
  const version = catalog.alias(functionName, qualifier)?.version ?? qualifier;
  const config = eventInvokeConfigOf(catalog, functionName, qualifier);
  const recursion = catalog.attachment(functionName, 'recursion', '$LATEST')?.value;
  return {
    retriesMax: config?.retriesMax ?? defaultSettings.retriesMax,
    ageMaxMs: config?.ageMaxS ? config.ageMaxS * 1000 : defaultSettings.ageMaxMs,
    onSuccess: config?.onSuccess ?? null,
    onFailure: config?.onFailure ?? null,
    deadLetter: catalog.get(functionName, version)?.deadLetterTarget || null,
    isSwitchedOff: catalog.reservedConcurrency(functionName) === 0,
    mayRecur: recursion === 'Allow',
  };
}
