/** Who answers the actions on functions, versions, aliases and tags. */
import type { CodeLinks } from '../auth/code-links.js';
import type { ClusterCapacity } from '../concurrency/cluster-capacity.js';
import type { IngressDeps } from '../deps.js';
import type { Answers } from '../form/answers.js';
import type { FunctionLookup } from '../form/function-lookup.js';
import type { Handlers } from '../operation.js';
import { Aliases } from './aliases.js';
import { Management } from './management.js';
import { Tags } from './tags.js';
import { Versions } from './versions.js';

export function functionHandlers(
  { catalog, inspector }: Pick<IngressDeps, 'catalog' | 'inspector'>,
  lookup: FunctionLookup,
  capacity: ClusterCapacity,
  answers: Answers,
  links: CodeLinks,
) {
  const management = new Management(catalog, lookup, capacity, inspector, links);
  const versions = new Versions(catalog, lookup);
  const aliases = new Aliases(catalog, lookup);
  const tags = new Tags(catalog, lookup);
  return {
    'create-function': (action) => answers.written(management.create(action)),
    'update-code': (action) => answers.written(management.updateCode(action)),
    'update-settings': (action) => answers.written(management.updateSettings(action)),
    'get-function': (action) => answers.read(() => management.get(action)),
    'get-configuration': (action) => answers.read(() => management.getConfiguration(action)),
    'list-functions': (action) => answers.read(() => management.list(action)),
    'delete-function': (action) => answers.written(management.delete(action)),
    'dry-run': (action) => management.dryRun(action),
    'publish-version': (action) => answers.written(versions.publish(action)),
    'list-versions': (action) => answers.read(() => versions.list(action)),
    'create-alias': (action) => answers.written(aliases.create(action)),
    'get-alias': (action) => answers.read(() => aliases.get(action)),
    'update-alias': (action) => answers.written(aliases.update(action)),
    'delete-alias': (action) => answers.written(aliases.delete(action)),
    'list-aliases': (action) => answers.read(() => aliases.list(action)),
    'list-tags': (action) => answers.read(() => tags.list(action)),
    tag: (action) => answers.written(tags.tag(action)),
    untag: (action) => answers.written(tags.untag(action)),
  } satisfies Partial<Handlers>;
}
