/** What a full or broken disk does to code on it, told apart from code that is wrong. */
import { errnoOf, isNoRoom } from '../lib/index.js';
import { HearthError } from '../types/index.js';

const others: ReadonlySet<unknown> = new Set(['EROFS', 'EIO', 'EMFILE', 'ENFILE', 'ENOMEM']);

/** Whether the disk, or the system, is at fault, and not what was to be written. */
export function isDiskFault(thrown: unknown): boolean {
  return isNoRoom(thrown) || others.has(errnoOf(thrown));
}

/** The same as an error that says where: `storage-full`, `storage`; anything else as it was thrown. */
export function diskFault(thrown: unknown, directory: string): unknown {
  if (!isDiskFault(thrown)) return thrown;
  const isFull = isNoRoom(thrown);
  const why = isFull ? 'it is full' : (thrown as Error).message;
  return new HearthError(
    isFull ? 'storage-full' : 'storage',
    `Code cannot be written under ${directory} (${why}); make room on that disk, or mend it.`,
  );
}
