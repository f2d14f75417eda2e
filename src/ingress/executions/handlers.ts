/** Who answers what is asked of executions and usage. */
import type { Handlers } from '../operation.js';
import { Executions, type ExecutionsDeps } from './executions.js';
import { type UsageDeps, UsagePages } from './usage.js';

export function executionHandlers(deps: ExecutionsDeps & UsageDeps) {
  const executions = new Executions(deps);
  const usage = new UsagePages(deps);
  return {
    'find-executions': ({ query }) => executions.page(query),
    'node-executions': ({ query }) => executions.nodePage(query),
    'list-running': ({ functionName }) => executions.running(functionName),
    'node-running': ({ functionName }) => executions.nodeRunning(functionName),
    'get-usage': ({ query }) => usage.page(query),
    'node-usage': ({ query }) => usage.nodePage(query),
  } satisfies Partial<Handlers>;
}
