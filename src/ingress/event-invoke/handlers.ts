/** Who answers the actions on configurations of asynchronous invocation. */
import type { CatalogService } from '../../catalog/index.js';
import type { Answers } from '../form/answers.js';
import type { FunctionLookup } from '../form/function-lookup.js';
import type { Handlers } from '../operation.js';
import { EventInvoke } from './event-invoke.js';

export function eventInvokeHandlers(
  catalog: CatalogService,
  lookup: FunctionLookup,
  answers: Answers,
) {
  const eventInvoke = new EventInvoke(catalog, lookup);
  return {
    'put-event-invoke': (action) => answers.written(eventInvoke.put(action)),
    'update-event-invoke': (action) => answers.written(eventInvoke.update(action)),
    'get-event-invoke': (action) => answers.read(() => eventInvoke.get(action)),
    'delete-event-invoke': (action) => answers.written(eventInvoke.delete(action)),
    'list-event-invoke': (action) => answers.read(() => eventInvoke.list(action)),
  } satisfies Partial<Handlers>;
}
