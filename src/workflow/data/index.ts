/** What JSONPath states do with data: paths, templates, intrinsic functions, results, choice rules, timestamps. */
export { BoundedCache } from './bounded-cache.js';
export { isTrue } from './choice.js';
export { Effort } from './effort.js';
export { intrinsicProblem } from './intrinsic.js';
export { pathProblem } from './path.js';
export { readPath } from './read.js';
export { writeResult } from './result-path.js';
export type { Scope } from './scope.js';
export { fitsInto } from './size.js';
export { applyTemplate } from './template.js';
export { parseTimestamp } from './timestamp.js';
