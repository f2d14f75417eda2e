/** Sandboxes made of the kernel's namespaces by bubblewrap. */
export {
  NamespaceDriver,
  type NamespaceDriverDeps,
  type NamespaceDriverOptions,
} from './driver.js';
export { type NamespaceProbe, probeNamespaces } from './probe.js';
