/** What drivers say that have neither stem cells nor zygotes. */
import { HearthError } from '../types/index.js';
import { NoSnapshotError, type SandboxDriver, type StemCell, type Zygote } from './driver.js';

export function noStemCells(kind: SandboxDriver['kind']): Promise<StemCell> {
  const message = `Sandboxes of the kind '${kind}' have no stem cells.`;
  return Promise.reject(new HearthError('not-offered', message));
}

export function noZygotes(kind: SandboxDriver['kind']): Promise<Zygote> {
  return Promise.reject(new NoSnapshotError(`Sandboxes of the kind '${kind}' cannot be copied.`));
}
