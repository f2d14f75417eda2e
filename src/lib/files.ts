/** Files that survive a power cut, or are not there at all. */
import { access, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

export async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

/** Puts the names in a directory on disk: a file made or moved there stays. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/**
 * Writes a file whole, or not at all: beside its place at `partial`, synced, and moved there. What stands
 * at either path is replaced. Resolves when it is on disk.
 */
export async function replaceFile(
  path: string,
  data: string | Uint8Array,
  partial = `${path}.partial`,
): Promise<void> {
  const file = await open(partial, 'w', 0o600);
  try {
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, path);
  await syncDirectory(dirname(path));
}
