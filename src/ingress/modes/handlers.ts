/** Who answers the actions on modes of functions. */
import type { CatalogService } from '../../catalog/index.js';
import type { Answers } from '../form/answers.js';
import type { FunctionLookup } from '../form/function-lookup.js';
import type { Handlers } from '../operation.js';
import { Modes } from './modes.js';

export function modeHandlers(catalog: CatalogService, lookup: FunctionLookup, answers: Answers) {
  const modes = new Modes(catalog, lookup);
  return {
    'put-recursion': (action) => answers.written(modes.putRecursion(action)),
    'get-recursion': (action) => answers.read(() => modes.getRecursion(action)),
    'put-runtime-management': (action) => answers.written(modes.putRuntimeManagement(action)),
    'get-runtime-management': (action) => answers.read(() => modes.getRuntimeManagement(action)),
    'get-code-signing': (action) => answers.read(() => modes.getCodeSigning(action)),
    'delete-code-signing': (action) => answers.written(modes.deleteCodeSigning(action)),
  } satisfies Partial<Handlers>;
}
