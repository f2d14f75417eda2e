/** A file that is whole under its name or not there: made beside its place, synced, and moved there. */
import { dirname } from 'node:path';
import { reasonOf } from '../../lib/index.js';
import { HearthError } from '../../types/index.js';
import type { Disk, DiskFile, OpenMode } from './disk.js';

/**
 * Makes `partial` of what `fill` writes and puts it on disk; returns it open. Where that fails nothing
 * is left behind.
 */
export async function fillFile(
  disk: Disk,
  partial: string,
  fill: (file: DiskFile) => Promise<void>,
  mode: Extract<OpenMode, 'create' | 'create-through'> = 'create',
): Promise<DiskFile> {
  const file = await disk.open(partial, mode);
  try {
    await fill(file);
    await file.datasync();
    return file;
  } catch (thrown) {
    await discardFile(disk, file, partial);
    throw thrown;
  }
}

/**
 * Gives a synced file its name, durably. Where the move fails, the file is as it was; where only the sync
 * fails, nobody knows, and that is never an error that may pass (`storage-full`).
 */
export async function placeFile(disk: Disk, partial: string, path: string): Promise<void> {
  await disk.rename(partial, path);
  try {
    await disk.syncDirectory(dirname(path));
  } catch (thrown) {
    const reason = reasonOf(thrown);
    throw new HearthError(
      'storage',
      `The directory of ${path} cannot be synced (${reason}); mend the disk and start the node again.`,
    );
  }
}

/** Closes and removes what is of no use any more; a failure leaves garbage that the next start removes. */
export async function discardFile(disk: Disk, file: DiskFile, path: string): Promise<void> {
  await file.close().catch(() => undefined);
  await disk.unlink(path).catch(() => undefined);
}
