/** Why a function cannot be copied, where that can be told before it is tried, and where the runtime tells it. */
import type { FunctionError } from '../../wire/index.js';
import { NoSnapshotError, type SandboxInitError, type SandboxSpec } from '../driver.js';

/** What the runtime calls it. */
const errorType = 'Hearth.NoSnapshot';

/** Throws NoSnapshotError. */
export function refuseOthersThanPython({ image, runtime }: SandboxSpec): void {
  if (process.platform !== 'linux') {
    throw new NoSnapshotError('Copies of an initialised function need Linux.');
  }
  if (image !== null) {
    throw new NoSnapshotError('A function that is a container image cannot be copied.');
  }
  if (runtime.startsWith('python')) return;
  throw new NoSnapshotError(
    `The runtime ${runtime} has threads of its own, so that a process cannot be copied; only Python's can.`,
  );
}

/** The runtime's refusal, or null where the function failed for another reason. */
export function noSnapshotOf({ payload }: SandboxInitError): NoSnapshotError | null {
  try {
    const error = JSON.parse(Buffer.from(payload).toString()) as Partial<FunctionError> | null;
    if (error?.errorType !== errorType) return null;
    return new NoSnapshotError(error.errorMessage);
  } catch {
    return null;
  }
}
