/** What the tasks of this cluster can call, by the name of the service. */
import type { Integration } from './integration.js';
import type { TaskMode, TaskResource } from './types.js';

/** Of one action: how it can be waited for, and what does it. */
export interface Offer {
  readonly modes: readonly TaskMode[];
  readonly integration: Integration;
}

export interface Offers {
  readonly function: Integration;
  /** By `SERVICE:ACTION`. */
  readonly actions: ReadonlyMap<string, Offer>;
  /** Services whose actions are those of an API of the cluster, whichever it has; request-response only. */
  readonly apis: ReadonlyMap<string, (action: string) => Integration>;
}

/** Undefined for what is not offered; activities have nothing that works for them here. */
export function offered(offers: Offers, resource: TaskResource): Integration | undefined {
  if (resource.kind === 'function') return offers.function;
  if (resource.kind === 'activity') return undefined;
  const { service, action, mode } = resource;
  const offer = offers.actions.get(`${service}:${action}`);
  if (offer !== undefined) return offer.modes.includes(mode) ? offer.integration : undefined;
  // by the SDK, a token can be waited for with any action
  const isPlain = mode === 'request-response' || mode === 'wait-for-task-token';
  return isPlain ? offers.apis.get(service)?.(action) : undefined;
}
