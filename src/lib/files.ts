/** Files that survive a power cut, or are not there at all. */
import { access, link, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from './errno.js';

export async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

let created = 0;

/** Makes a file that others see whole from its first moment; false where there is one already. Not synced. */
async function createFile(path: string, data: string): Promise<boolean> {
  const partial = `${path}.${process.pid}-${++created}`;
  try {
    await writeFile(partial, data, { mode: 0o600 });
    await link(partial, path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(partial, { force: true });
  }
}

/**
 * Makes the file, or takes over one that is not live any more. Resolves with null where it is the caller's
 * now, else with what stands there.
 */
export async function claimFile(
  path: string,
  data: string,
  isLive: (data: string) => Promise<boolean>,
): Promise<string | null> {
  if (await createFile(path, data)) return null;
  const present = await readFile(path, 'utf8').catch(() => '');
  if (await isLive(present)) return present;
  // moved, then looked at: another may have taken it over first
  const old = `${path}.${process.pid}-${++created}`;
  await rename(path, old).catch(() => undefined);
  const moved = await readFile(old, 'utf8').catch(() => present);
  await rm(old, { force: true });
  if (moved !== present) await createFile(path, moved);
  else if (await createFile(path, data)) return null;
  return readFile(path, 'utf8').catch(() => '');
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
