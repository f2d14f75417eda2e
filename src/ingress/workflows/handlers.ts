/** Who answers what is asked of workflows: any node. */
import { HearthError } from '../../types/index.js';
import type { IngressDeps } from '../deps.js';
import type { Handlers } from '../operation.js';
import { json10Reply } from './replies.js';

export function workflowHandlers({ workflows }: Pick<IngressDeps, 'workflows'>) {
  return {
    'ask-workflows': async ({ name, input }, { signal }) => {
      if (workflows === null) {
        throw new HearthError('not-offered', 'This node runs no workflows.');
      }
      return json10Reply(200, await workflows.perform(name, input, { signal }));
    },
  } satisfies Partial<Handlers>;
}
