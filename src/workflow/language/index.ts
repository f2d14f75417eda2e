/** The Amazon States Language: definitions as data. */
export { findState, nestedGraphs } from './find-state.js';
export { jsonProblem } from './json-scanner.js';
export { parseDefinition } from './parse-definition.js';
export { resourceOf } from './resource.js';
export type * from './types.js';
export { variableReferences } from './variable-references.js';
