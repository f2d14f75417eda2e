/** Who answers the actions on configurations of function URLs. */
import type { CatalogService } from '../../catalog/index.js';
import type { Answers } from '../form/answers.js';
import type { FunctionLookup } from '../form/function-lookup.js';
import type { Handlers } from '../operation.js';
import { UrlConfigs } from './url-configs.js';

export function urlConfigHandlers(
  catalog: CatalogService,
  lookup: FunctionLookup,
  answers: Answers,
) {
  const urlConfigs = new UrlConfigs(catalog, lookup);
  return {
    'create-url-config': (action) => answers.written(urlConfigs.create(action)),
    'update-url-config': (action) => answers.written(urlConfigs.update(action)),
    'get-url-config': (action) => answers.read(() => urlConfigs.get(action)),
    'delete-url-config': (action) => answers.written(urlConfigs.delete(action)),
    'list-url-configs': (action) => answers.read(() => urlConfigs.list(action)),
  } satisfies Partial<Handlers>;
}
