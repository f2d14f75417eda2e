/** Who answers the actions on policies. */
import type { CatalogService } from '../../catalog/index.js';
import type { Answers } from '../form/answers.js';
import type { FunctionLookup } from '../form/function-lookup.js';
import type { Handlers } from '../operation.js';
import { Policies } from './policies.js';

export function policyHandlers(catalog: CatalogService, lookup: FunctionLookup, answers: Answers) {
  const policies = new Policies(catalog, lookup);
  return {
    'add-permission': (action) => answers.written(policies.add(action)),
    'get-policy': (action) => answers.read(() => policies.get(action)),
    'remove-permission': (action) => answers.written(policies.remove(action)),
  } satisfies Partial<Handlers>;
}
