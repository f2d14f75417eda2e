/** What a frozen sandbox takes of its host's memory, read from its control groups and processes. */
import { isFrozen, privateMb, sandboxGroups } from '../harness/index.js';

export interface Weight {
  /** What counts against its limit: with the pages of files that it was the first to read. */
  readonly chargedMb: number;
  /** What no other process has, and the host would get back with its end. */
  readonly ownMb: number;
}

const MiB = 1024 * 1024;

/**
 * Of the only sandbox of the driver that has its manifest there. Null where it has no control groups; throws
 * where it is not frozen.
 */
export function frozenWeight(manifestPath: string): Weight | null {
  const [sandbox] = sandboxGroups(manifestPath);
  if (sandbox === undefined) return null;
  const { read } = sandbox;
  const charged = [...read('memory.current'), ...read('memory.usage_in_bytes')].map(Number);
  if (charged.length === 0) return null;
  if (!isFrozen(sandbox)) throw new Error('it is not frozen');
  return { chargedMb: Math.max(...charged) / MiB, ownMb: privateMb(sandbox.pids()) };
}
