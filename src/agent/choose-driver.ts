/** Which driver `--sandbox` means on this host. */
import { HearthError, type SandboxKind } from '../types/index.js';
import type { SandboxDriver } from './driver.js';
import {
  ProcessDriver,
  type ProcessDriverDeps,
  type ProcessDriverOptions,
} from './process/driver.js';

/** The driver, not started. Throws `not-offered` for a kind that this release does not have. */
export function chooseDriver(
  kind: SandboxKind,
  deps: ProcessDriverDeps,
  options: ProcessDriverOptions,
): SandboxDriver {
  if (kind === 'docker' || kind === 'namespace') {
    throw new HearthError(
      'not-offered',
      `The sandbox kind '${kind}' is not offered in this release; use --sandbox process.`,
    );
  }
  const reason = kind === 'auto' ? 'the only kind that this release offers' : 'asked for';
  deps.logger.info({ sandbox: 'process', reason }, 'sandbox driver chosen');
  return new ProcessDriver(deps, options);
}
