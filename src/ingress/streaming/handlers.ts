/** Who runs functions for callers that take the answer in pieces. */
import type { IngressDeps } from '../deps.js';
import type { Runner } from '../invoke/runner.js';
import type { Handlers } from '../operation.js';
import { StreamedInvocations } from './streamed-invocations.js';

export function streamingHandlers(deps: Pick<IngressDeps, 'view'>, runner: Runner) {
  const invocations = new StreamedInvocations(deps, runner);
  return {
    'invoke-stream': (action, call) => invocations.invoke(action, call),
  } satisfies Partial<Handlers>;
}
