/** Who answers the actions on layers. */
import type { CodeLinks } from '../auth/code-links.js';
import type { IngressDeps } from '../deps.js';
import type { Answers } from '../form/answers.js';
import type { Handlers } from '../operation.js';
import { LayerPolicies } from './layer-policies.js';
import { Layers } from './layers.js';

export function layerHandlers(
  { catalog, inspector }: Pick<IngressDeps, 'catalog' | 'inspector'>,
  answers: Answers,
  links: CodeLinks,
) {
  const layers = new Layers(catalog, inspector, links);
  const policies = new LayerPolicies(catalog);
  return {
    'publish-layer': (action) => answers.written(layers.publish(action)),
    'get-layer-version': (action) => answers.read(() => layers.get(action)),
    'delete-layer-version': (action) => answers.written(layers.delete(action)),
    'add-layer-permission': (action) => answers.written(policies.add(action)),
    'get-layer-policy': (action) => answers.read(() => policies.get(action)),
    'remove-layer-permission': (action) => answers.written(policies.remove(action)),
    'list-layers': (action) => answers.read(() => layers.list(action)),
    'list-layer-versions': (action) => answers.read(() => layers.listVersions(action)),
  } satisfies Partial<Handlers>;
}
