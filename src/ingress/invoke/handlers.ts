/** Who runs functions for callers of the API. */
import type { IngressDeps } from '../deps.js';
import type { FunctionLookup } from '../form/function-lookup.js';
import type { Handlers } from '../operation.js';
import { Invocations } from './invocations.js';
import type { Runner } from './runner.js';
import { Submissions } from './submissions.js';

export function invokeHandlers(
  deps: Pick<IngressDeps, 'events'>,
  runner: Runner,
  lookup: FunctionLookup,
) {
  const invocations = new Invocations(runner);
  const submissions = new Submissions(deps, lookup);
  return {
    invoke: (action, call) => invocations.invoke(action, call),
    submit: (action, call) => submissions.submit(action, call),
  } satisfies Partial<Handlers>;
}
