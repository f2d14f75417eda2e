/** Who answers the actions on concurrency, and what nodes ask each other about it. */
import type { IngressDeps } from '../deps.js';
import type { Answers } from '../form/answers.js';
import type { FunctionLookup } from '../form/function-lookup.js';
import type { Handlers } from '../operation.js';
import type { ClusterCapacity } from './cluster-capacity.js';
import { Concurrency } from './concurrency.js';
import { Warm } from './warm.js';

export function concurrencyHandlers(
  deps: IngressDeps,
  lookup: FunctionLookup,
  capacity: ClusterCapacity,
  answers: Answers,
) {
  const concurrency = new Concurrency(deps, lookup, capacity);
  const warm = new Warm(deps, lookup);
  return {
    'put-reserved': (action) => answers.written(concurrency.putReserved(action)),
    'get-reserved': (action) => answers.read(() => concurrency.getReserved(action)),
    'delete-reserved': (action) => answers.written(concurrency.deleteReserved(action)),
    'put-provisioned': (action) => answers.written(concurrency.putProvisioned(action)),
    'get-provisioned': (action) => answers.read(() => concurrency.getProvisioned(action)),
    'delete-provisioned': (action) => answers.written(concurrency.deleteProvisioned(action)),
    'list-provisioned': (action) => answers.read(() => concurrency.listProvisioned(action)),
    warm: (action, { signal }) => warm.ping(action, signal),
    'node-capacity': ({ query }) => capacity.page(query),
  } satisfies Partial<Handlers>;
}
