/** Puts a damaged log out of the way, so that the node can fetch it anew and somebody can look at the old. */
import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncDirectory } from '../../lib/index.js';

const keptMax = 2;

/** Returns where it is now: `<directory>.damaged-<wall clock ms>`. Only the newest few are kept. */
export async function moveAside(directory: string, wallMs: number): Promise<string> {
  const parent = dirname(directory);
  const prefix = `${basename(directory)}.damaged-`;
  const numbers = (await readdir(parent))
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((one, other) => other - one);
  const number = Math.max(Math.floor(wallMs), (numbers[0] ?? 0) + 1);
  const path = join(parent, `${prefix}${number}`);
  await rename(directory, path);
  await syncDirectory(parent);
  for (const old of numbers.slice(keptMax - 1)) {
    await rm(join(parent, `${prefix}${old}`), { recursive: true, force: true });
  }
  return path;
}
