/** Who answers at function URLs. */
import type { IngressDeps } from '../deps.js';
import type { Runner } from '../invoke/runner.js';
import type { Handlers } from '../operation.js';
import { FunctionUrls } from './function-urls.js';

export function urlHandlers(deps: IngressDeps, runner: Runner) {
  const urls = new FunctionUrls(deps, runner);
  return {
    'call-url': (action, call) => urls.call(action, call),
  } satisfies Partial<Handlers>;
}
