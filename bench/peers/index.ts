/** Who Hearth is measured against. */

export { bare } from './bare.js';
export { type ContainerRuns, containerRuns } from './container-runs.js';
export { framed, framedOneAtATime } from './framed.js';
export { functionsFramework } from './functions-framework.js';
export { nodeProgram } from './node-program.js';
export { ofWatchdog } from './of-watchdog.js';
export { redisList, redisListOf } from './redis-list.js';
export { rie } from './rie.js';
export { workerd } from './workerd.js';
