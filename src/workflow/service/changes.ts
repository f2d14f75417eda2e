/** Changes of the registry, as operations ask for them: what fits into the log, and how it ended. */
import { HearthError, limits } from '../../types/index.js';
import type { RegistryCommand, RegistryResult } from '../registry/index.js';
import type { Registry } from './deps.js';

type Done = Extract<RegistryResult, { kind: 'done' }>;

/** Throws what it was refused with, `upload-too-large`, `no-quorum`, `too-many-requests`. */
export async function changed(registry: Registry, command: RegistryCommand): Promise<Done> {
  if (Buffer.byteLength(JSON.stringify(command)) > limits.registryCommandBytesMax) {
    throw new HearthError(
      'upload-too-large',
      `Request must be smaller than ${limits.registryCommandBytesMax} bytes`,
    );
  }
  const result = await registry.propose(command);
  if (result.kind === 'done') return result;
  throw new HearthError(result.code, result.message);
}
