/** Sandboxes: how functions are started, fed, bounded and ended on this host. */

export type { Usage } from './body.js';
export { clearAfterCrash } from './clear-after-crash.js';
export { DockerDaemon, DockerRefusal, dockerSocketPath } from './docker/daemon.js';
export { followProgress } from './docker/daemon-progress.js';
export { DockerDriver, type DockerDriverDeps, type DockerDriverOptions } from './docker/driver.js';
export { makeRuntimeImages } from './docker/runtime-images.js';
export {
  type ContainerImage,
  type Initialization,
  NoSnapshotError,
  type ResponseStream,
  type Sandbox,
  type SandboxCall,
  type SandboxDriver,
  SandboxInitError,
  type SandboxNetwork,
  type SandboxResult,
  type SandboxSpec,
  type StemCell,
  type StemKind,
  type Zygote,
} from './driver.js';
export { ofInvocation } from './function-errors.js';
export { findingText, type Inspection, Inspector } from './inspect/index.js';
export { sweepLeftovers } from './leftovers.js';
export * from './logs/index.js';
export { type DriverOptions, makeDriver } from './make-driver.js';
export { type PickedKind, pickSandboxKind, warningOf } from './pick-kind.js';
export {
  ProcessDriver,
  type ProcessDriverDeps,
  type ProcessDriverOptions,
} from './process/driver.js';
export {
  concurrencyOf,
  findPython,
  isRuntimeName,
  type RuntimeCommand,
  type RuntimeName,
  runtimeCommand,
  supportedRuntimes,
} from './runtimes.js';
