/** Who runs functions for callers. */
import type { IngressDeps } from '../deps.js';
import type { Handlers } from '../operation.js';
import type { Metrics } from '../pages/metrics.js';
import { Invocations } from './invocations.js';

export function invokeHandlers(deps: IngressDeps, metrics: Metrics) {
  const invocations = new Invocations(deps, metrics);
  return {
    invoke: (action, call) => invocations.invoke(action, call),
    'call-url': (action, call) => invocations.callUrl(action, call),
  } satisfies Partial<Handlers>;
}
