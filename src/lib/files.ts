/** Files that survive a power cut, or are not there at all. */
import { access, link, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from './errno.js';
import { markRuns, processMark } from './process-start.js';

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
 * now, else with what stands there: of several that would take one over at a time, one does.
 */
export async function claimFile(
  path: string,
  data: string,
  isLive: (data: string) => Promise<boolean>,
): Promise<string | null> {
  const read = (name: string): Promise<string> => readFile(name, 'utf8').catch(() => '');
  if (await createFile(path, data)) return null;
  if (await isLive(await read(path))) return read(path);
  const guard = `${path}.claim`;
  // who died while it took over is not waited for
  const guardian = await read(guard);
  if (guardian !== '' && !(await markRuns(guardian))) await rm(guard, { force: true });
  if (!(await createFile(guard, (await processMark(process.pid)) ?? ''))) return read(path);
  try {
    const present = await read(path);
    if (await isLive(present)) return present;
    await replaceFile(path, data);
    return null;
  } finally {
    await rm(guard, { force: true });
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
