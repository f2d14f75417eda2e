/** Sandboxes: how functions are started, fed, bounded and ended on this host. */
export type { Usage } from './body.js';
export { chooseDriver } from './choose-driver.js';
export {
  type ContainerImage,
  type ResponseStream,
  type Sandbox,
  type SandboxCall,
  type SandboxDriver,
  SandboxInitError,
  type SandboxNetwork,
  type SandboxResult,
  type SandboxSpec,
} from './driver.js';
export { sweepLeftovers } from './leftovers.js';
export * from './logs/index.js';
export {
  ProcessDriver,
  type ProcessDriverDeps,
  type ProcessDriverOptions,
} from './process/driver.js';
export {
  findPython,
  isRuntimeName,
  type RuntimeCommand,
  type RuntimeName,
  runtimeCommand,
  supportedRuntimes,
} from './runtimes.js';
