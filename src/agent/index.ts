/** Sandboxes: how functions are started, fed, bounded and ended on this host. */
export { chooseDriver } from './choose-driver.js';
export {
  type Sandbox,
  type SandboxCall,
  type SandboxDriver,
  SandboxInitError,
  type SandboxResult,
  type SandboxSpec,
} from './driver.js';
export { sweepLeftovers } from './leftovers.js';
export {
  ProcessDriver,
  type ProcessDriverDeps,
  type ProcessDriverOptions,
} from './process-driver.js';
export {
  findPython,
  isRuntimeName,
  type RuntimeCommand,
  type RuntimeName,
  runtimeCommand,
  supportedRuntimes,
} from './runtimes.js';
