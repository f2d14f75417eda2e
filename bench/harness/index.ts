/** What the parts of the benchmark share: contestants, load, turns, real nodes, and the table. */
export { answers, type Child, ended, runs, startChild } from './child.js';
export { Cleanup } from './cleanup.js';
export { type Contestant, NotHere, type Running } from './contestant.js';
export { type DockerDaemonProcess, startDockerDaemon } from './docker-daemon.js';
export {
  type HearthMember,
  HearthNodes,
  type HearthOptions,
  startHearth,
} from './hearth-nodes.js';
export { type RunningNginx, startNginx } from './nginx.js';
export { type Place, withPlace } from './place.js';
export { cpuS, residentMb, sandboxesCpuS } from './process-stats.js';
export { quantile } from './quantiles.js';
export { absentLine, type Line, lineOf, type Promised, progress, tableOf } from './report.js';
export { alternately, ratios } from './rounds.js';
export { type MeasureOptions, type Part, runParts } from './run-parts.js';
export {
  isFrozen,
  privateMb,
  rollupMb,
  type SandboxGroups,
  sandboxGroups,
} from './sandbox-groups.js';
export { signed } from './signed.js';
export { type Asked, steady } from './steady.js';
export type { Pace, SteadyReport } from './steady-plan.js';
export { type Load, type LoadResult, wrk } from './wrk.js';
